"""Which rows a transaction may see: set LOCAL at its start for row-level security. Without a scope: none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, g
from sqlalchemy import BigInteger, ColumnElement, bindparam, event, or_, text, true
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.orm import Session

from examops.core.database import db
from examops.core.prepared import Prepared


@dataclass(frozen=True)
class Scope:
    """``everything`` is for city offices and the system; otherwise rows of any listed body or district are visible.

    ``system`` is for commands, jobs and the invariants alone: it opens what a body keeps to itself even from offices.
    ``narrowed`` are bodies granted for single sites only: their rows at sites outside ``sites`` stay hidden.
    Row-level security does not know sites, so queries add the condition :func:`within_sites`.
    """

    everything: bool = False
    bodies: tuple[int, ...] = ()
    districts: tuple[str, ...] = ()
    public: bool = False
    narrowed: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()
    system: bool = False

    def settings(self) -> dict[str, str]:
        return {
            "everything": "on" if self.everything else "off",
            "bodies": "{" + ",".join(str(body) for body in self.bodies) + "}",
            "districts": "{" + ",".join(self.districts) + "}",
            "public": "on" if self.public else "off",
            "system": "on" if self.system else "off",
        }


CLOSED = Scope()
SYSTEM = Scope(everything=True, system=True)
PUBLIC = Scope(public=True)
OWN_BODY = "own_body"
_current: ContextVar[Scope] = ContextVar("examops_scope", default=CLOSED)
_is_writing: ContextVar[bool] = ContextVar("examops_writing", default=False)

_SET = Prepared(
    text(
        "SELECT set_config('examops.everything', :everything, true), set_config('examops.bodies', :bodies, true),"
        " set_config('examops.districts', :districts, true), set_config('examops.public', :public, true),"
        " set_config('examops.system', :system, true)"
    )
)


def current_scope() -> Scope:
    return _current.get()


def within_sites(body: Any, site: Any, district: Any) -> ColumnElement[bool]:
    """An SQL condition: the row's site is visible in the current scope. Arguments are the row's three columns."""
    scope = _current.get()
    if not scope.narrowed:
        return true()
    return or_(body.not_in(scope.narrowed), site.in_(scope.sites), district.in_(scope.districts))


def own_body(scope: Scope) -> int | None:
    """The one body of a scope that is of one body alone."""
    return None if scope.everything or scope.districts or len(scope.bodies) != 1 else scope.bodies[0]


def own_body_value() -> Any:
    """The same of the current scope, for a statement; a parameter in one that is written for any body."""
    found = own_body(_current.get())
    return bindparam(OWN_BODY, type_=BigInteger()) if found is not None and _is_writing.get() else found


@contextmanager
def writing() -> Iterator[None]:
    """Statements of the block are written once for all bodies (:mod:`examops.core.queries`)."""
    token = _is_writing.set(True)
    try:
        yield
    finally:
        _is_writing.reset(token)


def set_scope(scope: Scope) -> None:
    """Set the scope of this request or job; transactions begun afterwards carry it."""
    _current.set(scope)


def apply_scope(scope: Scope, applied: Mapping[str, str] | None = None) -> None:
    """Set the scope and apply it to the running transaction too, which must not have read tenant rows yet.

    The guard of a request uses it: a second transaction would cost every request two more round trips. ``applied`` is
    what the transaction is set to already."""
    set_scope(scope)
    session = db.session()
    if session.in_transaction() and applied != scope.settings():
        _SET.send_on(session.connection(), scope.settings())


@contextmanager
def scoped(scope: Scope) -> Iterator[None]:
    """Run a block under another scope. A transaction that has begun before keeps its own."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def beside(bodies: Collection[int]) -> Iterator[None]:
    """Within the running transaction, rows of these bodies too: for what one body's act does to another's rows. Who
    calls it shows nothing of theirs but what the two have agreed on."""
    scope = _current.get()
    more = () if scope.everything else tuple(one for one in bodies if one not in scope.bodies)
    with _widened(replace(scope, bodies=(*scope.bodies, *more))):
        yield


@contextmanager
def across_districts(bodies: Collection[int] = ()) -> Iterator[None]:
    """Within the running transaction, rows of the whole city, and what these bodies keep to themselves: for whether
    something is there already, which no office can tell from its own district. Who calls it shows nothing of it but
    the refusal."""
    scope = _current.get()
    with _widened(replace(scope, everything=True, bodies=tuple(sorted({*scope.bodies, *bodies})))):
        yield


@contextmanager
def _widened(wider: Scope) -> Iterator[None]:
    scope, session = _current.get(), db.session()
    if wider == scope:
        yield
        return
    token = _current.set(wider)
    _SET.send_on(session.connection(), wider.settings())
    try:
        yield
        session.flush()
    finally:
        _current.reset(token)
        # Of a transaction or a savepoint that has failed nothing more is read.
        with suppress(DBAPIError, InvalidRequestError):
            _SET.send_on(session.connection(), scope.settings())


def install_scope(app: Flask) -> None:
    """Every request begins closed and leaves no scope behind for the next one on its thread."""

    @app.before_request
    def close() -> None:
        g.scope_token = _current.set(CLOSED)

    @app.teardown_request
    def restore(error: BaseException | None) -> None:
        token = g.pop("scope_token", None)
        if token is not None:
            _current.reset(token)


@event.listens_for(Session, "after_begin")
def _apply(session: Session, transaction: Any, connection: Any) -> None:
    """What is set for one transaction is gone after it, and nothing set is the closed scope: no statement for that."""
    if _current.get() != CLOSED:
        _SET.send_on(connection, _current.get().settings())

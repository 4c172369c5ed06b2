"""Which rows a transaction may see. Set LOCAL at the start of each transaction; closed when nobody is set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from flask import Flask, g
from sqlalchemy import ColumnElement, event, or_, text, true
from sqlalchemy.orm import Session

from examops.core.database import db


@dataclass(frozen=True)
class Scope:
    """``everything`` is for city offices and the system; else bodies and districts are added up.

    ``narrowed`` are bodies reached through single sites only: of these, what happens at other sites than ``sites``
    stays hidden. Rows know their body and district only, so queries ask :func:`within_sites`.
    """

    everything: bool = False
    bodies: tuple[int, ...] = ()
    districts: tuple[str, ...] = ()
    public: bool = False
    narrowed: tuple[int, ...] = ()
    sites: tuple[int, ...] = ()

    def settings(self) -> dict[str, str]:
        return {
            "everything": "on" if self.everything else "off",
            "bodies": "{" + ",".join(str(body) for body in self.bodies) + "}",
            "districts": "{" + ",".join(self.districts) + "}",
            "public": "on" if self.public else "off",
        }


CLOSED = Scope()
SYSTEM = Scope(everything=True)
PUBLIC = Scope(public=True)
_current: ContextVar[Scope] = ContextVar("examops_scope", default=CLOSED)

_SET = text(
    "SELECT set_config('examops.everything', :everything, true), set_config('examops.bodies', :bodies, true),"
    " set_config('examops.districts', :districts, true), set_config('examops.public', :public, true)"
)


def current_scope() -> Scope:
    return _current.get()


def within_sites(body: Any, site: Any, district: Any) -> ColumnElement[bool]:
    """A condition over the columns of a row that lies at a site: not hidden by the narrowing of the current scope."""
    scope = _current.get()
    if not scope.narrowed:
        return true()
    return or_(body.not_in(scope.narrowed), site.in_(scope.sites), district.in_(scope.districts))


def set_scope(scope: Scope) -> None:
    """Set the scope of this request or job; transactions begun afterwards carry it."""
    _current.set(scope)


def apply_scope(scope: Scope) -> None:
    """Go on in this scope, the running transaction included: one that has read nothing of a tenant yet, in front of
    a request. Beginning another would ask the pool, the server and the scope once more for every request."""
    set_scope(scope)
    session = db.session()
    if session.in_transaction():
        session.execute(_SET, scope.settings())


@contextmanager
def scoped(scope: Scope) -> Iterator[None]:
    """Run a block under another scope. Only before a transaction has begun: a running one keeps its own."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


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
    connection.execute(_SET, _current.get().settings())

"""Database addresses: the owner's comes from the settings, those of the roles ``web`` and ``job`` derive from it."""

from __future__ import annotations

import time
from collections.abc import Callable
from json import JSONDecoder
from typing import Any

import psycopg
from psycopg.types.json import set_json_loads
from sqlalchemy import event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import Pool

from config.settings import Settings, SettingsError
from examops.core.keys import Keyring

TIMEOUTS = {"web": 30_000, "job": 900_000}
# A connection that lay unused for longer is asked whether it lives; under load that is none of them.
ASKED_AFTER_S = 2.0
MOST_PREPARED = 300  # the pages have over a hundred (core/queries.py); what is forgotten is planned anew
_scan: Callable[[str, int], tuple[Any, int]] = JSONDecoder().raw_decode
_dialect: Any = PGDialect_psycopg()  # type: ignore[no-untyped-call]


class PlainCursor(psycopg.Cursor[Any]):
    """Describes a column by a tuple. SQLAlchemy reads its name and type, and each result of a page has a dozen: psycopg
    makes an object with a look into its types of every one."""

    @property
    def description(self) -> Any:
        found = self.pgresult
        if found is None or not found.nfields:
            return super().description
        rest = (None,) * 5
        return [((found.fname(n) or b"").decode(), found.ftype(n), *rest) for n in range(found.nfields)]


def owner_url(settings: Settings) -> URL:
    """Raises SettingsError in a process that must not hold it."""
    if not settings.database_url:
        raise SettingsError("This process does not hold the owner's address (EXAMOPS_DATABASE_URL=none).")
    return make_url(settings.database_url).set(drivername="postgresql+psycopg")


def role_names(settings: Settings) -> dict[str, str]:
    """Roles carry the database's name: several installations may share a server."""
    database = make_url(settings.database_url or next(iter(settings.role_urls.values()))).database or "examops"
    return {kind: f"{database}_{kind}" for kind in ("owner", "web", "job")}


def role_password(settings: Settings, kind: str) -> str:
    """That of the role's own address, else one that the secret gives: then each process could work out all of them."""
    own = settings.role_urls.get(kind)
    return str(make_url(own).password or "") if own else Keyring(settings.secret_key).password_of(kind)


def role_url(settings: Settings, kind: str) -> URL:
    """The address as ``web`` or ``job``: its own where one is set, else the owner's with another name.

    The server shows with each connection which secret key its process holds (:func:`connection_name`).
    """
    own = settings.role_urls.get(kind)
    found = make_url(own).set(drivername="postgresql+psycopg") if own else _derived_url(settings, kind)
    name = connection_name(kind, Keyring(settings.secret_key))
    return found.update_query_dict({"application_name": name})


def _derived_url(settings: Settings, kind: str) -> URL:
    return owner_url(settings).set(username=role_names(settings)[kind], password=role_password(settings, kind))


def connection_name(kind: str, ring: Keyring) -> str:
    return f"examops-{kind}-{ring.key_id}"


def conninfo(settings: Settings, kind: str) -> str:
    """The same for libpq (the queue's own pool)."""
    return role_url(settings, kind).set(drivername="postgresql").render_as_string(hide_password=False)


def engine_options(kind: str, pool: int) -> dict[str, Any]:
    """READ COMMITTED always: under REPEATABLE READ the snapshot would be older than the lock, and a
    turn could be overbooked."""
    waits = f"-c lock_timeout=3000 -c statement_timeout={TIMEOUTS[kind]} -c idle_in_transaction_session_timeout=120000"
    return {
        "hide_parameters": True,  # the values of a failed statement may be names and numbers of people
        "pool_size": pool,
        "max_overflow": 2,
        "pool_timeout": 10,
        "pool_use_lifo": True,  # the connection of just now has planned its statements; as many as are needed stay warm
        "pool_pre_ping": kind == "job",  # a job is not begun on a lost connection; a page can be loaded again
        "isolation_level": "READ COMMITTED",
        "connect_args": {"options": f"{waits} -c timezone=UTC", "connect_timeout": 5, "cursor_factory": PlainCursor},
    }


@event.listens_for(Pool, "connect")
def _keep_plans(connection: Any, record: Any) -> None:
    connection.prepared_max = MOST_PREPARED
    set_json_loads(_json, connection)


def _json(data: str | bytes) -> Any:
    """As ``json.loads``, without its search for encoding and blanks: the server's ``jsonb`` begins with its value."""
    return _scan(data if isinstance(data, str) else str(data, "utf-8"), 0)[0]


@event.listens_for(Pool, "checkin")
def _put_back(connection: Any, record: Any) -> None:
    record.info["put_back"] = time.monotonic()


@event.listens_for(Pool, "checkout")
def _ask_whether_it_lives(connection: Any, record: Any, proxy: Any) -> None:
    """The pool opens another connection when this one is lost. A new one was never put back."""
    put_back = record.info.get("put_back")
    if put_back is None or time.monotonic() - put_back < ASKED_AFTER_S:
        return
    try:
        _dialect.do_ping(connection)
    except psycopg.Error as lost:
        raise DisconnectionError() from lost

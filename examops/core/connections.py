"""Database addresses: the owner's comes from the settings, those of the roles ``web`` and ``job`` derive from it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import URL, make_url

from config.settings import Settings
from examops.core.keys import Keyring

TIMEOUTS = {"web": 30_000, "job": 900_000}


def owner_url(settings: Settings) -> URL:
    return make_url(settings.database_url).set(drivername="postgresql+psycopg")


def role_names(settings: Settings) -> dict[str, str]:
    """Roles carry the database's name: several installations may share a server."""
    database = make_url(settings.database_url).database or "examops"
    return {kind: f"{database}_{kind}" for kind in ("owner", "web", "job")}


def role_password(keyring: Keyring, kind: str) -> str:
    return keyring.password_of(kind)


def role_url(settings: Settings, kind: str) -> URL:
    """The address as ``web`` or ``job``."""
    keyring = Keyring(settings.secret_key)
    return owner_url(settings).set(username=role_names(settings)[kind], password=role_password(keyring, kind))


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
        "pool_pre_ping": True,
        "isolation_level": "READ COMMITTED",
        "connect_args": {"options": f"{waits} -c timezone=UTC", "connect_timeout": 5},
    }

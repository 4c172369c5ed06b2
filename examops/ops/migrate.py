"""``db upgrade``: roles, tables, the queue's schema, buckets. Safe to run at every start."""

from __future__ import annotations

import importlib
import os
import sys
import time

import procrastinate
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from config.rulebook import rulebook
from config.settings import Settings, load
from examops.core.connections import owner_url, role_names, role_password
from examops.core.installation_key import enter_key, keyring_of
from examops.core.store import Store

ADVISORY = 4406002026  # two upgrades at once wait for each other
LOCK_TIMEOUT = "55P03"
UNFIT_DATA = "55000"  # a revision found data that somebody has to settle first, and says which


def upgrade_database(settings: Settings, revision: str = "head") -> None:
    """Create roles and bring the schema up to ``revision``, as the owner, never as a superuser.

    Each revision is a transaction of its own: what fails leaves the revisions before it, and can be repeated.
    """
    engine = create_engine(owner_url(settings))
    try:
        with engine.connect() as connection:
            _wait_for_our_turn(connection)
            ring = keyring_of(settings)
            with connection.begin():  # a wrong key stops here, before it gives the roles other passwords
                enter_key(connection, ring)
            with connection.begin():
                make_roles(connection, settings)
                connection.exec_driver_sql(f'SET ROLE "{role_names(settings)["owner"]}"')
            # Loaded here: the pages import this module too, and only an upgrade needs Alembic, Mako and Pygments.
            importlib.import_module("examops.ops.revisions").migrate(connection, role_names(settings), revision)
            with connection.begin():
                _queue_schema(connection, settings)
                enter_key(connection, ring)
    finally:
        engine.dispose()


def _wait_for_our_turn(connection: Connection) -> None:
    """Poll for the lock: a waiting statement would block CREATE INDEX CONCURRENTLY in another process."""
    query = text("SELECT pg_try_advisory_lock(:key)")
    while not connection.execute(query, {"key": ADVISORY}).scalar():
        connection.rollback()
        time.sleep(0.2)
    connection.commit()


def make_roles(connection: Connection, settings: Settings) -> None:
    names = role_names(settings)
    database = make_url(settings.database_url).database
    for kind, name in names.items():
        login = "NOLOGIN" if kind == "owner" else f"LOGIN PASSWORD {_quoted(role_password(settings, kind))}"
        connection.exec_driver_sql(f'{_verb(connection, name)} ROLE "{name}" {login}'.replace("%", "%%"))
        connection.exec_driver_sql(f'GRANT CONNECT ON DATABASE "{database}" TO "{name}"')
    connection.exec_driver_sql(f'REVOKE TEMPORARY ON DATABASE "{database}" FROM PUBLIC')
    connection.exec_driver_sql(f'GRANT TEMPORARY ON DATABASE "{database}" TO "{names["job"]}"')
    _close_large_objects(connection)
    connection.exec_driver_sql(f'GRANT "{names["owner"]}" TO CURRENT_USER')
    connection.exec_driver_sql(f'GRANT USAGE, CREATE ON SCHEMA public TO "{names["owner"]}"')
    connection.exec_driver_sql(f'GRANT USAGE ON SCHEMA public TO "{names["web"]}", "{names["job"]}"')


LARGE_OBJECTS = "lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea), lo_put(oid, bigint, bytea)"


def _close_large_objects(connection: Connection) -> None:
    """Nobody needs them, and what is in them lies past every policy. Only a superuser may say so: docs/operations.md
    has the line for an installer who is none."""
    is_superuser = text("SELECT rolsuper FROM pg_roles WHERE rolname = CURRENT_USER")
    if connection.execute(is_superuser).scalar():
        connection.exec_driver_sql(f"REVOKE EXECUTE ON FUNCTION {LARGE_OBJECTS} FROM PUBLIC")


def _quoted(word: str) -> str:
    """An SQL literal; a utility statement takes no parameters."""
    return "'" + word.replace("'", "''") + "'"


def _verb(connection: Connection, name: str) -> str:
    """Only a superuser may say NOSUPERUSER of a role, even where it holds: so look, and refuse a role that is too
    strong."""
    flags = text("SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = :name")
    is_strong = connection.execute(flags, {"name": name}).scalar()
    if is_strong:
        raise RuntimeError(
            f'role "{name}" is stronger than it may be; as a superuser:'
            f' ALTER ROLE "{name}" NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE'
        )
    return "CREATE" if is_strong is None else "ALTER"


def _queue_schema(connection: Connection, settings: Settings) -> None:
    if connection.execute(text("SELECT to_regclass('procrastinate_jobs')")).scalar() is None:
        connection.exec_driver_sql(procrastinate.schema.SchemaManager.get_schema().replace("%", "%%"))
    for kind in ("web", "job"):
        for statement in _queue_grants(connection, role_names(settings)[kind]):
            connection.exec_driver_sql(statement)


def _queue_grants(connection: Connection, role: str) -> list[str]:
    """Rights on the queue's tables and their sequences; enqueuing needs both."""
    names = text("SELECT relname FROM pg_class WHERE relname LIKE 'procrastinate%' AND relkind = :kind ORDER BY 1")
    tables = connection.execute(names, {"kind": "r"}).scalars()
    sequences = connection.execute(names, {"kind": "S"}).scalars()
    return [
        f'GRANT SELECT, INSERT, UPDATE, DELETE ON {", ".join(tables)} TO "{role}"',
        f'GRANT USAGE ON SEQUENCE {", ".join(sequences)} TO "{role}"',
    ]


def make_buckets(settings: Settings) -> None:
    floor = rulebook()["footage.store_lock_days"].on_latest().value
    Store.custody(settings).make_buckets(int(floor), [settings.public_url])


def main(arguments: list[str] | None = None) -> int:
    """``db upgrade``: 0 when all is up to date, 1 when a table stayed locked or data has to be settled first, 2 for a
    wrong call.
    """
    if (arguments or sys.argv[2:])[:1] != ["upgrade"]:
        sys.stderr.write("用法: python -m examops db upgrade\n")
        return 2
    settings = load(os.environ)
    try:
        upgrade_database(settings)
    except OperationalError as error:
        if (words := _stopped(error)) is None:
            raise
        sys.stderr.write(f"{words}\n")
        return 1
    make_buckets(settings)
    return 0


def _stopped(error: OperationalError) -> str | None:
    """Why the upgrade stopped and what to do, where it is nothing wrong with the upgrade itself."""
    state, found = getattr(error.orig, "sqlstate", ""), getattr(error.orig, "diag", None)
    if state == LOCK_TIMEOUT:
        return "有一张表正在被使用，升级等不到它，停在这一步之前；已完成的步骤都在。过一会儿再运行一次 db upgrade。"
    if state != UNFIT_DATA or found is None:
        return None
    return "\n".join(filter(None, (found.message_primary, found.message_detail, found.message_hint)))

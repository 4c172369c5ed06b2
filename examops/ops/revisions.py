"""The revisions of the schema, one after the other. Loads Alembic, so only an upgrade imports it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: Connection, roles: Mapping[str, str], revision: str) -> None:
    """Bring the schema up to ``revision``, each step a transaction of its own."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"], config.attributes["roles"] = connection, dict(roles)
    _check_first(connection, ScriptDirectory.from_config(config), revision)
    command.upgrade(config, revision)
    connection.commit()  # where nothing was to be done, looking for it has begun a transaction


def _check_first(connection: Connection, scripts: ScriptDirectory, revision: str) -> None:
    """Ask the ``CHECK`` of every revision that is to come, before the first of them changes anything.

    It reads tables as the release before left them, and raises 55000 with what somebody has to settle first.
    """
    standing = MigrationContext.configure(connection).get_current_revision()
    coming = scripts.iterate_revisions(revision, standing) if standing else ()
    checks = [script.module.CHECK for script in coming if hasattr(script.module, "CHECK")]
    connection.rollback()
    with connection.begin() as asking:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        for check in checks:
            connection.exec_driver_sql(check.replace("%", "%%"))
        asking.rollback()

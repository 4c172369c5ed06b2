"""Puts a release's archive (``tools/dump_database.py``) into an empty database, at the revision of that release."""

from __future__ import annotations

import json
import tarfile
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import create_engine

from config.settings import Settings
from examops.core.connections import owner_url, role_names
from examops.ops.migrate import make_roles, upgrade_database

RELEASES = Path(__file__).parent / "releases"
IDENTITIES = """SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL"""


@dataclass(frozen=True)
class Restored:
    """``settings`` carry the key of the demo that was dumped; ``rows`` counts each table's."""

    settings: Settings
    revision: str
    taken_at: datetime
    rows: dict[str, int]


def restore(archive: Path, empty: Settings) -> Restored:
    with tarfile.open(archive) as files:
        manifest = json.loads(_read(files, "manifest.json"))
        settings = replace(empty, secret_key=manifest["secret_key"])
        _queue_of_then(settings, _read(files, "queue.sql").decode())
        upgrade_database(settings, manifest["revision"])
        with psycopg.connect(settings.database_url) as connection:
            _fill(connection, files, [table["name"] for table in manifest["tables"]])
    rows = {table["name"]: table["rows"] for table in manifest["tables"]}
    return Restored(settings, manifest["revision"], datetime.fromisoformat(manifest["taken_at"]), rows)


def _queue_of_then(settings: Settings, schema: str) -> None:
    engine = create_engine(owner_url(settings))
    with engine.begin() as connection:
        make_roles(connection, settings)
        connection.exec_driver_sql(f"SET LOCAL ROLE {role_names(settings)['owner']}")
        connection.exec_driver_sql(schema.replace("%", "%%"))
    engine.dispose()


def _fill(connection: psycopg.Connection[Any], files: tarfile.TarFile, tables: list[str]) -> None:
    connection.execute("SET LOCAL session_replication_role = replica")  # no triggers, keys in any order
    for name in tables:
        columns, _, rows = _read(files, f"tables/{name}.copy").partition(b"\n")
        listed = sql.SQL(", ").join(sql.Identifier(column) for column in columns.decode().split(","))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), listed)
        with connection.cursor().copy(statement) as copy:
            copy.write(rows)
    for table, column, sequence in connection.execute(IDENTITIES).fetchall():
        newest = sql.SQL("SELECT setval({}::regclass, max({})) FROM {} HAVING max({}) IS NOT NULL")
        names = (sql.Literal(sequence), sql.Identifier(column), sql.Identifier(table), sql.Identifier(column))
        connection.execute(newest.format(*names))


def _read(files: tarfile.TarFile, name: str) -> bytes:
    member = files.extractfile(name)
    assert member, name
    return member.read()

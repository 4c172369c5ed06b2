"""Writes a demo's database as a small archive, for the tests that upgrade a release.

``python -m tools.dump_database VAR FILE``: ``VAR`` is the folder of a running demo of exactly that release.
``FILE`` becomes a tar.xz of

- ``manifest.json``: {revision, taken_at, secret_key, tables: [{name, rows}]};
- ``queue.sql``: the queue's own schema at that release;
- ``tables/NAME.copy``: the rows as COPY writes them, columns named in the first line.

The demo's key goes in, because sealed ID numbers and the log's signatures are checked with it. Never dump real data.
"""

from __future__ import annotations

import io
import json
import sys
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import procrastinate
import psycopg
from psycopg import sql

TABLES = """SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
  AND relname <> 'alembic_version' ORDER BY 1"""
COLUMNS = """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0
  AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"""


def dump(var: Path, file: Path) -> dict[str, Any]:
    """Write ``file``; returns the manifest. All tables as of one moment."""
    environ = json.loads((var / "environ.json").read_text())
    with (
        psycopg.connect(environ["EXAMOPS_DATABASE_URL"]) as connection,
        tarfile.open(file, "w:xz", preset=9) as archive,
    ):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        manifest = _manifest(connection, environ["EXAMOPS_SECRET_KEY"])
        for (name,) in connection.execute(TABLES).fetchall():
            content, rows = _copy(connection, name)
            _add(archive, f"tables/{name}.copy", content)
            manifest["tables"].append({"name": name, "rows": rows})
        _add(archive, "queue.sql", procrastinate.schema.SchemaManager.get_schema().encode())
        _add(archive, "manifest.json", json.dumps(manifest, indent=1).encode())
    return manifest


def _manifest(connection: psycopg.Connection[Any], secret_key: str) -> dict[str, Any]:
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert row, "this database was never migrated"
    return {"revision": row[0], "taken_at": datetime.now(UTC).isoformat(), "secret_key": secret_key, "tables": []}


def _copy(connection: psycopg.Connection[Any], table: str) -> tuple[bytes, int]:
    """(the column names in a line, then the rows as COPY's text format; how many rows)"""
    columns = [name for (name,) in connection.execute(COLUMNS, [table])]
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    query = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), listed)
    with connection.cursor().copy(query) as rows:
        content = b"".join(bytes(part) for part in rows)
    return ",".join(columns).encode() + b"\n" + content, content.count(b"\n")


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


if __name__ == "__main__":
    written = dump(Path(sys.argv[1]), Path(sys.argv[2]))
    for one in sorted(written["tables"], key=lambda table: -table["rows"]):
        sys.stdout.write(f"{one['rows']:>7}  {one['name']}\n")
    sys.stdout.write(f"{Path(sys.argv[2]).stat().st_size:>7}  bytes\n")

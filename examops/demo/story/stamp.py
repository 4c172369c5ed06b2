"""What the database was made with, kept in the database itself: while that is the same, a start looks at nothing else.

The stamp is the comment of the table ``alembic_version``: the revision that the tables are at, and a hash over the code
and settings that made tables, buckets and story. So it goes with the data, also through a dump. Loads next to nothing:
the supervisor reads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[3]
MAKERS = ("config", "examops/core", "examops/demo", "examops/ops")  # what decides whether something is missing
KINDS = (".py", ".yaml", ".sql")
BODY = "华岭"  # whose sessions go on from day to day
# What the story adds to at later starts, in the words of week.py and seed.py; the revision stands beside the comment,
# which outlives an upgrade by another release.
QUERY = """
SELECT (SELECT version_num FROM alembic_version) || ' ' || obj_description('alembic_version'::regclass, 'pg_class'),
  EXISTS (SELECT FROM exam_session s JOIN body b ON b.id = s.body_id
          WHERE b.short_name = %(body)s AND s.state = 'running' AND s.ends_at > %(now)s)
  AND EXISTS (SELECT FROM device d JOIN site ON site.id = d.site_id JOIN body b ON b.id = site.body_id
          WHERE b.short_name = %(body)s AND d.kind = 'recorder' AND d.revoked_at IS NULL),
  EXISTS (SELECT FROM exam_session s JOIN body b ON b.id = s.body_id
          WHERE b.short_name = %(body)s AND s.starts_at > %(now)s + interval '12 hours')
"""


@dataclass(frozen=True)
class Standing:
    """``is_made``: tables, buckets and story are those of this stamp. ``runs``: sessions do, and a recorder is
    paired. ``goes_on``: sessions are to come."""

    is_made: bool = False
    runs: bool = False
    goes_on: bool = False


def stamp_of(environ: Mapping[str, str], root: Path = ROOT) -> str:
    """A hash over the code below ``root`` that makes the demo's data, and over the settings that it is made with."""
    found = hashlib.sha256()
    folders = [root / name for name in MAKERS]
    decisions = Path(environ.get("EXAMOPS_DECISIONS") or root / MAKERS[0])
    if not any(decisions.is_relative_to(folder) for folder in folders):
        folders.append(decisions)
    for folder in folders:
        for file in sorted(file for file in folder.rglob("*") if file.suffix in KINDS):
            _add(found, str(file.relative_to(folder)).encode(), file.read_bytes())
    for name in sorted(environ):
        if name.startswith("EXAMOPS_") or name == "PORT":
            _add(found, name.encode(), environ[name].encode())
    return found.hexdigest()


def _add(found: hashlib._Hash, *parts: bytes) -> None:
    """Each with its length, so that no two sequences look alike."""
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)


def look(address: str, stamp: str, now: datetime) -> Standing:
    """One query with the owner's address. Where it cannot be answered, nothing is made."""
    try:
        with psycopg.connect(_libpq(address), connect_timeout=5) as connection:
            row = connection.execute(QUERY, {"body": BODY, "now": now}).fetchone()
    except psycopg.Error:
        return Standing()
    assert row
    kept, runs, goes_on = row
    revision, _, rest = (kept or "").partition(" ")
    return Standing(bool(rest) and rest == _text(revision, stamp), runs, goes_on)


def write(address: str, owner: str, stamp: str) -> None:
    """Put it on what was just made, as the role ``owner`` of the tables."""
    with psycopg.connect(_libpq(address), connect_timeout=5) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(owner)))
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        assert row
        comment = sql.Literal(_text(row[0], stamp))
        connection.execute(sql.SQL("COMMENT ON TABLE alembic_version IS {}").format(comment))


def _text(revision: str, stamp: str) -> str:
    return f"{revision} {stamp}"


def _libpq(address: str) -> str:
    """``postgresql+psycopg://…`` is SQLAlchemy's way to write it."""
    scheme, rest = address.split("://", 1)
    return f"{scheme.partition('+')[0]}://{rest}"

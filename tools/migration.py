"""``make migration NAME=add_something``: drafts numbered revisions from what the models declare and no revision makes.

A database of its own is migrated to the newest revision and compared with the models. Read
docs/developing/change-a-table.md before you edit what it wrote.
"""

from __future__ import annotations

import re
import secrets
import sys
import tempfile
from pathlib import Path

from sqlalchemy import create_engine

from config.settings import Settings, load
from examops.app.tables import METADATA
from examops.core.connections import owner_url, role_names
from examops.demo.servers import EmbeddedPostgres
from examops.ops.migrate import upgrade_database
from examops.ops.migrations.catalogue import declared_catalogue, read_catalogue
from examops.ops.migrations.changes import Stages, changes
from examops.ops.migrations.drafts import write_drafts

NAME = re.compile(r"[a-z][a-z0-9_]{2,50}")
STORE = ("ENDPOINT", "ACCESS_KEY", "SECRET_KEY", "CUSTODY_ACCESS_KEY", "CUSTODY_SECRET_KEY")


def pending_changes() -> Stages:
    """What the newest revision leaves to be done, found on a database that lives as long as this call."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder))
        try:
            return _compare(_settings(server.start(), folder))
        finally:
            server.stop()


def _settings(url: str, folder: str) -> Settings:
    """Settings for this process. The store is not used, but its settings are required."""
    store = {f"EXAMOPS_S3_{name}": "http://127.0.0.1:9" if name == "ENDPOINT" else "unused" for name in STORE}
    return load(
        {
            "EXAMOPS_DATABASE_URL": url,
            "EXAMOPS_SECRET_KEY": secrets.token_urlsafe(36),
            "EXAMOPS_VAR": folder,
            **store,
        }
    )


def _compare(settings: Settings) -> Stages:
    upgrade_database(settings)
    roles = role_names(settings)
    engine = create_engine(owner_url(settings))
    try:
        with engine.connect() as connection:
            return changes(declared_catalogue(connection, METADATA, roles), read_catalogue(connection, roles))
    finally:
        engine.dispose()


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not NAME.fullmatch(arguments[0]):
        sys.stderr.write("usage: make migration NAME=add_something (letters, digits and _)\n")
        return 2
    written = write_drafts(arguments[0], pending_changes())
    for path in written:
        sys.stdout.write(f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}\n")
    sys.stdout.write(
        "Edit them: docs/developing/change-a-table.md\n" if written else "The models and the revisions agree.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

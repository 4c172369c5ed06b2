"""PostgreSQL and an S3 server from pip wheels, for the demo and for tests.

The names below are loaded when they are first used: the start of the demo locks its folder and begins its other
processes before it needs the client of a database.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from examops.demo.servers.folder_lock import AlreadyRunning, FolderLock
    from examops.demo.servers.keys import Keys
    from examops.demo.servers.postgres import EmbeddedPostgres
    from examops.demo.servers.store import EmbeddedStore

__all__ = ["AlreadyRunning", "EmbeddedPostgres", "EmbeddedStore", "FolderLock", "Keys"]
MODULES = {
    "AlreadyRunning": "folder_lock",
    "EmbeddedPostgres": "postgres",
    "EmbeddedStore": "store",
    "FolderLock": "folder_lock",
    "Keys": "keys",
}


def __getattr__(name: str) -> Any:
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{MODULES[name]}"), name)

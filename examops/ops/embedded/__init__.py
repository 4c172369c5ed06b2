"""Servers that come with pip, for a newcomer's machine and for tests."""

from examops.ops.embedded.folder_lock import AlreadyRunning, FolderLock
from examops.ops.embedded.keys import Keys
from examops.ops.embedded.postgres import EmbeddedPostgres
from examops.ops.embedded.store import EmbeddedStore

__all__ = ["AlreadyRunning", "EmbeddedPostgres", "EmbeddedStore", "FolderLock", "Keys"]

"""PostgreSQL and an S3 server from pip wheels, for the demo and for tests."""

from examops.demo.servers.folder_lock import AlreadyRunning, FolderLock
from examops.demo.servers.keys import Keys
from examops.demo.servers.postgres import EmbeddedPostgres
from examops.demo.servers.store import EmbeddedStore

__all__ = ["AlreadyRunning", "EmbeddedPostgres", "EmbeddedStore", "FolderLock", "Keys"]

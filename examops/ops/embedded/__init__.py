"""Servers that come with pip, for a newcomer's machine and for tests."""

from examops.ops.embedded.postgres import EmbeddedPostgres
from examops.ops.embedded.store import EmbeddedStore, Keys

__all__ = ["EmbeddedPostgres", "EmbeddedStore", "Keys"]

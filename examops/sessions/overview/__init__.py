"""Front door of overview."""

from examops.sessions.overview.queries import sessions_between

__all__ = ["sessions_between"]

"""Front door of overview."""

from examops.sessions.overview.queries import Overview, board_query, on_board, sessions_between

__all__ = ["Overview", "board_query", "on_board", "sessions_between"]

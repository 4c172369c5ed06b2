"""The fault of one cell as readers raise it."""

from __future__ import annotations

from typing import Any


class CellFault(ValueError):
    """A cell that cannot be read. ``stops`` is False if the person can be judged without it."""

    def __init__(self, code: str, *, stops: bool = True, **params: Any) -> None:
        super().__init__(code)
        self.code, self.stops, self.params = code, stops, params

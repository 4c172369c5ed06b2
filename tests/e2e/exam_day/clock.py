"""One time of day for every process of the walk: the machine's clock moved by as many seconds as a file says."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path


class MovedClock:
    """Runs with the machine's clock, so that a real recorder fits in; whoever moves it moves it for all."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self.file.read_text()))

    def move(self, by: timedelta) -> None:
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(by.total_seconds()))
        os.replace(fresh, self.file)  # a reader sees the old or the new, never half

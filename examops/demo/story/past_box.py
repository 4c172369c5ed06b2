"""Where the box of yesterday's session keeps its spool, and whether its story has been told. Loads nothing else."""

from __future__ import annotations

from pathlib import Path

FOLDER, DONE = "spool-past", "done"


def is_archived(var: Path) -> bool:
    return (var / FOLDER / DONE).exists()

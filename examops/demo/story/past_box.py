"""Spool folder of yesterday's session, and whether its footage is archived. Without other imports, to load fast."""

from __future__ import annotations

from pathlib import Path

FOLDER, DONE = "spool-past", "done"


def is_archived(var: Path) -> bool:
    return (var / FOLDER / DONE).exists()

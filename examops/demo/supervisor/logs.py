"""One log per process, cut by size: a demo left running must not fill the disk."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

LIMIT = 5 * 1024 * 1024  # bytes


def rotate(log: Path, limit: int = LIMIT) -> bool:
    """Move the content to ``NAME.1`` once it is larger than ``limit`` bytes.

    Its writer keeps the file open in append mode, so it is copied and emptied, not renamed. A line written between
    the two steps is lost.
    """
    if not log.exists() or log.stat().st_size <= limit:
        return False
    shutil.copyfile(log, log.with_name(log.name + ".1"))
    os.truncate(log, 0)
    return True

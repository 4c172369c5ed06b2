"""Checks free disk space before the servers start: their own errors do not name the cause."""

from __future__ import annotations

import shutil
from pathlib import Path

MIN_FREE_BYTES = 1_000_000_000  # bytes: the servers' own files and the first minutes of four cameras


class DiskSpaceTooLow(Exception):
    """The text is one line for the person at the keyboard."""


def check(folder: Path, least: int = MIN_FREE_BYTES) -> None:
    free = shutil.disk_usage(folder).free
    if free < least:
        raise DiskSpaceTooLow(
            f"{folder} 所在的磁盘只剩 {free / 1e6:.0f} MB，演示至少要 {least / 1e6:.0f} MB："
            "请清出空间，或用 EXAMOPS_VAR=目录 换一处。"
        )

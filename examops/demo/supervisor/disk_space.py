"""The demo's disk: enough of it before the servers start (their own errors do not name the cause), and no more than is
agreed on while it runs: footage is locked in the store, so nothing could be deleted later.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

MIN_FREE_BYTES = 1_000_000_000  # bytes: the servers' own files and the first hours of four cameras
SETTING, DEFAULT_GB = "EXAMOPS_DEMO_GB", "5"


class DiskSpaceTooLow(Exception):
    """The text is one line for the person at the keyboard."""


class BudgetInvalid(Exception):
    """As :class:`DiskSpaceTooLow`."""


def check(folder: Path, least: int = MIN_FREE_BYTES) -> None:
    free = shutil.disk_usage(folder).free
    if free < least:
        raise DiskSpaceTooLow(
            f"{folder} 所在的磁盘只剩 {free / 1e6:.0f} MB，演示至少要 {least / 1e6:.0f} MB："
            "请清出空间，或用 EXAMOPS_VAR=目录 换一处。"
        )


def budget_gb(environ: Mapping[str, str]) -> float:
    """How many GB (10⁹ bytes) the folder may hold before recording stops. Raises :class:`BudgetInvalid`."""
    text = environ.get(SETTING, "").strip() or DEFAULT_GB
    try:
        given = float(text)
    except ValueError:
        given = 0.0
    if not 0 < given < 1e6:
        raise BudgetInvalid(f"{SETTING}={text} 不对：请写一个大于 0 的数，单位 GB。")
    return given


def used_bytes(folder: Path) -> int:
    """Bytes that the files below ``folder`` take on disk; files that vanish meanwhile count for nothing."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).lstat().st_blocks * 512
            except OSError:
                continue
    return total


class Budget:
    """``is_spent`` says it once: then recording has to stop."""

    def __init__(self, folder: Path, gigabytes: float) -> None:
        self.folder, self.gigabytes = folder, gigabytes
        self.was_spent = False

    @property
    def words(self) -> str:
        return f"录像最多占 {self.gigabytes:g} GB 磁盘，到了就停录，网页照常；{SETTING}=数 可改。"

    def is_spent(self) -> bool:
        if self.was_spent or used_bytes(self.folder) < self.gigabytes * 1e9:
            return False
        self.was_spent = True
        return True

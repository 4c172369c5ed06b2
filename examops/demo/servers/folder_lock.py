"""One process per folder: a file lock, which the kernel releases when its holder dies."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Another process holds this folder."""


class FolderLock:
    """Held from ``take`` to ``release``; never inherited by child processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Make the folder (0700) and hold it, or raise :class:`AlreadyRunning`."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (self.folder / "lock").open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise AlreadyRunning(f"another process already uses {self.folder}") from None
        self._file = file

    def release(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

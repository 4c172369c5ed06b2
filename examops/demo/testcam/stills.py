"""Still parts of rooms that were painted before, in a folder: painting one takes most of a second, reading it back a
few hundredths.

A file's name carries a hash over everything that decides what is in it: the code of this package, the libraries that
paint, the room and the view. So another state of the code paints anew, and no file has to be thought of.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from examops.demo.testcam.model import Picture


@dataclass(frozen=True)
class Still:
    """A room without people: ``grounds`` (copies, rows, columns, 3), its depth in metres and where the floor shows."""

    grounds: Picture
    depth: NDArray[np.float32]
    floor: NDArray[np.bool_]


@dataclass(frozen=True)
class Stills:
    """About 13 MB for a camera of 1280 × 720."""

    folder: Path

    def painted(self, name: str, view: object, paint: Callable[[], Still]) -> Still:
        """The still part ``name`` (ASCII, of room and position) as seen in ``view``; painted where none is kept."""
        file = self.folder / f"{name}-{_digest(view)}.npz"
        if (kept := _read(file)) is not None:
            return kept
        still = paint()
        self._write(file, name, still)
        return still

    def _write(self, file: Path, name: str, still: Still) -> None:
        """Renamed when it is whole. A disk that takes nothing more costs the time of painting, not the camera."""
        draft = file.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with draft.open("wb") as opened:
                np.savez(opened, grounds=still.grounds, depth=still.depth, floor=still.floor)
            for former in self.folder.glob(f"{name}-*.npz"):
                former.unlink()
            draft.rename(file)
        except OSError:
            _remove(draft)


def _remove(file: Path) -> None:
    try:
        os.unlink(file)
    except OSError:
        return


def _read(file: Path) -> Still | None:
    """None for none, and for one that a crash left damaged: each part of the archive has a check sum."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as parts:
            return Still(parts["grounds"], parts["depth"], parts["floor"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _digest(view: object) -> str:
    return hashlib.sha256(f"{_code()} {view!r}".encode()).hexdigest()[:20]


@cache
def _code() -> str:
    """A hash over the code that paints, and the versions of what it paints with."""
    found = hashlib.sha256(f"{cv2.__version__} {np.__version__}".encode())
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()

"""SIGTERM and SIGINT as an exception, also where the shell has set them to be ignored."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path
from types import FrameType

ASKS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


class StopRequested(BaseException):
    """The demo was asked to stop. No subclass of Exception, so that no ``except Exception`` catches it."""


def install() -> None:
    """The first signal raises :class:`StopRequested` in the main thread; later ones are ignored."""
    for number in ASKS:
        signal.signal(number, _stop)
    if _parent_is_make():  # make killed: nobody would be left to stop us
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(number: int, frame: FrameType | None) -> None:
    ignore()
    raise StopRequested(signal.Signals(number).name)


def ignore() -> None:
    for number in ASKS:
        signal.signal(number, signal.SIG_IGN)


def make_was_interrupted() -> bool:
    """GNU make passes SIGTERM on to its recipe but not SIGINT: it waits for the recipe with that signal blocked."""
    return _parent_is_make() and bool(_blocked_by(os.getppid()) & (1 << (signal.SIGINT - 1)))


def _parent_is_make() -> bool:
    try:
        return Path(f"/proc/{os.getppid()}/comm").read_text().strip() in ("make", "gmake")
    except OSError:
        return False


def _blocked_by(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1], 16) for line in lines if line.startswith("SigBlk:")), 0)

"""Run a function on hostile bytes in a child process that is bounded in memory, processor time and wall time.

A web process has many threads, so it cannot fork safely; the child is a fresh interpreter that imports the module of
the function and nothing else. It gets no environment variables of ours, hence no secrets, and answers in JSON.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from examops.core.errors import Busy
from examops.sheets import bounded_child
from examops.sheets.bounded_child import OUT_OF_MEMORY, RESULT_TOO_LARGE, Refused

logger = logging.getLogger("examops.bounded")
ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-P", "-B", "-c", "from examops.sheets.bounded_child import main; main()")
# A failed allocation in native code aborts; SIGKILL that we did not send is the kernel's, out of memory.
MEMORY_EXITS = {OUT_OF_MEMORY, RESULT_TOO_LARGE, -signal.SIGABRT, -signal.SIGKILL}
TIME_EXITS = {-signal.SIGXCPU, -signal.SIGALRM}
LOGGED = 2000  # bytes of a child's traceback
# Children of one process at a time: the memory of the machine is bounded, not only that of a child.
SLOTS = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Bounds:
    """``memory_bytes`` of address space, seconds of processor and wall time, and the size of the answer as JSON."""

    memory_bytes: int = 1 << 30
    cpu_s: int = 30
    wall_s: int = 60
    result_bytes: int = 64 << 20


# Whether the bytes are of the caller's own making.
OWN_FILES: ContextVar[bool] = ContextVar("own_files", default=False)


@contextmanager
def own_files() -> Iterator[None]:
    """Inside, files are read in this process: a command that has just written them itself needs no bounds for them, and
    each child costs a tenth of a second. For nothing that a stranger could have written."""
    before = OWN_FILES.set(True)
    try:
        yield
    finally:
        OWN_FILES.reset(before)


class OutOfMemory(Exception):
    """The child needed more memory, or gave a larger answer, than its bounds allow."""


class OutOfTime(Exception):
    """The child ran longer than its bounds allow."""


class ChildFailed(Exception):
    """The child ended in any other way: an exception or a crash in the function. The log has its traceback."""


def run_bounded(function: str, data: bytes, arguments: dict[str, Any], bounds: Bounds) -> Any:
    """The JSON value of ``function`` ("package.module:name"), called in a child as ``name(data, **arguments)``.

    Raises :class:`Refused` as the function raised it, :class:`OutOfMemory`, :class:`OutOfTime`, :class:`ChildFailed`,
    or :class:`Busy` when the children of others do not end within ``bounds.wall_s``.
    """
    if OWN_FILES.get():
        return json.loads(json.dumps(bounded_child.call(function, data, arguments)))
    if not SLOTS.acquire(timeout=bounds.wall_s):
        raise Busy()
    try:
        answer = _run({"function": function, "arguments": arguments, "bounds": asdict(bounds)}, data, bounds.wall_s)
    finally:
        SLOTS.release()
    if "refused" in answer:
        raise Refused(answer["refused"], **answer["params"])
    return answer["value"]


def _run(order: dict[str, Any], data: bytes, wall_s: int) -> dict[str, Any]:
    environ = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": os.defpath}
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(COMMAND, env=environ, cwd="/", **pipes) as child:  # type: ignore[call-overload]  # noqa: S603
        try:
            output, errors = child.communicate(json.dumps(order).encode() + b"\n" + data, timeout=wall_s)
        except subprocess.TimeoutExpired as error:
            raise OutOfTime() from error
        finally:
            child.kill()
    _check_exit(child.returncode, order["function"], errors)
    answer: dict[str, Any] = json.loads(output)
    return answer


def _check_exit(code: int, function: str, errors: bytes) -> None:
    if code == 0:
        return
    # bounded_child writes no data into its tracebacks.
    logger.warning(
        "%s ended with %s in its child process: %s", function, code, errors[-LOGGED:].decode(errors="replace")
    )
    if code in MEMORY_EXITS:
        raise OutOfMemory()
    raise OutOfTime() if code in TIME_EXITS else ChildFailed()

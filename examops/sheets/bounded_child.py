"""The child's side of :mod:`examops.sheets.bounded`. Imports the standard library only: it is started for each call."""

from __future__ import annotations

import gc
import importlib
import json
import resource
import signal
import sys
import traceback
from typing import Any

OUT_OF_MEMORY, RESULT_TOO_LARGE, FAILED = 65, 66, 70


class Refused(Exception):
    """The function refuses its data: ``code`` and JSON ``params`` reach the caller of ``run_bounded``."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code, self.params = code, params
        super().__init__(code)


def main() -> None:
    """Read the order (one line of JSON) and the data from stdin, write the answer to stdout."""
    gc.disable()  # it lives for one call, whose lists refer to nothing in a circle
    order = json.loads(sys.stdin.buffer.readline())
    _limit(order["bounds"])
    try:
        answer = json.dumps(_answer(order), ensure_ascii=False, separators=(",", ":")).encode()
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    except BaseException as error:  # noqa: BLE001 - a panic of native code is no Exception
        # Without the message: it may hold what stands in a cell.
        traceback.print_tb(error.__traceback__)
        sys.stderr.write(f"{type(error).__name__}\n")
        sys.exit(FAILED)
    if len(answer) > order["bounds"]["result_bytes"]:
        sys.exit(RESULT_TOO_LARGE)
    sys.stdout.buffer.write(answer)


def _limit(bounds: dict[str, int]) -> None:
    """The wall time too: should the parent be killed, the child still ends."""
    signal.alarm(bounds["wall_s"] + 1)
    memory, cpu = bounds["memory_bytes"], bounds["cpu_s"]
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # At the soft limit comes SIGXCPU, which the parent can tell from a kill by the kernel for lack of memory.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(order: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"value": call(order["function"], sys.stdin.buffer.read(), order["arguments"])}
    except Refused as refusal:
        return {"refused": refusal.code, "params": refusal.params}


def call(function: str, data: bytes, arguments: dict[str, Any]) -> Any:
    """The value of ``function`` ("package.module:name") of the data."""
    module, name = function.split(":")
    return getattr(importlib.import_module(module), name)(data, **arguments)

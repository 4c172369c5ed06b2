"""Reads one upload after another within the bounds of production, so that a native abort ends this process alone.

An order is one line of JSON ``{size, is_paste}`` and that many bytes; the answer is one line of JSON: ``table``,
``refused`` (code) or ``error`` (what nobody caught, with its last frames).
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import traceback
from dataclasses import asdict
from typing import Any

from examops.eligibility.roster import Limits
from examops.eligibility.roster.reading import BOUNDS
from examops.sheets.bounded_child import Refused
from examops.sheets.wire import heads_to_json, read_upload

CPU_S = 10
LIMITS = asdict(Limits.of())


def answer(data: bytes, is_paste: bool) -> dict[str, Any]:
    try:
        heads = [] if is_paste else heads_to_json(data, limits=LIMITS)
        return {"table": read_upload(data, is_paste=is_paste, sheet="", limits=LIMITS), "heads": len(heads)}
    except Refused as refusal:
        return {"refused": refusal.code, "params": refusal.params}
    except BaseException:  # noqa: BLE001 - a panic of native code is no Exception
        return {"error": traceback.format_exc(limit=-4)}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (BOUNDS.memory_bytes, BOUNDS.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while line := sys.stdin.buffer.readline():
        order = json.loads(line)
        signal.setitimer(signal.ITIMER_VIRTUAL, CPU_S)  # small files: whoever needs longer has met something quadratic
        found = answer(sys.stdin.buffer.read(order["size"]), order["is_paste"])
        sys.stdout.buffer.write(json.dumps(found).encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

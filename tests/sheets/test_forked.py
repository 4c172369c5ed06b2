"""The children that tests fork answer and end as those that the product starts, or other tests would prove nothing."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from examops.eligibility.roster import Limits
from examops.sheets.bounded import COMMAND, ROOT, Bounds
from examops.sheets.wire import READ_HEADS, READ_UPLOAD
from tests.fixtures.sheets import Children

HERE = "tests.sheets.test_bounded:"
MB = 1 << 20
SHEET = "姓名\t身份证号\n何兰\t440606199001010011\n".encode()
LIMITS = asdict(Limits.of())
PASTE = {"is_paste": True, "sheet": "", "limits": LIMITS}
ORDERS: dict[str, tuple[str, bytes, dict[str, Any], dict[str, int]]] = {
    "a paste": (READ_UPLOAD, SHEET, PASTE, {}),
    "no table": (READ_UPLOAD, b"", PASTE, {}),
    "heads of what is no workbook": (READ_HEADS, b"PK\x03\x04", {"limits": LIMITS}, {}),
    "no secrets": (HERE + "echo", b"", {}, {}),
    "too much memory": (HERE + "fill", b"", {"size": 512 * MB}, {"memory_bytes": 256 * MB}),
    "too long an answer": (HERE + "answer_at_length", b"", {"size": 2 * MB}, {"result_bytes": MB}),
    "too much time": (HERE + "spin", b"", {}, {"cpu_s": 1}),
    "too long a time": (HERE + "hang", b"", {}, {"wall_s": 1}),
    "a failure": (HERE + "crash", b"440606199001010017", {}, {}),
    "a file": (HERE + "write_a_file", b"x", {"path": "/tmp/examops-a-child-wrote-this"}, {}),
}


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    children = Children()
    yield children
    children.end()


def started(order: dict[str, Any], data: bytes) -> tuple[int, bytes, bytes]:
    """What examops.sheets.bounded starts for this order."""
    environ = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PATH": os.defpath}
    whole = json.dumps(order).encode() + b"\n" + data
    end = subprocess.run(COMMAND, input=whole, env=environ, cwd="/", capture_output=True, check=False)
    return end.returncode, end.stdout, end.stderr


@pytest.mark.parametrize("name", ORDERS)
def test_a_forked_child_does_what_a_started_one_does(name: str, children: Children) -> None:
    function, data, arguments, bounds = ORDERS[name]
    order = {"function": function, "arguments": arguments, "bounds": asdict(Bounds(**bounds))}
    forked, real = children.run(order, data), started(order, data)
    assert forked[:2] == real[:2]
    assert forked[2].splitlines()[-1:] == real[2].splitlines()[-1:]

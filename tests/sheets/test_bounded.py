"""A child process that is bounded in memory, processor time and wall time, and what its parent makes of its end."""

from __future__ import annotations

import dataclasses
import os
import threading
import time

import pytest

from examops.core.errors import Busy
from examops.sheets import bounded
from examops.sheets.bounded import Bounds, ChildFailed, OutOfMemory, OutOfTime, run_bounded
from examops.sheets.bounded_child import Refused
from tests.patience import PATIENCE_S

HERE = f"{__name__}:"
MB = 1 << 20
BOUNDS = Bounds(memory_bytes=256 * MB, cpu_s=20, wall_s=int(PATIENCE_S), result_bytes=MB)


def echo(data: bytes, **arguments: object) -> object:
    return {"data": data.decode(), **arguments, "environ": sorted(os.environ)}


def refuse(data: bytes) -> object:
    raise Refused("rows", rows=7)


def fill(data: bytes, size: int) -> object:
    return len(bytearray(size))


def answer_at_length(data: bytes, size: int) -> object:
    return "x" * size


def spin(data: bytes) -> object:
    while True:
        pass


def hang(data: bytes) -> object:
    return time.sleep(3600)


def crash(data: bytes) -> object:
    raise ValueError(data.decode())


def write_a_file(data: bytes, path: str) -> object:
    with open(path, "wb") as file:
        return file.write(data)


def test_the_answer_and_the_data_come_through_and_the_secrets_of_the_parent_do_not(monkeypatch) -> None:
    monkeypatch.setenv("EXAMOPS_SECRET_KEY", "secret")
    found = run_bounded(HERE + "echo", "名单".encode(), {"sheet": "一"}, BOUNDS)
    assert (found["data"], found["sheet"]) == ("名单", "一")
    assert "EXAMOPS_SECRET_KEY" not in found["environ"]


def test_a_refusal_keeps_its_code_and_values() -> None:
    with pytest.raises(Refused) as refusal:
        run_bounded(HERE + "refuse", b"", {}, BOUNDS)
    assert (refusal.value.code, refusal.value.params) == ("rows", {"rows": 7})


def test_memory_is_bounded() -> None:
    assert run_bounded(HERE + "fill", b"", {"size": 64 * MB}, BOUNDS) == 64 * MB
    with pytest.raises(OutOfMemory):
        run_bounded(HERE + "fill", b"", {"size": 512 * MB}, BOUNDS)


def test_the_answer_is_bounded() -> None:
    with pytest.raises(OutOfMemory):
        run_bounded(HERE + "answer_at_length", b"", {"size": 2 * MB}, BOUNDS)


@pytest.mark.parametrize(("function", "limit"), [("spin", {"cpu_s": 1}), ("hang", {"wall_s": 2})])
def test_a_child_that_spins_or_hangs_is_ended(function: str, limit: dict[str, int]) -> None:
    with pytest.raises(OutOfTime):
        run_bounded(HERE + function, b"", {}, dataclasses.replace(BOUNDS, **limit))


def test_a_failure_is_logged_without_the_data(caplog) -> None:
    with pytest.raises(ChildFailed):
        run_bounded(HERE + "crash", b"440606199001010017", {}, BOUNDS)
    assert "ValueError" in caplog.text
    assert "440606199001010017" not in caplog.text


def test_a_child_cannot_write_files(tmp_path) -> None:
    with pytest.raises(ChildFailed):
        run_bounded(HERE + "write_a_file", b"x", {"path": str(tmp_path / "a")}, BOUNDS)
    assert not (tmp_path / "a").exists() or (tmp_path / "a").read_bytes() == b""


def test_children_beyond_the_slots_wait_and_then_the_caller_is_told(monkeypatch) -> None:
    monkeypatch.setattr(bounded, "SLOTS", threading.BoundedSemaphore(1))
    with bounded.SLOTS, pytest.raises(Busy):
        run_bounded(HERE + "echo", b"", {}, dataclasses.replace(BOUNDS, wall_s=1))
    assert run_bounded(HERE + "echo", b"", {}, BOUNDS)["data"] == ""


def test_what_a_command_has_written_itself_is_read_without_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "_run", lambda *_: pytest.fail("a child was started"))
    with bounded.own_files():
        assert run_bounded(HERE + "echo", "名单".encode(), {"sheet": "一"}, BOUNDS)["sheet"] == "一"
        with pytest.raises(Refused, match="rows"):
            run_bounded(HERE + "refuse", b"", {}, BOUNDS)
        other: list[bool] = []
        beside = threading.Thread(target=lambda: other.append(bounded.OWN_FILES.get()))
        beside.start()
        beside.join()
    assert other == [False], "other threads are not meant"
    assert not bounded.OWN_FILES.get()

"""What runs beside the recording: begun again whatever ends it, and reported; and one recorder per spool."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.apart import run_apart
from tests.patience import PATIENCE_S
from tests.video.clips import TestClocks
from video.identity import Identity
from video.recorder.clocks import Clocks
from video.recorder.run import Limits
from video.recorder.signing import Signer
from video.recorder.spool import Spool, SpoolInUse
from video.server import Server, ServerUnavailable
from video.service import RecorderService
from video.side_tasks import SideTasks

ROOT = Path(__file__).parents[2]


async def until(found: Callable[[], Any]) -> Any:
    async with asyncio.timeout(PATIENCE_S):
        while not (result := found()):
            await asyncio.sleep(0.01)
        return result


@pytest.mark.parametrize("end", [KeyError("a bug"), OSError(28, "full"), asyncio.CancelledError(), None])
def test_a_task_that_ends_begins_again_and_is_named_for_a_while(end: BaseException | None) -> None:
    clocks, begun = TestClocks(), []

    async def work() -> None:
        begun.append(1)
        if len(begun) == 1:
            if end is not None:
                raise end
            return
        await asyncio.sleep(3600)

    async def run() -> None:
        tasks = SideTasks(clocks.monotonic)
        tasks.start("plan", work)
        await until(lambda: len(begun) == 2)
        cause = (
            "ended" if end is None else "cancelled" if isinstance(end, asyncio.CancelledError) else type(end).__name__
        )
        assert tasks.faults() == [f"plan: {cause}"]
        clocks.mono += 121
        assert tasks.faults() == []
        await tasks.stop()
        assert len(begun) == 2

    run_apart(run)


def test_a_task_that_was_ended_for_good_is_named() -> None:
    async def run() -> None:
        tasks = SideTasks(TestClocks().monotonic)
        tasks.start("plan", lambda: asyncio.sleep(3600))
        await asyncio.sleep(0)
        tasks._tasks["plan"].cancel()
        await until(tasks.faults)
        assert tasks.faults() == ["plan: ended for good"]

    run_apart(run)


class Away(Server):
    def __init__(self) -> None:
        super().__init__("http://nowhere")
        self.reports: list[Any] = []

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        if path == "/health":
            self.reports.append(body)
            return {"snapshots": []}
        raise ServerUnavailable("away")


def test_a_server_that_is_not_up_yet_is_asked_again_at_once_and_then_less_and_less(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, waits = Away(), []
    service = RecorderService(Spool(tmp_path), Identity("box", "t", Signer.new()), server, limits=Limits())

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 7:
            monkeypatch.setattr(server, "call", lambda *_, **__: {"cameras": [], "armings": []})
        if len(waits) == 8:
            monkeypatch.setattr(server, "call", Away().call)
        if len(waits) == 9:
            raise asyncio.CancelledError

    async def run() -> None:
        waiting = asyncio.create_task(service.recorder.wait_for_plan(3600))
        await waiting.get_loop().run_in_executor(None, lambda: None)  # it has begun to wait
        monkeypatch.setattr("video.service.asyncio.sleep", sleep)
        with pytest.raises(asyncio.CancelledError):
            await service._refresh_plan()
        async with asyncio.timeout(PATIENCE_S):
            await waiting  # a camera without an arming waits for the plan, not for its second

    run_apart(run)
    assert waits == [0.1, 0.2, 0.4, 0.8, 1.6, 3.0, 3.0, 3.0, 0.1]


def test_the_health_report_names_what_does_not_work_although_the_disk_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, clocks, server = Spool(tmp_path), TestClocks(), Away()
    (tmp_path / "plan.json").write_text("{")
    pair = Clocks(clocks.monotonic, clocks.wall)
    service = RecorderService(spool, Identity("box", "t", Signer.new()), server, limits=Limits(), clocks=pair)
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "x.json").write_text("{")
    service.spool_report()
    assert service.spool_report()["faults"] == ["uploader: ended for good", "set aside: x.json"]

    def refuses() -> float:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(spool, "disk_fill_percent", refuses)

    async def run() -> None:
        task = asyncio.create_task(service._report_health())
        await until(lambda: server.reports)
        task.cancel()

    run_apart(run)
    assert server.reports[0]["cameras"] == []
    assert server.reports[0]["spool"]["disk_fill_percent"] is None
    assert "spool: Input/output error" in server.reports[0]["spool"]["faults"]


def test_a_second_recorder_on_one_spool_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    first = Spool(tmp_path, exclusive=True)
    (first.folder("c") / "open.origin").write_text("{}")
    with (tmp_path / "gaps.jsonl").open("w") as file:
        file.write('{"half a line that the first one is writing')
    command = ["video", "record", "--server", "http://127.0.0.1:9", "--spool", str(tmp_path)]
    second = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, timeout=PATIENCE_S, check=False
    )
    assert second.returncode == 3
    assert f"{tmp_path} is in use by another recorder (process {os.getpid()})" in second.stderr.decode()
    assert (tmp_path / "c" / "open.origin").exists()
    assert (tmp_path / "gaps.jsonl").read_text().endswith("is writing")
    with pytest.raises(SpoolInUse):
        Spool(tmp_path, exclusive=True)


def test_the_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = "import pathlib, video.recorder.spool as spool; spool.Spool(pathlib.Path({!r}), exclusive=True)"
    subprocess.run([sys.executable, "-c", code.format(str(tmp_path))], cwd=ROOT, check=True, timeout=PATIENCE_S)
    Spool(tmp_path, exclusive=True)

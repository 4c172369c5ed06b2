"""``python -m examops demo``: start everything in order, restart what dies, stop it all when asked."""

from __future__ import annotations

import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from examops.demo.account_notice import read_account_notice
from examops.demo.servers import AlreadyRunning, FolderLock
from examops.demo.servers.chosen import Servers
from examops.demo.servers.processes import tail
from examops.demo.story.past_box import is_archived
from examops.demo.supervisor import attached, disk_space, environments, screen, stop_signals, web_port
from examops.demo.supervisor.children import Child, Children
from examops.demo.supervisor.recorder_box import past_recorder, recorder
from examops.demo.supervisor.seeding import WORDS, Seed, StepFailed

ROOT = Path(__file__).resolve().parents[3]
WORKER = "examops.web.gunicorn_worker.PatientWorker"
CHECK_INTERVAL_S = 0.25  # seconds between two checks of the children
BUDGET_INTERVAL_S = 30.0  # seconds between two looks at the disk: the cameras write 2 MB in that time


def main(arguments: list[str] | None = None) -> int:
    """Run until asked to stop. 0 after a clean stop, 1 when it could not start."""
    if arguments:
        sys.stderr.write("用法：[PORT=8000] [EXAMOPS_VAR=var] python -m examops demo\n")
        return 2
    var = Path(os.environ.get("EXAMOPS_VAR", "").strip() or "var").absolute()
    lock = FolderLock(var)
    try:
        stop_signals.install()
        lock.take()
        disk_space.check(var)
        disk_space.budget_gb(os.environ)
        if port := attached.port_of_killed_demo(var):
            web_port.wait_until_free(port)
        return Demo(os.environ, var, web_port.choose(os.environ)).run()
    except AlreadyRunning:
        sys.stderr.write(f"{var} 里已经有一个演示在运行：请先停止它，或换一个目录并用另一个 PORT 启动。\n")
    except (
        web_port.PortTaken,
        disk_space.DiskSpaceTooLow,
        disk_space.BudgetInvalid,
        StepFailed,
        OSError,
        RuntimeError,
    ) as error:
        sys.stderr.write(f"{error}\n")
    except stop_signals.StopRequested:
        return 0
    finally:
        lock.release()
    return 1


class Demo:
    """All processes of one folder."""

    def __init__(self, given: Mapping[str, str], var: Path, port: int) -> None:
        self.var, self.port = var, port
        self.address = given.get("EXAMOPS_PUBLIC_URL", "").strip() or f"http://127.0.0.1:{port}"
        self.logs = var / "log"
        self.logs.mkdir(exist_ok=True)
        self.servers = Servers(given, var, port, screen.print_event)
        self.is_recording_past = False
        self.budget = disk_space.Budget(var, disk_space.budget_gb(given))
        self._budget_due = 0.0
        self.children = Children(self.logs, {}, cwd=ROOT, say=screen.print_event)

    def run(self) -> int:
        try:
            self._start(time.monotonic())
            self._supervise()
        except stop_signals.StopRequested:
            return 0
        finally:
            stop_signals.ignore()
            self._stop()

    def _start(self, began: float) -> None:
        screen.print_line("正在启动 examops 演示")
        seed = Seed(self.logs / "seed.log", self.servers.environ)  # its imports take as long as the servers
        try:
            self._start_beside(seed, began)
        finally:
            seed.stop()

    def _start_beside(self, seed: Seed, began: float) -> None:
        self.servers.begin()
        with screen.step("数据库"):
            self.servers.start_database()
        with screen.step("对象存储"):
            self.servers.start_store()
        self.children.environ = dict(self.servers.environ)
        attached.write_settings(self.var, self.servers.environ)
        web = self._start_web()
        with screen.step(WORDS):
            seed.run(self.servers.environ)
        with screen.step("网页"):
            self._wait_for(web)
        with screen.step("定时、队列、摄像机"):
            self._start_processes()
        with screen.step("录像机"):
            self._start_recorder()
        screen.ready(self.address, read_account_notice(self.var), self.var, time.monotonic() - began)
        screen.print_line(self.budget.words + "\n")
        if self.is_recording_past:
            screen.print_line("昨天那一场的录像正在后台归档，约需三分钟；可以先看正在进行的三场。\n")

    def _start_web(self) -> Child:
        """Started before the seed command: its imports take seconds and can run meanwhile."""
        line = [sys.executable, "-m", "gunicorn", *_gunicorn(self.port, self.servers.environ)]
        return self.children.start(Child("web", line, environ_of=environments.for_web))

    def _wait_for(self, web: Child) -> None:
        while not answers(f"http://127.0.0.1:{self.port}/healthz"):
            self._check_processes()
            if web.failures > 2:
                raise StepFailed(f"网页没有起来：\n{tail(self.children.log_of(web))}")

    def _start_processes(self) -> None:
        python = [sys.executable, "-m"]
        cameras = [*python, "examops", "testcam", "--port", str(self.servers.testcam_port)]
        self.children.start(Child("scheduler", [*python, "scheduler", "run"], environ_of=environments.for_jobs))
        self.children.start(Child("worker", [*python, "scheduler", "worker"], environ_of=environments.for_jobs))
        self.children.start(Child("testcam", cameras, environ_of=environments.for_devices))

    def _start_recorder(self) -> None:
        child = recorder(self.var, f"http://127.0.0.1:{self.port}")
        if child:
            self.children.start(child)
            if not is_archived(self.var):
                self.children.start(past_recorder(f"http://127.0.0.1:{self.port}"))
                self.is_recording_past = True

    def _supervise(self) -> NoReturn:
        while True:
            self._check_processes()
            self._keep_budget()  # not while starting: what is not there yet could not be stopped

    def _check_processes(self) -> None:
        if stop_signals.make_was_interrupted():
            raise stop_signals.StopRequested("make")
        before = dict(self.servers.environ)
        for name in self.servers.restart_dead():
            screen.print_event(f"{name} 意外退出，已重新启动")
        if self.servers.environ != before:
            attached.write_settings(self.var, self.servers.environ)
            self.children.restart_all(self.servers.environ)
        self.children.watch()
        time.sleep(CHECK_INTERVAL_S)

    def _keep_budget(self) -> None:
        """Stop recording once the folder is as large as agreed; what was recorded stays and the web goes on."""
        if time.monotonic() < self._budget_due:
            return
        self._budget_due = time.monotonic() + BUDGET_INTERVAL_S
        if self.budget.is_spent():
            self.children.retire(("recorder", "testcam"))
            screen.print_event(
                f"演示已占 {self.budget.gigabytes:g} GB 磁盘，录像机和摄像机已停，网页照常。要接着录："
                f"用 {disk_space.SETTING}=更大的数 重新启动，或用 EXAMOPS_VAR=目录 换一处。"
            )

    def _stop(self) -> None:
        """The recorder first, because it reports to the web when it ends; the database last."""
        began = time.monotonic()
        screen.print_line("\n正在停止……")
        self.children.stop_all(first=("recorder", "testcam"))
        self.servers.stop()
        attached.remove_settings(self.var)
        screen.print_line(f"已全部停止（{time.monotonic() - began:.1f} 秒）。")


def _gunicorn(port: int, environ: Mapping[str, str]) -> list[str]:
    threads = environ.get("EXAMOPS_THREADS", "").strip() or "8"
    flags = ["--worker-class", WORKER, "--worker-connections", "400", "--threads", threads, "--workers", "2"]
    limits = ["--timeout", "60", "--graceful-timeout", "5", "--no-control-socket"]
    return [*flags, *limits, "--bind", f"127.0.0.1:{port}", "wsgi:app"]


def answers(address: str) -> bool:
    """Whether a server answers HTTP at this address, with any status."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=3):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False

"""All processes of the demo: begun in order, restarted when they die, stopped together."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from examops.demo.account_notice import read_account_notice
from examops.demo.servers.chosen import Servers
from examops.demo.servers.processes import tail
from examops.demo.story.drawn_cameras import camera_login
from examops.demo.story.past_box import is_archived
from examops.demo.supervisor import attached, disk_space, environments, screen, stop_signals
from examops.demo.supervisor.children import Child, Children
from examops.demo.supervisor.forked import ForkServer
from examops.demo.supervisor.readiness import cameras_deliver, shows
from examops.demo.supervisor.recorder_box import past_recorder, recorder
from examops.demo.supervisor.seeding import WORDS, StepFailed, seed, what_is_missing

ROOT = Path(__file__).resolve().parents[3]
WORKER = "examops.web.gunicorn_worker.PatientWorker"
CHECK_INTERVAL_S = 0.25  # seconds between two checks of the children
START_INTERVAL_S = 0.05  # the same while somebody waits for the demo
CAMERAS_PATIENCE_S = 30.0  # seconds for the cameras' first pictures
BUDGET_INTERVAL_S = 30.0  # seconds between two looks at the disk: the cameras write 2 MB in that time


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

    def run(self, fork_server: ForkServer) -> int:
        """``fork_server`` has begun already, and ends with the start."""
        try:
            self.children.fork_server = fork_server
            self._start(fork_server, time.monotonic())
            self.children.fork_server = None
            fork_server.stop()
            self._supervise()
        except stop_signals.StopRequested:
            return 0
        finally:
            stop_signals.ignore()
            self._stop()

    def _start(self, fork_server: ForkServer, began: float) -> None:
        screen.print_line("正在启动 examops 演示")
        self.servers.begin()
        self._start_cameras()
        with screen.step("数据库"):
            self.servers.start_database()
        with screen.step("对象存储"):
            self.servers.start_store()
        self.children.environ = dict(self.servers.environ)
        attached.write_settings(self.var, self.servers.environ)
        with screen.step("载入程序"):  # ends when the fork server has imported the product
            missing = what_is_missing(self.var, self.servers.environ)
            web = self._start_web()
        if missing:
            with screen.step(WORDS):
                seed(fork_server, self.logs / "seed.log", self.servers.environ, missing)
        recorder_began = self._start_recorder()
        with screen.step("定时、队列、网页"):
            self._start_jobs()
            self._wait_for(web)
        with screen.step("录像机、摄像机"):
            self._wait_for_cameras(recorder_began)
        screen.ready(self.address, read_account_notice(self.var), self.var, time.monotonic() - began)
        screen.print_line(self.budget.words + "\n")
        if self.is_recording_past:
            screen.print_line(
                "另两家机构、之后三天的场次、其余名单正在后台写入，昨天那一场的录像正在归档，约需三分钟；"
                "可以先看正在进行的三场。\n"
            )

    def _start_cameras(self) -> None:
        """First of all: they need nothing, and their imports run beside the servers' start."""
        camera_login(self.var)  # written before two processes ask for it
        self.children.environ = dict(self.servers.environ)
        line = [sys.executable, "-m", "examops", "testcam", "--port", str(self.servers.testcam_port)]
        self.children.start(Child("testcam", line, environ_of=environments.for_devices))

    def _start_web(self) -> Child:
        """Before the seed command has made anything: until then it answers ``/healthz``."""
        line = [sys.executable, "-m", "gunicorn", *_gunicorn(self.port, self.servers.environ)]
        return self.children.start(Child("web", line, environ_of=environments.for_web, is_product=True))

    def _wait_for(self, web: Child) -> None:
        while not shows(f"http://127.0.0.1:{self.port}/sign-in"):
            self._check_processes(START_INTERVAL_S)
            if web.failures > 2:
                raise StepFailed(f"网页没有起来：\n{tail(self.children.log_of(web))}")

    def _start_jobs(self) -> None:
        for name, word in (("scheduler", "run"), ("worker", "worker")):
            line = [sys.executable, "-m", "scheduler", word]
            self.children.start(Child(name, line, environ_of=environments.for_jobs, is_product=True))

    def _start_recorder(self) -> float | None:
        """Begins before the web answers, so that nothing waits for its start. When that was, in seconds since 1970;
        None where the seed left no pairing."""
        child, began = recorder(self.var, f"http://127.0.0.1:{self.port}"), time.time()
        if not child:
            return None
        self.children.start(child)
        return began

    def _wait_for_cameras(self, began: float | None) -> None:
        """For the first picture of every camera, but not for ever: without one the pages work all the same."""
        if began is None:
            return
        while not cameras_deliver(self.var / "spool", began) and time.time() < began + CAMERAS_PATIENCE_S:
            self._check_processes(START_INTERVAL_S)
        if not is_archived(self.var):
            self.children.start(past_recorder(f"http://127.0.0.1:{self.port}"))
            self.is_recording_past = True

    def _supervise(self) -> NoReturn:
        while True:
            self._check_processes()
            self._keep_budget()  # not while starting: what is not there yet could not be stopped

    def _check_processes(self, pause: float = CHECK_INTERVAL_S) -> None:
        if stop_signals.make_was_interrupted():
            raise stop_signals.StopRequested("make")
        before = dict(self.servers.environ)
        for name in self.servers.restart_dead():
            screen.print_event(f"{name} 意外退出，已重新启动")
        if self.servers.environ != before:
            attached.write_settings(self.var, self.servers.environ)
            self.children.restart_all(self.servers.environ)
        self.children.watch()
        time.sleep(pause)

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
    flags = [
        "--worker-class",
        WORKER,
        "--worker-connections",
        "400",
        "--threads",
        threads,
        "--workers",
        "2",
        "--preload",
    ]
    limits = ["--timeout", "60", "--graceful-timeout", "5", "--no-control-socket"]
    return [*flags, *limits, "--bind", f"127.0.0.1:{port}", "wsgi:app"]

"""What the demo settles before anything runs: ports, secrets, the recorder's box, how it is told to stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from config.settings import load
from examops.core.connections import role_password, role_url
from examops.core.keys import Keyring
from examops.demo.servers.chosen import Servers
from examops.demo.servers.ports import GRPC, free_port, is_free, stored_ports
from examops.demo.supervisor import disk_space, environments, web_port
from examops.demo.supervisor.attached import port_of_killed_demo, remove_settings, write_settings
from examops.demo.supervisor.children import Child
from examops.demo.supervisor.demo import Demo
from examops.demo.supervisor.forked import ForkServer, ForkServerEnded
from examops.demo.supervisor.readiness import cameras_deliver
from examops.demo.supervisor.recorder_box import recorder
from examops.demo.supervisor.seeding import StepFailed, seed
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
GIVEN = {"EXAMOPS_DATABASE_URL": "postgresql://elsewhere/x", "EXAMOPS_S3_ENDPOINT": "http://elsewhere"}


@pytest.fixture
def taken() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_refused_with_what_to_do(taken: int) -> None:
    with pytest.raises(web_port.PortTaken, match=rf"端口 {taken} 已被别的程序占用.*PORT={taken + 1} make demo"):
        web_port.choose({"PORT": str(taken)})


@pytest.mark.parametrize("words", ["web", "0", "65536", "-1"])
def test_a_port_that_is_no_port_is_refused(words: str) -> None:
    with pytest.raises(web_port.PortTaken, match="不是端口号"):
        web_port.choose({"PORT": words})


def test_without_a_wish_the_next_free_port_is_taken(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_port, "USUAL", taken)

    assert taken < web_port.choose({}) < taken + web_port.TRIES


def test_a_full_disk_is_said_before_anything_starts(tmp_path: Path) -> None:
    disk_space.check(tmp_path, least=1)

    with pytest.raises(disk_space.DiskSpaceTooLow, match="EXAMOPS_VAR="):
        disk_space.check(tmp_path, least=10**18)


@pytest.mark.parametrize("given", ["0", "-1", "viel", "nan", "1e9"])
def test_a_budget_that_is_none_is_refused_with_what_to_write(given: str) -> None:
    with pytest.raises(disk_space.BudgetInvalid, match="EXAMOPS_DEMO_GB"):
        disk_space.budget_gb({"EXAMOPS_DEMO_GB": given})


def test_recording_stops_at_the_budget_and_everything_else_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "store").mkdir()
    demo = Demo({"EXAMOPS_DEMO_GB": "0.002"} | GIVEN, tmp_path, 1)
    waits = [sys.executable, "-c", "import time; time.sleep(1000)"]
    (tmp_path / "store" / "early").write_bytes(b"x" * 2_100_000)
    demo._check_processes()  # as while starting: nothing is said to have stopped that is only about to begin
    assert capsys.readouterr().out == ""
    (tmp_path / "store" / "early").unlink()
    children = {name: demo.children.start(Child(name, waits)) for name in ("recorder", "web", "testcam")}
    try:
        demo._keep_budget()
        assert all(child.process for child in children.values())
        (tmp_path / "store" / "volume").write_bytes(b"x" * 2_100_000)
        demo._keep_budget()
        assert children["recorder"].process, "the disk is not looked at in every round"
        demo._budget_due = 0.0
        demo._keep_budget()
        demo.children.watch()
        assert [name for name, child in children.items() if child.process] == ["web"]
        assert "0.002 GB" in capsys.readouterr().out
        demo._budget_due = 0.0
        demo._keep_budget()
        assert capsys.readouterr().out == ""
    finally:
        demo.children.stop_all()


def test_the_port_of_a_killed_demo_is_waited_for_and_a_strangers_only_so_long(tmp_path: Path, taken: int) -> None:
    write_settings(tmp_path, {"PORT": str(taken)})
    assert port_of_killed_demo(tmp_path) == taken
    web_port.wait_until_free(taken, patience=0.0)

    with socket.create_server(("127.0.0.1", 0)) as dying:
        port = dying.getsockname()[1]
        threading.Timer(0.2, dying.close).start()
        web_port.wait_until_free(port, PATIENCE_S)
        assert web_port.choose({"PORT": str(port)}) == port

    remove_settings(tmp_path)
    assert port_of_killed_demo(tmp_path) == 0


def test_ports_are_kept_and_only_a_taken_one_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("examops.demo.servers.ports.PATIENCE", 0.0)
    file = tmp_path / "ports.json"
    first = stored_ports(file, ["a", "b"], also=(GRPC,))
    assert stored_ports(file, ["a", "b"], also=(GRPC,)) == first

    with socket.create_server(("127.0.0.1", first["a"] + GRPC)):
        second = stored_ports(file, ["a", "b"], also=(GRPC,))

    assert second["a"] != first["a"]
    assert second["b"] == first["b"]
    assert all(is_free(port) and is_free(port + GRPC) and port < 22000 for port in second.values())


def test_a_ports_file_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text('{"a": 15')

    assert stored_ports(tmp_path / "ports.json", ["a"])["a"] > 0


def test_no_free_port_is_said_instead_of_searched_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    monkeypatch.setattr("examops.demo.servers.ports.is_free", lambda port: False)

    with pytest.raises(RuntimeError, match="no free port"):
        free_port(random.Random(1))


def test_the_secret_and_the_cameras_port_are_kept_and_private(tmp_path: Path) -> None:
    given = {"EXAMOPS_DATABASE_URL": "postgresql://elsewhere/x", "EXAMOPS_S3_ENDPOINT": "http://elsewhere"}

    first, second = (Servers(given, tmp_path, 8000, print).environ for _ in range(2))

    assert first == second
    assert len(first["EXAMOPS_SECRET_KEY"]) >= 32
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_given_servers_are_used_and_none_is_started(tmp_path: Path) -> None:
    given = {"EXAMOPS_DATABASE_URL": "postgresql://elsewhere/x", "EXAMOPS_S3_ENDPOINT": "http://elsewhere"}
    servers = Servers(given, tmp_path, 8000, print)

    servers.start_database()
    servers.start_store()

    assert servers.environ["EXAMOPS_DATABASE_URL"] == "postgresql://elsewhere/x"
    assert servers.environ["EXAMOPS_S3_ENDPOINT"] == "http://elsewhere"
    assert not (tmp_path / "pg").exists()
    assert servers.restart_dead() == []


OWNER = "postgresql://examops:owners-password@127.0.0.1:5/examops"
GIVEN = {
    "EXAMOPS_DATABASE_URL": OWNER,
    "EXAMOPS_S3_ENDPOINT": "http://elsewhere",
    "EXAMOPS_S3_ACCESS_KEY": "everyday",
    "EXAMOPS_S3_SECRET_KEY": "everydays-secret",
    "EXAMOPS_S3_CUSTODY_ACCESS_KEY": "custody",
    "EXAMOPS_S3_CUSTODY_SECRET_KEY": "custodys-secret",
}


class EmbeddedDatabase:
    def start(self) -> str:
        return OWNER


@pytest.fixture(params=["embedded", "given"])
def environ(tmp_path: Path, request: pytest.FixtureRequest) -> dict[str, str]:
    """The demo's environment once its servers run."""
    servers = Servers(GIVEN, tmp_path, 8000, print)
    if request.param == "embedded":
        servers.database = EmbeddedDatabase()
    servers.start_database()
    return servers.environ


@pytest.mark.parametrize(("kind", "other"), [("web", "job"), ("job", "web")])
def test_web_and_jobs_get_their_own_login_and_nobody_elses(environ: dict[str, str], kind: str, other: str) -> None:
    found = {"web": environments.for_web, "job": environments.for_jobs}[kind](environ)
    before, after = load(environ), load(found)
    assert role_url(after, kind) == role_url(before, kind)
    assert (after.database_url, after.s3_custody_access_key, list(after.role_urls)) == ("", "", [kind])
    words = " ".join(found.values())
    assert not [word for word in ("owners-password", "custodys-secret") if word in words]
    assert role_password(before, other) not in words


def test_the_embedded_databases_logins_do_not_follow_from_the_secret(tmp_path: Path) -> None:
    passwords = []
    for _ in range(2):
        servers = Servers(GIVEN, tmp_path, 8000, print)
        servers.database = EmbeddedDatabase()
        servers.start_database()
        settings = load(servers.environ)
        passwords.append([role_password(settings, kind) for kind in ("web", "job")])
        assert Keyring(settings.secret_key).password_of("job") not in passwords[-1]
    assert passwords[0] == passwords[1]
    assert stat.S_IMODE((tmp_path / "database-job").stat().st_mode) == 0o600


def test_cameras_and_boxes_get_no_secret_of_the_server(environ: dict[str, str]) -> None:
    found = environments.for_devices(environ)
    assert [name for name in found if name.startswith("EXAMOPS_")] == ["EXAMOPS_VAR", "EXAMOPS_TESTCAM_PORT"]


def test_our_own_addresses_go_past_a_proxy(tmp_path: Path) -> None:
    environ = Servers({"HTTP_PROXY": "http://proxy", "NO_PROXY": "intranet"}, tmp_path, 8000, print).environ

    assert environ["NO_PROXY"] == "intranet,127.0.0.1,localhost"


def test_the_recorder_gets_its_code_and_keeps_the_cameras_passwords_to_itself(tmp_path: Path) -> None:
    cameras = {"c-1": {"username": "view", "password": "seen-only-here"}}
    (tmp_path / "demo-pairing.json").write_text(json.dumps({"code": "ABCD-1234", "cameras": cameras}))

    child = recorder(tmp_path, "http://127.0.0.1:8000")

    box = tmp_path / "spool" / "cameras.json"
    assert child is not None
    assert child.command[child.command.index("--code") + 1] == "ABCD-1234"
    assert "seen-only-here" not in " ".join(child.command)
    assert json.loads(box.read_text()) == cameras
    assert stat.S_IMODE(box.stat().st_mode) == 0o600


def test_without_a_pairing_there_is_no_recorder(tmp_path: Path) -> None:
    assert recorder(tmp_path, "http://127.0.0.1:8000") is None


class NoForkServer:
    def spawn(self, name: str, *_: object, **__: object) -> None:
        raise AssertionError(f"{name} was started")


@pytest.mark.parametrize("missing", [(), ("seed", "--first")])
def test_the_recorder_begins_before_the_web_answers_and_nothing_is_made_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: tuple[str, ...]
) -> None:
    demo, order = Demo(GIVEN, tmp_path, 8000), []
    (tmp_path / "demo-pairing.json").write_text(json.dumps({"code": "used", "cameras": {}}))
    monkeypatch.setattr(demo.children, "start", lambda child: (order.append(child.name), child)[1])
    monkeypatch.setattr("examops.demo.supervisor.demo.what_is_missing", lambda *_: missing)
    monkeypatch.setattr("examops.demo.supervisor.demo.seed", lambda *given: order.append(given[-1]))
    monkeypatch.setattr("examops.demo.supervisor.demo.shows", lambda _: order.append("answers") is None)
    monkeypatch.setattr("examops.demo.supervisor.demo.cameras_deliver", lambda *_: order.append("deliver") is None)

    demo._start(cast(ForkServer, NoForkServer()), time.monotonic())

    made = [missing] if missing else []
    jobs = ["scheduler", "worker"]
    assert order == ["testcam", "web", *made, "recorder", *jobs, "answers", "deliver", "record-past"]
    assert ("演示数据" in capsys.readouterr().out.split("准备好了")[0].replace("正在启动", "")) == bool(missing)


LISTENER = """
import time
from examops.demo.supervisor import stop_signals
stop_signals.install()
try:
    print("ready", flush=True)
    while not stop_signals.make_was_interrupted():
        time.sleep(0.05)
    print("make was interrupted", flush=True)
except stop_signals.StopRequested as asked:
    print("asked by", asked, flush=True)
"""


def _begin(command: list[str], **options: object) -> subprocess.Popen[str]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, **options)  # type: ignore[call-overload]
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_hears_a_signal_that_its_shell_told_it_to_ignore(number: signal.Signals) -> None:
    ignoring = {"preexec_fn": lambda: signal.signal(number, signal.SIG_IGN)}
    with _begin([sys.executable, "-c", LISTENER], **ignoring) as process:
        process.send_signal(number)

        assert process.communicate()[0] == f"asked by {number.name}\n"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGINT, "make was interrupted\n"),
        (signal.SIGTERM, "asked by SIGTERM\n"),
        (signal.SIGKILL, "asked by SIGTERM\n"),
    ],
)
def test_it_ends_when_only_make_is_told_to(tmp_path: Path, number: signal.Signals, words: str) -> None:
    (tmp_path / "listener.py").write_text(LISTENER)
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"demo:\n\t@exec env PYTHONPATH={ROOT} {sys.executable} {tmp_path}/listener.py\n")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    with _begin(["make", "-f", str(makefile), "demo"], env=environ) as process:
        process.send_signal(number)

        assert process.communicate()[0] == words


def doing(statement: str) -> list[str]:
    """``python -m`` of a module that is there everywhere and runs this once."""
    return [sys.executable, "-m", "timeit", "-n", "1", "-r", "1", statement]


def test_forked_children_are_ours_know_only_their_own_settings_and_outlive_the_fork_server(tmp_path: Path) -> None:
    """One test, because a fork server costs three seconds."""
    server, log = ForkServer(tmp_path / "fork-server.log", os.environ), tmp_path / "log"
    try:
        tell = "import json, os, sys; print(json.dumps([dict(os.environ), os.getsid(0) == os.getpid(), os.getppid()]))"
        environ = {"EXAMOPS_VAR": "here", "PATH": os.environ["PATH"]}
        child = server.spawn("tells", doing(f"{tell}; sys.stdout.flush(); os._exit(3)"), log=log, environ=environ)
        assert child.wait(PATIENCE_S) == 3
        assert json.loads(log.read_text()) == [environ, True, os.getpid()]

        with pytest.raises(StepFailed, match=r"没有成功（2）：\n用法：python -m examops in-demo"):
            seed(server, tmp_path / "seed.log", os.environ, ("in-demo",))

        waits = doing("import time; time.sleep(1000)")
        child = server.spawn("waits", waits, log=log, environ=os.environ)
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.05)
    finally:
        server.stop()
    assert child.poll() is None, "it goes on without the server"
    child.send_signal(signal.SIGTERM)
    assert child.wait(PATIENCE_S) == -signal.SIGTERM
    with pytest.raises(ForkServerEnded, match=r"fork-server\.log"):
        server.spawn("late", waits, log=log, environ=os.environ)


def test_cameras_deliver_when_each_armed_one_has_begun_a_segment(tmp_path: Path) -> None:
    def armed(uid: str, state: str, end: str) -> dict[str, str]:
        return {"camera_uid": uid, "state": state, "start": "2026-01-01T00:00:00.000Z", "end": end}

    begun = time.time() - 60
    assert not cameras_deliver(tmp_path, begun), "no plan yet"
    late, past = "2999-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"
    others = [armed("c", "disarmed", late), armed("d", "armed", past)]
    plan = {"armings": [armed("a", "armed", late), armed("b", "armed", late), *others]}
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    for uid in ("a", "b"):
        (tmp_path / uid).mkdir()
        (tmp_path / uid / "old.part").touch()
    os.utime(tmp_path / "b" / "old.part", (begun - 60, begun - 60))
    assert not cameras_deliver(tmp_path, begun), "b has only a file of the last time"
    (tmp_path / "b" / "gone.part").symlink_to("renamed-meanwhile")
    assert not cameras_deliver(tmp_path, begun), "and one that was renamed before it could be looked at"
    (tmp_path / "b" / "new.mp4").touch()
    assert cameras_deliver(tmp_path, begun)
    assert not cameras_deliver(tmp_path, time.time() + 60), "the plan is of the last time"

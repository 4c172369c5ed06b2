"""Processes of the demo: started again when they die, stopped in order, never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from examops.demo.supervisor.children import WAITS, Child, Children
from examops.demo.supervisor.logs import rotate
from tests.patience import PATIENCE_S, wait_for

ROOT = Path(__file__).parents[2]


class Seconds:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def script(words: str) -> list[str]:
    return [sys.executable, "-c", words]


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def children(tmp_path: Path, said: list[str], clock: Seconds) -> Iterator[Children]:
    children = Children(tmp_path, os.environ, cwd=ROOT, say=said.append, clock=clock)
    yield children
    children.stop_all()


def died(child: Child) -> bool:
    return child.process is not None and child.process.poll() is not None


def test_who_dies_is_started_again_after_a_wait(children: Children, clock: Seconds, said: list[str]) -> None:
    child = children.start(Child("web", ["sleep", "1000"]))
    assert child.process is not None
    child.process.kill()
    wait_for(lambda: died(child))

    children.watch()
    assert child.process is None
    clock.now += WAITS[0]
    children.watch()

    assert child.process is not None
    assert child.process.poll() is None
    assert "web 意外退出（-9）" in said[0]


def test_who_dies_again_and_again_waits_longer(children: Children, clock: Seconds) -> None:
    child = children.start(Child("web", ["false"]))
    waits = []
    for _ in range(len(WAITS) + 1):
        wait_for(lambda: died(child))
        children.watch()
        waits.append(child.due - clock.now)
        clock.now = child.due
        children.watch()

    assert waits == [*WAITS, WAITS[-1]]


def test_who_lived_long_begins_with_the_first_wait(children: Children, clock: Seconds) -> None:
    child = children.start(Child("web", ["false"], failures=4))
    wait_for(lambda: died(child))
    clock.now += 31

    children.watch()

    assert child.due - clock.now == WAITS[0]


def test_what_a_dead_process_left_in_its_group_is_killed(children: Children, tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    words = f"import subprocess; open({str(note)!r}, 'w').write(str(subprocess.Popen(['sleep', '1000']).pid))"
    child = children.start(Child("web", script(words)))
    wait_for(lambda: died(child))
    grandchild = int(note.read_text())
    assert is_alive(grandchild)

    children.watch()

    wait_for(lambda: not is_alive(grandchild))


def test_stopping_asks_in_order_and_kills_who_does_not_listen(children: Children, tmp_path: Path) -> None:
    log = tmp_path / "order"
    polite = "import signal,sys,time\ndef end(*a):\n open({!r},'a').write({!r}); sys.exit()\n"
    polite += "signal.signal(signal.SIGTERM,end)\nprint('ready',flush=True)\ntime.sleep(1000)"
    deaf = (
        "import signal,time\nsignal.signal(signal.SIGTERM,signal.SIG_IGN)\nprint('ready',flush=True)\ntime.sleep(1000)"
    )
    children.start(Child("web", script(polite.format(str(log), "web "))))
    children.start(Child("recorder", script(polite.format(str(log), "recorder "))))
    stubborn = children.start(Child("worker", script(deaf), patience=0.2)).process
    assert stubborn is not None
    wait_for(lambda: all("ready" in children.log_of(child).read_text() for child in children.all))

    children.stop_all(first=("recorder",))

    assert log.read_text() == "recorder web "
    assert stubborn.returncode == -signal.SIGKILL


def test_children_die_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    words = (
        "import time; from pathlib import Path; from examops.demo.servers.processes import spawn\n"
        f"print(spawn(['sleep', '1000'], log=Path({str(tmp_path / 'log')!r})).pid, flush=True); time.sleep(1000)"
    )
    with subprocess.Popen(script(words), stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)

        parent.kill()

    wait_for(lambda: not is_alive(child))


def test_a_child_hears_sigint_even_when_we_were_told_to_ignore_it(children: Children) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = children.start(Child("postgres", ["sleep", "1000"]))
    finally:
        signal.signal(signal.SIGINT, before)
    assert child.process is not None

    child.process.send_signal(signal.SIGINT)

    assert child.process.wait(PATIENCE_S) == -signal.SIGINT


def test_a_log_is_cut_by_size_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * 101)
        assert rotate(log, limit=100)
        writer.write(b"later")

        assert not rotate(log, limit=100)

    assert (log.read_bytes(), (tmp_path / "web.log.1").stat().st_size) == (b"later", 101)

"""An installation for tests that kill its parts: servers of its own, the demo's supervisor over every process."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from config.rulebook import rulebook
from config.settings import load
from examops.accounts.pairing import create_pairing_code
from examops.app.factory import create_app
from examops.core.clock import SystemClock
from examops.core.database import db
from examops.core.scope import CLOSED, SYSTEM, set_scope
from examops.core.transaction import transaction
from examops.demo.servers.chosen import Servers
from examops.demo.servers.processes import tail
from examops.demo.supervisor.children import Child, Children
from examops.demo.supervisor.demo import WORKER
from examops.demo.supervisor.readiness import answers
from examops.footage.archive.arming import arm_due, plan_armings
from examops.footage.models import Arming
from examops.ops.migrate import make_buckets, upgrade_database
from tests.factories import Factory
from tests.patience import PATIENCE_S
from tests.ports import free_port
from video.recorder.spool import Spool

ROOT = Path(__file__).parents[2]
SEGMENT_SECONDS = 3
PYTHON = (sys.executable, "-m")


class Plant:
    """One room with one camera under way. ``kill`` a part by name; every wait lets the supervision work."""

    def __init__(self, folder: Path) -> None:
        self.port, self.said = free_port(), list[str]()
        given = {name: value for name, value in os.environ.items() if not name.startswith("EXAMOPS_")}
        self.servers = Servers(given, folder, self.port, self.said.append)
        self.children = Children(folder, {}, cwd=ROOT, say=self.said.append)
        self.spool = Spool(folder / "spool")

    def start(self) -> None:
        self.servers.start_database()
        self.servers.start_store()
        environ = self.servers.environ
        settings = load(environ)
        upgrade_database(settings)
        make_buckets(settings)
        self.app = create_app(settings, kind="job", clock=SystemClock())
        self.children.environ = dict(environ)
        self._start_children(self._furnish())

    def _furnish(self) -> str:
        """A session that is running, its camera armed; returns the recorder's pairing code."""
        with self.app.app_context():
            set_scope(SYSTEM)
            make = Factory(db.session)
            body = make.body()
            site = make.site(body)
            room = make.room(site, stations=2)
            make.camera(room, source=f"rtsp://127.0.0.1:{self.servers.testcam_port}/electric-a-front")
            start = datetime.now(UTC) - timedelta(minutes=1)
            session, _ = make.session_with_turns(make.batch(body), room, turns=3, starts_at=start, state="running")
            with transaction(SYSTEM):
                plan_armings(session, rulebook(), SystemClock())
                arm_due(SystemClock())
                code = create_pairing_code(site, "recorder", clock=SystemClock())
            set_scope(CLOSED)
        return code

    def _start_children(self, code: str) -> None:
        address = f"http://127.0.0.1:{self.port}"
        bind = [
            "--worker-class",
            WORKER,
            "--threads",
            "8",
            "--bind",
            f"127.0.0.1:{self.port}",
            "--no-control-socket",
        ]
        camera = ["--port", str(self.servers.testcam_port), "--cameras", "electric-a:front", "--black-every", "0"]
        camera += ["--gop-seconds", "1"]  # several fragments in a segment: a kill finds one that is half written
        box = ["--server", address, "--code", code, "--spool", str(self.spool.root)]
        for name, *command in (
            ("testcam", "examops.demo.testcam", *camera),
            ("web", "gunicorn", *bind, "wsgi:app"),
            ("scheduler", "scheduler", "run"),
            ("worker", "scheduler", "worker"),
            ("recorder", "video", "record", *box, "--segment-seconds", str(SEGMENT_SECONDS)),
        ):
            self.children.start(Child(name, [*PYTHON, *command]))
        self.wait_for(lambda: answers(f"{address}/healthz"), "the web answers")

    def stop(self) -> None:
        self.children.stop_all(first=("recorder", "testcam"))
        if hasattr(self, "app"):
            with self.app.app_context():
                db.engine.dispose()
        self.servers.stop()

    # Killing, and waiting while the supervision brings back what died

    def process_of(self, part: str) -> Any:
        named = {"database": self.servers.database, "store": self.servers.store}
        return (named[part] if part in named else self.child(part)).process

    def child(self, name: str) -> Child:
        return next(child for child in self.children.all if child.name == name)

    def kill(self, part: str) -> int:
        """SIGKILL; returns the process id that is gone now."""
        process = self.process_of(part)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return int(process.pid)

    def is_back(self, part: str, gone: int) -> bool:
        process = self.process_of(part)
        return process is not None and process.pid != gone and process.poll() is None

    def wait_for(self, found: Callable[[], Any], what: str, pause: float = 0.1) -> Any:
        """Look again and again, tending the processes as the demo does; fails with their last words."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            self.servers.restart_dead()
            self.children.watch()
            try:
                if result := found():
                    return result
            except SQLAlchemyError:
                continue  # the database is the part that was killed
            finally:
                time.sleep(pause)
        words = {child.name: tail(self.children.log_of(child)) for child in self.children.all}
        raise AssertionError(f"not within {PATIENCE_S} s: {what}\n{self.said}\n{words}")

    # What stands in the database

    @contextmanager
    def in_database(self) -> Iterator[None]:
        with self.app.app_context(), transaction(SYSTEM):
            yield

    def rows(self, table: type, *where: Any) -> list[Any]:
        with self.in_database():
            return list(db.session.execute(select(table).where(*where).order_by(table.id)).scalars())  # type: ignore[attr-defined]

    def query(self, words: str, **parameters: Any) -> list[Any]:
        with self.in_database():
            return list(db.session.execute(text(words), parameters))

    def change(self, words: str, **parameters: Any) -> None:
        with self.in_database():
            db.session.execute(text(words), parameters)

    def arming(self) -> Arming:
        return self.rows(Arming)[0]

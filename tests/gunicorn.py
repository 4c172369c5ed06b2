"""The application as it runs for people: ``gunicorn wsgi:app`` on a free port, asked over HTTP."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from examops.accounts.models import UserAccount
from examops.demo.servers.processes import tail
from examops.demo.supervisor.demo import WORKER
from examops.demo.supervisor.readiness import answers
from tests.browsers import signed_in
from tests.patience import PATIENCE_S, wait_for
from tests.ports import free_port

ROOT = Path(__file__).parents[1]
FLAGS = (
    *("-m", "gunicorn", "--worker-class", WORKER, "--worker-connections", "400"),
    *("--threads", "4", "--no-control-socket"),
)


@contextmanager
def served(environment: dict[str, str], log: Path) -> Iterator[int]:
    """The port on which gunicorn serves the installation of ``environment`` until the end of the block."""
    port = free_port()
    command = [sys.executable, *FLAGS, "--bind", f"127.0.0.1:{port}", "wsgi:app"]
    with log.open("wb") as sink:
        web = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=sink, stderr=sink)
    try:
        _wait(web, port, log)
        yield port
    finally:
        web.send_signal(signal.SIGTERM)
        web.wait(PATIENCE_S)


def _wait(web: subprocess.Popen[bytes], port: int, log: Path) -> None:
    def is_there() -> bool:
        assert web.poll() is None, f"gunicorn has ended:\n{tail(log)}"
        return answers(f"http://127.0.0.1:{port}/healthz", seconds=60)

    wait_for(is_there, lambda: f"gunicorn answers:\n{tail(log)}")


def cookie_of(app: Flask, user: UserAccount) -> str:
    """The ``Cookie`` header of somebody signed in: both processes sign sessions with the same key."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(signed_in(app, user))
    kept = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert kept is not None
    return f"{kept.key}={kept.value}"


def get(port: int, path: str, cookie: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers with lower-case names, and content."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()

"""``make advisories``: what is pinned is compared as a whole, or it is said that nothing was."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tools import advisories

ROOT = Path(__file__).parents[2]
DETAIL = {"id": "GHSA-1", "aliases": ["CVE-2026-1"], "summary": "Reads beyond\n the end"}


class Database:
    """Answers as OSV does: ``vulnerable`` maps a package to its advisories."""

    def __init__(self) -> None:
        self.vulnerable: dict[str, list[str]] = {}
        self.details: dict[str, dict[str, Any]] = {"GHSA-1": DETAIL}
        self.asked: list[dict[str, Any]] = []
        self.spoil: Callable[[bytes], tuple[int, bytes]] = lambda body: (200, body)

    def answer(self, path: str, body: bytes) -> tuple[int, bytes]:
        if path.startswith("/vulns/"):
            return 200, json.dumps(self.details[path.removeprefix("/vulns/")]).encode()
        self.asked = json.loads(body)["queries"]
        names = [self.vulnerable.get(query["package"]["name"], []) for query in self.asked]
        results = [{"vulns": [{"id": number} for number in found]} if found else {} for found in names]
        return self.spoil(json.dumps({"results": results}).encode())


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    made = Database()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, content = made.answer(self.path, self.rfile.read(int(self.headers.get("Content-Length", 0))))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST

        def log_message(self, *words: object) -> None:
            pass

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setattr(advisories, "DATABASE", f"http://127.0.0.1:{server.server_port}")
        yield made
        server.shutdown()
        thread.join()


def test_every_pinned_package_is_asked_for_once(database: Database, capsys) -> None:
    assert advisories.main() == 0
    lock = (ROOT / "requirements-dev.lock").read_text("utf-8")
    asked = [(query["package"]["ecosystem"], query["package"]["name"], query["version"]) for query in database.asked]
    assert len(asked) == len(set(asked))
    assert {f"{name}=={version}" for kind, name, version in asked if kind == "PyPI"} >= set(
        re.findall(r"^\S+==[^\s\\]+", lock, re.M)
    )
    npm = json.loads((ROOT / advisories.NPM_LOCK).read_text("utf-8"))["packages"]
    assert {path.rpartition("node_modules/")[2] for path in npm if path} == {n for kind, n, _ in asked if kind == "npm"}
    assert capsys.readouterr().out == f"{len(asked)} packages compared; 0 advisories, of 0 shipped packages\n"


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("flask", 1, "(shipped): CVE-2026-1, GHSA-1: Reads beyond the end\n"),
        ("hls.js", 1, "(shipped): CVE-2026-1, GHSA-1: Reads beyond the end\n"),
        ("pytest", 0, "(development only): CVE-2026-1, GHSA-1: Reads beyond the end\n"),
        ("eslint", 0, "(development only): CVE-2026-1, GHSA-1: Reads beyond the end\n"),
    ],
)
def test_an_advisory_is_printed_and_of_a_shipped_package_it_fails(
    database: Database, capsys, name: str, code: int, words: str
) -> None:
    database.vulnerable = {name: ["GHSA-1"]}
    assert advisories.main() == code
    out = capsys.readouterr().out
    assert out.startswith(f"{name} ")
    assert words in out


def test_what_was_withdrawn_or_accepted_with_a_reason_does_not_count(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.vulnerable = {"flask": ["GHSA-1", "GHSA-2"]}
    database.details["GHSA-2"] = {"id": "GHSA-2", "withdrawn": "2026-11-01T00:00:00Z"}
    assert advisories.main() == 1
    monkeypatch.setitem(advisories.ACCEPTED, "CVE-2026-1", "we do not call it; until 2027-01")
    assert advisories.main() == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: (405, b""),
        lambda body: (503, body),
        lambda body: (200, b"<html>sign in to this network</html>"),
        lambda body: (200, b'{"results": []}'),
        lambda body: (200, b'{"vulnerabilities": "none"}'),
        lambda body: (200, b"[]"),
    ],
)
def test_no_answer_is_not_taken_for_a_good_one(database: Database, capsys, spoil) -> None:
    database.spoil = spoil
    assert advisories.main() == 0
    out = capsys.readouterr().out
    assert re.fullmatch(r"NOT COMPARED with known .*; locks: requirements\.lock of .*, package-lock\.json of .*\n", out)


def test_nobody_there_is_said_in_one_line(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advisories, "DATABASE", "http://127.0.0.1:9")
    assert advisories.main() == 0
    assert capsys.readouterr().out.startswith("NOT COMPARED with known vulnerabilities, the database did not answer (")

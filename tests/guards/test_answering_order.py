"""A server that a test runs in a thread writes down what it was sent before it answers: who hears the answer looks at
once, and on a busy machine the thread comes to its next line later than that. Read from the tests' own source.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ANSWERS = {"_say", "end_headers", "reply", "send_response", "send_response_only", "sendall", "write"}
NOTES = {"add", "append", "extend", "update"}


def _names(node: ast.AST) -> set[str]:
    calls = (one.func for one in ast.walk(node) if isinstance(one, ast.Call))
    return {one.attr for one in calls if isinstance(one, ast.Attribute)}


def _blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Of the classes that a server makes one of for each request: those of http.server and socketserver, and what is
    built on them."""
    classes = [one for one in ast.walk(tree) if isinstance(one, ast.ClassDef)]
    for handler in (one for one in classes if any(ast.unparse(base).endswith("Handler") for base in one.bases)):
        for node in (inner for part in handler.body for inner in ast.walk(part)):
            for name in ("body", "orelse", "finalbody"):
                if isinstance(block := getattr(node, name, None), list):
                    yield block


def late_notes(source: str) -> list[int]:
    """The line of each note behind the last answer of its block."""
    found = []
    for block in _blocks(ast.parse(source)):
        answers = [place for place, statement in enumerate(block) if _names(statement) & ANSWERS]
        behind = block[answers[-1] + 1 :] if answers else []
        found += [statement.lineno for statement in behind if _names(statement) & NOTES]
    return found


def test_a_server_of_a_test_notes_before_it_answers() -> None:
    files = {file.relative_to(TESTS).as_posix(): late_notes(file.read_text("utf-8")) for file in TESTS.rglob("*.py")}
    assert {name: lines for name, lines in files.items() if lines} == {}


SAYS = """
class Mail(StreamRequestHandler):
    def handle(self):
        self._say("354 go on")
        mail = self.rfile.read()
"""


@pytest.mark.parametrize(
    ("end", "lines"),
    [
        ('        self._say("250 taken")\n        self.server.taken.append(mail)\n', [7]),
        ('        self._say("250 taken")\n        if mail:\n            self.server.taken.append(mail)\n', [7]),
        ('        self.server.taken.append(mail)\n        self._say("250 taken")\n', []),
        ('        if mail:\n            self.server.taken.append(mail)\n        self._say("250 taken")\n', []),
    ],
)
def test_a_hole_is_seen(end: str, lines: list[int]) -> None:
    assert late_notes(SAYS + end) == lines

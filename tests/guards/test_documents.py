"""Links, files and make targets that the documents name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
# A path of ours in backticks. Capital letters (DOMAIN, NAME) and braces stand for something.
NAMED = re.compile(r"`((?:examops|video|scheduler|config|tests|tools|bench|docs)/[a-z0-9_./-]+)`")
TARGET = re.compile(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+(?: [a-z-]+)*)")
# Written in the course of the page's example.
EXAMPLES = {"docs/developing/add-a-page.md": ("examops/staff/", "tests/domains/staff")}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_what_a_document_names_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = [target for target in LINK.findall(text) if "://" not in target]
    gone = [target for target in links if not (document.parent / target).exists()]
    own = EXAMPLES.get(name(document), ("-",))
    gone += [path for path in NAMED.findall(text) if not (ROOT / path).exists() and not path.startswith(own)]
    assert gone == []


def test_every_make_target_that_a_document_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {one for path in DOCUMENTS for words in TARGET.findall(path.read_text()) for one in words.split()}
    assert {"lint", "demo"} <= named
    assert named - targets == set()


def test_hooks_run_our_own_tools_only() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert {repo["repo"] for repo in hooks} == {"local"}
    assert all(hook["entry"].startswith(".venv/bin/") for repo in hooks for hook in repo["hooks"])

"""A published value never changes: stored verdicts name it by its hash."""

import json
import subprocess
from pathlib import Path

import pytest

from config.rulebook import load
from tests.config.rules.publish import FILE, published, with_new_values

ROOT = Path(__file__).parents[3]


def test_every_published_value_is_still_there_and_unchanged():
    now = load().hashes()
    changed = [key for key, digest in published().items() if now.get(key) != digest]

    assert changed == [], "a published value never changes: add a new dated value instead"


def test_every_value_is_published():
    assert sorted(set(load().hashes()) - set(published())) == [], "run python -m tests.config.rules.publish"


def test_the_list_of_published_values_only_grows():
    path = FILE.relative_to(ROOT).as_posix()
    log = subprocess.run(["git", "-C", ROOT, "log", "--format=%H", "--", path], capture_output=True, text=True)
    if log.returncode or not log.stdout.strip():
        pytest.skip("no history here to compare with")
    now = published()
    for commit in log.stdout.split():
        old = subprocess.run(["git", "-C", ROOT, "show", f"{commit}:{path}"], capture_output=True, text=True)
        before = json.loads(old.stdout) if old.returncode == 0 else {}
        assert before.items() <= now.items(), f"values of {commit[:10]} were removed or replaced"


def test_publishing_never_replaces_a_hash():
    book = load()
    key = next(iter(book.hashes()))

    assert with_new_values({key: "as published"}, book)[key] == "as published"

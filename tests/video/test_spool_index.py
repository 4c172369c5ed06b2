"""The index of a spool answers as reading every file would, whatever happens to the files, and reads few of them."""

from __future__ import annotations

import itertools
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from video.recorder import spool_index
from video.recorder.clocks import format_time
from video.recorder.sidecar import SidecarContent
from video.recorder.spool import Spool
from video.recorder.spool_index import ALL_ANEW_SECONDS, SETTLED, SpoolIndex

CAMERA, DAY = "camera-1", 24 * 3600.0
NOW = 1_796_000_000.0


def put(path: Path, content: Any) -> None:
    """As the recorder writes, under another name first, but nothing is brought to disk."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(content))
    new.rename(path)


class Kept:
    """A spool whose folder changed long ago, each time at another moment, as one that rests between two looks."""

    def __init__(self, root: Path) -> None:
        self.spool, self.moments, self.mono = Spool(root), itertools.count(1_000_000_000), 0.0
        self.spool._index = SpoolIndex(root, lambda: self.mono)
        self.folder = self.spool.folder(CAMERA)

    def add(self, name: str, start: float = NOW, state: str = "") -> None:
        content: dict[str, Any] = dict.fromkeys(SidecarContent.__required_keys__, "")
        facts = {"segment_uid": name, "camera_uid": CAMERA, "arming_uid": "a", "sequence": 0}
        put(self.folder / f"{name}.json", content | facts | {"start": format_time(start), "end": ""})
        (self.folder / f"{name}.mp4").write_bytes(b"film")
        if state:
            self.decide(name, state)
        self.rest()

    def decide(self, name: str, state: str, at: float = NOW) -> None:
        put(self.folder / f"{name}.state", {"state": state, "at": format_time(at), "error": None})
        self.rest()

    def rest(self) -> None:
        moment = next(self.moments) * 1_000_000_000
        os.utime(self.folder, ns=(moment, moment))

    def waiting(self) -> list[str]:
        return [item.path.stem for item in self.spool.pending_uploads()]

    def by_every_file(self) -> list[str]:
        return [item.path.stem for item in self.spool.closed_segments() if item.state["state"] not in SETTLED]


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files of segments that were read."""
    found: list[str] = []
    real = spool_index.read_or_set_aside

    def read(path: Path, *rest: Any) -> Any:
        found.append(path.name)
        return real(path, *rest)

    monkeypatch.setattr(spool_index, "read_or_set_aside", read)
    return found


def test_what_is_kept_is_read_once_and_a_new_segment_alone_after_that(kept: Kept, reads: list[str]) -> None:
    for n in range(40):
        kept.add(f"s{n}", state="verified")
    assert (kept.waiting(), len(reads)) == ([], 40)
    kept.spool.names_set_aside()
    assert kept.spool.evict(NOW + 60, DAY, 100) == 0
    assert (kept.waiting(), len(reads)) == ([], 40)
    kept.add("new")
    assert (kept.waiting(), reads[40:]) == (["new"], ["new.json"])


def test_the_oldest_of_those_that_are_due_come_first_and_no_others_are_read(kept: Kept) -> None:
    for n in (2, 0, 3, 1):
        kept.add(f"s{n}", start=NOW + n)
    (kept.folder / "s0.json").write_text("{")
    found = kept.spool.pending_uploads(2, lambda uid: uid != "s1")
    assert [item.path.stem for item in found] == ["s2", "s3"], "s0 cannot be read and holds nobody up"
    assert kept.spool.names_set_aside() == ["s0.json"]


def test_it_answers_as_every_file_says_after_anything_that_happens_to_them(kept: Kept, tmp_path: Path) -> None:
    chance = random.Random(20261130)
    names = [f"s{n}" for n in range(12)]
    for step in range(120):
        name = chance.choice(names)
        act = chance.randrange(5)
        if act == 0:
            kept.add(name, start=NOW + step)
        elif act == 1 and (kept.folder / f"{name}.json").exists():
            kept.decide(name, chance.choice([*SETTLED, "closed"]))
        elif act == 2:
            (kept.folder / f"{name}.state").unlink(missing_ok=True)
        elif act == 3:
            (kept.folder / f"{name}.json").unlink(missing_ok=True)
        elif act == 4:
            put(kept.folder / "coverage.json", {"a": NOW})
        kept.rest()
        assert kept.waiting() == kept.by_every_file(), step
    assert [item.path.stem for item in Spool(tmp_path).pending_uploads()] == kept.by_every_file(), "after a restart"


def test_a_folder_that_has_just_changed_is_listed_until_it_rests(kept: Kept) -> None:
    """Two changes within one tick of its clock leave the same time."""
    kept.add("s1")
    changed = os.stat(kept.folder).st_mtime_ns
    now = spool_index.time.time_ns()
    os.utime(kept.folder, ns=(now, now))
    assert kept.waiting() == ["s1"]
    kept.add("s2", start=NOW + 1)
    os.utime(kept.folder, ns=(now, now))
    assert changed != now
    assert kept.waiting() == ["s1", "s2"]


def test_a_decision_written_over_in_place_deletes_nothing_and_is_found_within_the_hour(kept: Kept) -> None:
    kept.add("s1", state="verified")
    assert kept.waiting() == []
    before = os.stat(kept.folder).st_mtime_ns
    told = json.dumps({"state": "closed", "at": format_time(NOW), "error": None})
    (kept.folder / "s1.state").write_text(told)
    assert os.stat(kept.folder).st_mtime_ns == before, "its folder does not tell"
    assert kept.spool.evict(NOW + 2 * DAY, DAY, 100) == 0
    assert (kept.folder / "s1.mp4").exists()
    kept.mono += ALL_ANEW_SECONDS
    assert kept.waiting() == ["s1"]


def test_only_what_is_verified_and_old_goes_the_oldest_first(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    for n, state in enumerate(("verified", "verified", "quarantined", "set_aside", "")):
        kept.add(f"s{n}", state=state)
    kept.decide("s0", "verified", NOW + 10)
    kept.decide("s1", "verified", NOW)
    assert kept.spool.evict(NOW + DAY, DAY, 100) == 1
    assert sorted(file.stem for file in kept.folder.glob("*.mp4")) == ["s0", "s2", "s3", "s4"]
    monkeypatch.setattr(Spool, "disk_fill_percent", lambda spool: 71.0)
    assert kept.spool.evict(NOW + 11, DAY, 70) == 1
    assert sorted(file.stem for file in kept.folder.glob("*.mp4")) == ["s2", "s3", "s4"]


def test_a_decision_without_a_time_is_set_aside_and_its_segment_sent_again(kept: Kept) -> None:
    kept.add("s1")
    put(kept.folder / "s1.state", {"state": "verified", "at": "yesterday", "error": None})
    kept.rest()
    assert kept.waiting() == ["s1"]
    assert kept.spool.names_set_aside() == ["s1.state"]

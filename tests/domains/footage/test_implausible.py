"""What a paired box cannot make the server believe: time to come, other bytes than video, two files for one minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.extensions import parts
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage import jobs
from examops.footage.archive.gaps import live_gaps, unexplained
from examops.footage.models import Segment
from tests.domains.footage.conftest import Box, Scene, payload, put

pytestmark = [pytest.mark.s3, pytest.mark.postgres]
MINUTE = timedelta(minutes=1)
PAGE = b"<!doctype html><script>alert(1)</script>" + bytes(400)


def state_of(sidecar: dict) -> tuple[str, str]:
    with transaction(SYSTEM):
        query = select(Segment.state, Segment.quarantine_reason).where(Segment.uid == sidecar["segment_uid"])
        return tuple(db.session.execute(query).one())  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("after_now", "seconds", "expected"),
    [
        (timedelta(minutes=10), 60, "time.future"),  # armed, but nobody has seen it yet
        (timedelta(minutes=1), 90, "time.future"),
        (timedelta(seconds=-30), 60, None),  # a clock that is half a minute fast
    ],
)
def test_footage_of_minutes_to_come_is_held(
    box: Box, scene: Scene, clock: FixedClock, after_now: timedelta, seconds: int, expected: str | None
) -> None:
    start = clock.now() + after_now
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], start, seconds=seconds, body=payload())
    assert box.announce(sidecar)[0]["error"] == expected


@pytest.mark.parametrize(("before", "expected"), [(20, None), (40, "time.outside_arming"), (70, "time.outside_arming")])
def test_footage_that_reaches_beyond_its_arming_is_held(
    box: Box, scene: Scene, before: int, expected: str | None
) -> None:
    start = scene.armings[0].during.lower - timedelta(seconds=before)
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], start, body=payload())
    assert box.announce(sidecar)[0]["error"] == expected


@pytest.mark.parametrize(("changed", "expected"), [({}, "time.late"), ({"backfilled": True}, None)])
def test_footage_that_comes_far_behind_says_that_it_is_fetched_afterwards(
    box: Box, scene: Scene, clock: FixedClock, changed: dict, expected: str | None
) -> None:
    clock.instant += timedelta(days=8)
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], scene.session.starts_at, body=payload(), **changed)
    assert box.announce(sidecar)[0]["error"] == expected


def test_a_page_is_no_recording_though_its_digest_is_right(box: Box, scene: Scene) -> None:
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], scene.session.starts_at, body=PAGE)
    assert box.archive(sidecar, PAGE)["state"] == "quarantined"
    assert state_of(sidecar) == ("quarantined", "content.not_video")


@pytest.mark.parametrize("shift", [-4, 4])
def test_a_table_of_fragments_that_points_elsewhere_is_held(box: Box, scene: Scene, shift: int) -> None:
    body = payload()
    good = box.sidecar(scene.armings[0], scene.cameras[0], scene.session.starts_at, body=body)
    (row,) = good["fragments"]
    moved = [[row[0] + max(shift, 0), row[1] - abs(shift), *row[2:]]]
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], scene.session.starts_at, body=body, fragments=moved)
    box.archive(sidecar, body)
    assert state_of(sidecar) == ("quarantined", "content.not_video")


def test_a_second_file_for_one_minute_is_held(box: Box, scene: Scene) -> None:
    place, body = (scene.armings[0], scene.cameras[0]), payload()
    one = box.sidecar(*place, scene.session.starts_at, body=body)
    assert box.archive(one, body)["state"] == "verified"
    touching = box.sidecar(*place, scene.session.starts_at + MINUTE, body=body)
    over = box.sidecar(*place, scene.session.starts_at + timedelta(seconds=30), body=body)
    assert [result["error"] for result in box.announce(touching, over)] == [None, "time.overlap"]


def test_of_two_files_on_their_way_for_one_minute_the_second_is_held(box: Box, scene: Scene) -> None:
    place, bodies = (scene.armings[0], scene.cameras[0]), (payload(), payload())
    sidecars = [box.sidecar(*place, scene.session.starts_at, body=body) for body in bodies]
    for result, body in zip(box.announce(*sidecars), bodies, strict=True):
        assert put(result["upload"], body).status == 200
    states = [box.confirm(sidecar["segment_uid"])["state"] for sidecar in sidecars]
    assert states == ["verified", "quarantined"]
    assert state_of(sidecars[1]) == ("quarantined", "time.overlap")


def test_a_sampling_that_finds_no_picture_takes_it_back(
    box: Box, scene: Scene, job_app: Flask, clock: FixedClock
) -> None:
    """The container is whole, and its pictures are noise: nobody has seen anything, so the time is missing."""
    begin, body = scene.armings[0].during.lower, payload()
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], begin, body=body)
    assert box.archive(sidecar, body)["state"] == "verified"
    db.session.remove()
    with job_app.app_context():
        parts().clock.instant = clock.now()  # type: ignore[attr-defined]
        assert jobs.sample(sidecar["segment_uid"]) == "没有一帧解得出，改为隔离"
        assert jobs.sample(sidecar["segment_uid"]) == "不是已核实的录像段"
    assert state_of(sidecar) == ("quarantined", "content.no_picture")
    with transaction(SYSTEM):
        assert live_gaps(scene.armings[0])[0].started_at == begin
        assert unexplained(scene.armings[0], begin + MINUTE) == []

"""Armed time without footage: derived, reported, superseded, never counted twice."""

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from config.rulebook import rulebook
from examops.accounts.models import Device
from examops.core.actor import Actor
from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage import invariants
from examops.footage.archive.gaps import coverage, derive_gaps, lock_arming, session_coverage
from examops.footage.archive.intervals import Span, overlaps
from examops.footage.archive.quarantine import decide
from examops.footage.models import Arming, Gap, ReviewVerdict, Segment
from examops.registration.models import Batch
from examops.sites.models import Room
from tests.domains.footage.conftest import Box, Scene, payload, put, stamp
from tests.factories import Factory
from tests.patience import PATIENCE_S, wait_for

pytestmark = pytest.mark.postgres
MINUTE = timedelta(minutes=1)


@pytest.fixture
def derive(scene: Scene, clock: FixedClock) -> Callable[[], list[Gap]]:
    def run() -> list[Gap]:
        with transaction(SYSTEM):
            return derive_gaps(lock_arming(scene.armings[0].id), rulebook(), clock)

    return run


def live_gaps() -> list[tuple[datetime, datetime, str]]:
    query = select(Gap).where(Gap.superseded_by.is_(None)).order_by(Gap.started_at)
    with transaction(SYSTEM):
        return [(gap.started_at, gap.ended_at, gap.reason) for gap in db.session.execute(query).scalars()]


def archive(box: Box, scene: Scene, start: datetime, seconds: float = 60) -> None:
    body = payload(500)
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], start, seconds=seconds, body=body)
    assert box.archive(sidecar, body)["state"] == "verified"


def report(box: Box, scene: Scene, start: datetime, end: datetime, reason: str = "timeout") -> str:
    gap = {
        "gap_uid": str(uuid.uuid4()),
        "arming_uid": str(scene.armings[0].uid),
        "camera_uid": str(scene.cameras[0].uid),
        "start": stamp(start),
        "end": stamp(end),
        "reason": reason,
    }
    answer = box.post("/gaps", {"gaps": [gap]})
    assert answer.status_code == 200
    return gap["gap_uid"]


def test_armed_time_that_nobody_accounts_for_becomes_a_gap(scene: Scene, derive, clock: FixedClock) -> None:
    derive()
    armed_from = scene.armings[0].during.lower
    assert live_gaps() == [(armed_from, clock.now() - 10 * MINUTE, "server_derived")]


def test_the_last_ten_minutes_may_still_be_on_their_way(scene: Scene, derive, clock: FixedClock) -> None:
    clock.instant = scene.armings[0].during.lower + 10 * MINUTE
    assert derive() == []


def test_deriving_twice_adds_nothing(derive) -> None:
    assert len(derive()) == 1
    assert derive() == []


def test_a_hole_that_still_grows_is_written_down_in_pieces(derive, clock: FixedClock) -> None:
    derive()
    clock.instant += 4 * MINUTE
    assert derive() == []
    clock.instant += MINUTE
    assert len(derive()) == 1


def test_later_runs_add_only_what_is_new(scene: Scene, derive, clock: FixedClock) -> None:
    derive()
    clock.instant += 5 * MINUTE
    (added,) = derive()
    assert added.ended_at - added.started_at == 5 * MINUTE
    with transaction(SYSTEM):
        spans = [Span(gap.started_at, gap.ended_at) for gap in db.session.execute(select(Gap)).scalars()]
    assert overlaps(spans) == []


@pytest.mark.s3
def test_segments_and_reported_gaps_are_no_holes(box: Box, scene: Scene, derive, clock: FixedClock) -> None:
    begin = scene.armings[0].during.lower
    clock.instant = begin + 17 * MINUTE
    archive(box, scene, begin)
    report(box, scene, begin + MINUTE, begin + 2 * MINUTE)
    (gap,) = derive()
    assert (gap.started_at, gap.ended_at) == (begin + 2 * MINUTE, begin + 7 * MINUTE)


def test_an_announced_segment_is_pending_and_a_quarantined_one_is_not(
    box: Box, scene: Scene, derive, clock: FixedClock
) -> None:
    begin = scene.armings[0].during.lower
    clock.instant = begin + 13 * MINUTE
    place = (scene.armings[0], scene.cameras[0])
    box.announce(box.sidecar(*place, begin, body=payload()))
    box.announce(box.sidecar(*place, begin + MINUTE, body=payload()) | {"lost_packets": 1})
    box.announce(box.sidecar(*place, begin + 2 * MINUTE, body=payload()))
    (gap,) = derive()
    assert (gap.started_at, gap.ended_at) == (begin + MINUTE, begin + 2 * MINUTE)


def test_a_seam_inside_a_run_is_no_gap_and_counts_as_covered(box: Box, scene: Scene, derive, clock: FixedClock) -> None:
    begin = scene.armings[0].during.lower
    clock.instant = begin + 2 * MINUTE
    place, bodies = (scene.armings[0], scene.cameras[0]), (payload(), payload())
    one = box.sidecar(*place, begin, seconds=59.5, body=bodies[0])
    two = box.sidecar(*place, begin + MINUTE, body=bodies[1], run=one["run_uid"], sequence=1)
    for sidecar, body in ((one, bodies[0]), (two, bodies[1])):
        box.archive(sidecar, body)
    with transaction(SYSTEM):
        assert coverage(scene.armings[0], clock).percent == 100.0
    clock.instant = begin + 12 * MINUTE
    assert derive() == []


@pytest.mark.s3
def test_footage_that_arrives_late_supersedes_the_derived_gap(
    box: Box, scene: Scene, derive, clock: FixedClock
) -> None:
    begin = scene.armings[0].during.lower
    clock.instant = begin + 15 * MINUTE
    (gap,) = derive()
    archive(box, scene, begin + MINUTE)
    assert live_gaps() == [
        (begin, begin + MINUTE, "server_derived"),
        (begin + 2 * MINUTE, begin + 5 * MINUTE, "server_derived"),
    ]
    with transaction(SYSTEM):
        kept = db.session.get_one(Gap, gap.id)
        segment = db.session.execute(select(Segment)).scalar_one()
        assert (kept.started_at, kept.ended_at, kept.superseded_by) == (begin, begin + 5 * MINUTE, segment.uid)
    assert derive() == []


def test_the_recorders_reason_takes_the_place_of_our_guess(box: Box, scene: Scene, derive, clock: FixedClock) -> None:
    begin = scene.armings[0].during.lower
    clock.instant = begin + 15 * MINUTE
    derive()
    report(box, scene, begin, begin + 5 * MINUTE, "camera_off")
    assert live_gaps() == [(begin, begin + 5 * MINUTE, "camera_off")]


@pytest.mark.s3
def test_coverage_counts_verified_time_once(box: Box, scene: Scene, clock: FixedClock) -> None:
    begin = scene.armings[0].during.lower
    archive(box, scene, begin)
    body = payload()
    half_known = box.sidecar(scene.armings[0], scene.cameras[0], begin + timedelta(seconds=30), body=body)
    assert box.announce(half_known)[0]["error"] == "time.overlap"
    with transaction(SYSTEM):
        decide(uuid.UUID(half_known["segment_uid"]), "released", "两份都看过", actor=Actor.system("测试"), clock=clock)
    assert box.archive(half_known, body)["state"] == "verified"
    box.announce(box.sidecar(scene.armings[0], scene.cameras[0], begin + 2 * MINUTE, body=payload()))
    clock.instant = begin + 10 * MINUTE
    with transaction(SYSTEM):
        found = coverage(scene.armings[0], clock)
    assert (found.armed, found.recorded, found.pending) == (10 * MINUTE, timedelta(seconds=90), MINUTE)
    assert (found.percent, found.missing) == (15.0, timedelta(seconds=450))


@pytest.mark.s3
def test_a_session_is_covered_by_all_its_cameras(box: Box, scene: Scene, clock: FixedClock) -> None:
    begin = scene.armings[0].during.lower
    archive(box, scene, begin)
    clock.instant = begin + MINUTE
    with transaction(SYSTEM):
        assert session_coverage(scene.session.id, clock).percent == 50.0


def gap_of(scene: Scene, start: datetime, end: datetime, reason: str = "timeout") -> dict[str, str]:
    return {
        "gap_uid": str(uuid.uuid4()),
        "arming_uid": str(scene.armings[0].uid),
        "camera_uid": str(scene.cameras[0].uid),
        "start": stamp(start),
        "end": stamp(end),
        "reason": reason,
    }


def test_a_gap_of_ten_years_is_cut_to_its_arming_and_to_the_past(box: Box, scene: Scene, clock: FixedClock) -> None:
    claimed = gap_of(scene, datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
    assert box.post("/gaps", {"gaps": [claimed]}).json["results"][0]["state"] == "recorded"
    assert live_gaps() == [(scene.armings[0].during.lower, clock.now(), "timeout")]


def test_a_gap_wholly_outside_of_its_arming_or_to_come_is_refused(box: Box, scene: Scene, clock: FixedClock) -> None:
    begin = scene.armings[0].during.lower
    claimed = [gap_of(scene, begin - MINUTE, begin), gap_of(scene, clock.now() + MINUTE, clock.now() + 2 * MINUTE)]
    assert [one["state"] for one in box.post("/gaps", {"gaps": claimed}).json["results"]] == ["refused", "refused"]
    assert live_gaps() == []


def test_what_only_the_server_may_say_is_not_taken_from_a_box(box: Box, scene: Scene) -> None:
    begin = scene.armings[0].during.lower
    claimed = [gap_of(scene, begin, begin + MINUTE, "server_derived"), gap_of(scene, begin, begin + MINUTE)]
    assert [one["state"] for one in box.post("/gaps", {"gaps": claimed}).json["results"]] == ["malformed", "recorded"]


def test_a_gap_leaves_that_of_another_session_alone(box: Box, scene: Scene, make: Factory, clock: FixedClock) -> None:
    """Two sessions in a row share a camera, and their armed times overlap: each accounts for its own."""
    begin = scene.armings[0].during.lower
    session, _ = make.session_with_turns(
        make.session.get_one(Batch, scene.session.batch_id),
        make.session.get_one(Room, scene.session.room_id),
        starts_at=scene.session.ends_at + timedelta(hours=3),
        state="closed",
    )
    armed = {name: getattr(scene.armings[0], name) for name in ("body_id", "district", "camera_id", "during")}
    other = make.save(Arming(**armed, session_id=session.id, state="armed"))
    with transaction(SYSTEM):
        (derived,) = derive_gaps(lock_arming(other.id), rulebook(), clock)
        assert derived.arming_id == other.id
    report(box, scene, begin, begin + 20 * MINUTE)
    with transaction(SYSTEM):
        kept = db.session.execute(select(Gap).where(Gap.arming_id == other.id)).scalar_one()
        assert kept.superseded_by is None


def test_a_concluded_session_takes_no_gap_from_a_box(box: Box, scene: Scene, make: Factory, clock: FixedClock) -> None:
    """The conclusion relied on what was on record; a later word of a box is for a person to weigh."""
    owner = {"body_id": scene.session.body_id, "district": scene.session.district}
    who = {"author_uid": uuid.uuid4(), "author_name": "督导"}
    make.save(ReviewVerdict(**owner, **who, session_id=scene.session.id, outcome="clean", note=""))
    claimed = gap_of(scene, clock.now() - 2 * MINUTE, clock.now() - MINUTE)
    assert box.post("/gaps", {"gaps": [claimed]}).json["results"][0]["state"] == "refused"
    assert live_gaps() == []


def test_a_gap_that_ends_before_it_begins_is_refused(box: Box, scene: Scene, clock: FixedClock) -> None:
    body = {
        "gap_uid": str(uuid.uuid4()),
        "arming_uid": str(scene.armings[0].uid),
        "camera_uid": str(scene.cameras[0].uid),
        "start": stamp(clock.now()),
        "end": stamp(clock.now() - MINUTE),
        "reason": "timeout",
    }
    assert box.post("/gaps", {"gaps": [body]}).json["results"] == [{"gap_uid": body["gap_uid"], "state": "refused"}]
    assert live_gaps() == []


def test_the_box_may_upload_what_was_late(box: Box, scene: Scene) -> None:
    body = payload()
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], scene.armings[0].during.lower, body=body, salvaged=True)
    assert put(box.announce(sidecar)[0]["upload"], body).status == 200
    box.confirm(sidecar["segment_uid"])
    with transaction(SYSTEM):
        assert db.session.execute(select(Segment.is_salvaged)).scalar_one() is True


@pytest.mark.s3
@pytest.mark.parametrize("is_first", [True, False])
def test_verified_footage_is_believed_before_the_gap_of_another_box(
    box: Box, scene: Scene, clock: FixedClock, pair_box: Callable[..., Box], is_first: bool
) -> None:
    """A replaced box with an empty spool declares missing what the other one has recorded, before or afterwards."""
    begin, other = scene.armings[0].during.lower, pair_box(scene.site)
    if is_first:
        archive(box, scene, begin + MINUTE)
    report(other, scene, begin, begin + 3 * MINUTE, "late_start")
    if not is_first:
        archive(box, scene, begin + MINUTE)
    clock.instant = begin + 3 * MINUTE
    assert live_gaps() == [
        (begin, begin + MINUTE, "late_start"),
        (begin + 2 * MINUTE, begin + 3 * MINUTE, "late_start"),
    ]
    with transaction(SYSTEM):
        found = coverage(scene.armings[0], clock)
        assert (found.armed, found.recorded, found.missing) == (3 * MINUTE, MINUTE, 2 * MINUTE)
        assert invariants.gaps_over_footage() == invariants.doubled_gaps() == []


@pytest.mark.s3
def test_gaps_of_two_boxes_do_not_cancel_each_others_footage(
    box: Box, scene: Scene, clock: FixedClock, pair_box: Callable[..., Box]
) -> None:
    begin, other = scene.armings[0].during.lower, pair_box(scene.site)
    archive(box, scene, begin)
    report(box, scene, begin + MINUTE, begin + 2 * MINUTE)
    archive(other, scene, begin + MINUTE)
    report(other, scene, begin, begin + MINUTE)
    clock.instant = begin + 2 * MINUTE
    assert live_gaps() == []
    with transaction(SYSTEM):
        assert coverage(scene.armings[0], clock).percent == 100.0


@pytest.mark.s3
def test_minutes_fetched_afterwards_answer_the_recorders_gap(box: Box, scene: Scene) -> None:
    begin = scene.armings[0].during.lower
    gap_uid = report(box, scene, begin, begin + MINUTE)
    body = payload()
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], begin, body=body, backfilled=True)
    box.archive(sidecar, body)
    with transaction(SYSTEM):
        gap = db.session.execute(select(Gap).where(Gap.uid == gap_uid)).scalar_one()
        assert str(gap.superseded_by) == sidecar["segment_uid"]
    assert live_gaps() == []


@pytest.mark.s3
@pytest.mark.race
def test_footage_verified_while_a_gap_is_being_written_supersedes_it(
    app: Flask, box: Box, scene: Scene, clock: FixedClock
) -> None:
    begin, body, states = scene.armings[0].during.lower, payload(), []
    clock.instant = begin + 20 * MINUTE
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], begin, body=body)

    def archive_it() -> None:
        states.append(Box(app.test_client(), box.token, box.key).archive(sidecar, body)["state"])

    other = threading.Thread(target=archive_it)
    with transaction(SYSTEM):
        derive_gaps(lock_arming(scene.armings[0].id), rulebook(), clock)
        other.start()
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        wait_for(lambda: db.session.execute(waiting).scalar(), "the verification waits", pause_s=0.05)
    other.join(PATIENCE_S)
    assert states == ["verified"]
    assert live_gaps() == [(begin + MINUTE, begin + 10 * MINUTE, "server_derived")]


def details() -> list[tuple[datetime, datetime, str]]:
    query = select(Gap).where(Gap.superseded_by.is_(None)).order_by(Gap.started_at)
    with transaction(SYSTEM):
        return [(gap.started_at, gap.ended_at, gap.detail) for gap in db.session.execute(query).scalars()]


def test_time_before_a_box_was_paired_says_so(scene: Scene, pair_box, derive, clock: FixedClock) -> None:
    begin = scene.armings[0].during.lower
    for after, revoked in ((20, 30), (40, None)):  # one box for ten minutes, another one later
        clock.instant = begin + after * MINUTE
        box = pair_box(scene.site)
        with transaction(SYSTEM):
            device = db.session.execute(select(Device).where(Device.uid == uuid.UUID(box.uid))).scalar_one()
            device.revoked_at = begin + revoked * MINUTE if revoked else None
    clock.instant = begin + 70 * MINUTE
    derive()
    assert details() == [
        (begin, begin + 20 * MINUTE, "no_recorder"),
        (begin + 20 * MINUTE, begin + 30 * MINUTE, ""),
        (begin + 30 * MINUTE, begin + 40 * MINUTE, "no_recorder"),
        (begin + 40 * MINUTE, begin + 60 * MINUTE, "recorder_away"),  # it was never heard of after it was paired
    ]
    assert derive() == []


def test_time_in_which_a_paired_box_was_not_heard_of_says_so(scene: Scene, pair_box, derive, clock: FixedClock) -> None:
    begin = scene.armings[0].during.lower
    clock.instant = begin - MINUTE
    boxes = [pair_box(scene.site), pair_box(scene.site)]
    for after, box in ((20, boxes[0]), (30, boxes[1])):
        clock.instant = begin + after * MINUTE
        assert box.get("/plan").status_code == 200
    clock.instant = begin + 70 * MINUTE
    derive()
    assert details() == [
        (begin, begin + 30 * MINUTE, ""),
        (begin + 30 * MINUTE, begin + 60 * MINUTE, "recorder_away"),
    ]

"""Kill -9 of each part in the middle: nothing that was closed is lost, and what is missing has a reason."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from config.rulebook import rulebook
from examops.core.clock import FixedClock, SystemClock, today
from examops.core.database import db
from examops.core.extensions import store
from examops.footage.archive.gaps import GROWS, derive_gaps, lock_arming, unexplained
from examops.footage.invariants import ROUND, unaccounted_time
from examops.footage.models import Gap, Segment, Strip
from examops.ops.check import run_checks
from tests.faults.plant import Plant

pytestmark = [pytest.mark.rtsp, pytest.mark.s3, pytest.mark.postgres]
MOST_KILLS = 5
LARGEST_HEADER = 2_000  # bytes of an init segment; one fragment of a painted room has many times that
DRAWING = "SELECT id FROM procrastinate_jobs WHERE task_name = 'footage.sample' AND status = 'doing'"
# As if half a minute had gone by since the killed worker's last heartbeat: then the real rescue takes its job.
AGE = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute' WHERE id = ANY (:workers)"


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    built = Plant(tmp_path_factory.mktemp("plant"))
    try:
        built.start()
        yield built
    finally:
        built.stop()


def closed(plant: Plant) -> dict[str, dict[str, Any]]:
    """What the recorder has closed, by its own ledger: sidecars by segment."""
    return {item.sidecar["segment_uid"]: item.sidecar for item in plant.spool.closed_segments()}


def verified(plant: Plant) -> dict[str, Segment]:
    return {str(segment.uid): segment for segment in plant.rows(Segment, Segment.state == "verified")}


def wait_until_archived(plant: Plant, sidecars: dict[str, Any]) -> dict[str, Segment]:
    plant.wait_for(lambda: sidecars.keys() <= verified(plant).keys(), "everything closed is verified")
    return verified(plant)


def open_fragments(plant: Plant) -> int:
    """Bytes of the segment being written, beyond its header."""
    parts = list(plant.spool.root.glob("*/*.part"))
    return max((part.stat().st_size - LARGEST_HEADER for part in parts), default=0)


def kill_in_the_middle(plant: Plant, part: str) -> tuple[datetime, dict[str, dict[str, Any]]]:
    """Kill while a segment is on its way into the archive (the recorder: while it writes one); wait for footage again.

    Returns the moment of the kill and the sidecars of everything closed then.
    """
    plant.wait_for(lambda: len(verified(plant)) >= 2, "recording is under way")
    is_middle = (lambda: open_fragments(plant) > 0) if part == "recorder" else plant.spool.pending_uploads
    plant.wait_for(is_middle, "something is under way")
    before = closed(plant)
    killed_at, gone = datetime.now(UTC), plant.kill(part)
    plant.wait_for(lambda: plant.is_back(part, gone), f"{part} is back")
    plant.wait_for(lambda: len(closed(plant).keys() - before.keys()) >= 2, "recording goes on")
    return killed_at, before


def assert_bytes_are_the_recorders(
    plant: Plant, sidecars: dict[str, dict[str, Any]], found: dict[str, Segment]
) -> None:
    with plant.app.app_context():
        for uid, sidecar in sidecars.items():
            body = store().get("footage", found[uid].object_key, version_id=found[uid].version_id)
            assert hashlib.sha256(body).hexdigest() == sidecar["sha256"], uid


def first_picture(plant: Plant) -> datetime:
    return min(segment.started_at for segment in plant.rows(Segment))


def assert_every_second_is_accounted_for(plant: Plant, until: datetime) -> None:
    """Up to ``until``: by the box alone since its first picture; of the time before, it knows nothing.

    That time is the server's to write down once the archive limit has passed. Asked here as if it had, of the gap
    arithmetic and of the invariant, and taken back again.
    """
    limit = timedelta(minutes=rulebook().value("footage.archive_limit_minutes", today(SystemClock())))
    arming, began = plant.arming(), first_picture(plant)
    derived = plant.rows(Gap, Gap.reported_by == "server")
    assert [gap.started_at for gap in derived if gap.ended_at > began] == []
    with plant.in_database():
        assert [hole for hole in unexplained(arming, until) if hole.end > began] == []
        with db.session.begin_nested() as trial:
            derive_gaps(lock_arming(arming.id), rulebook(), FixedClock(until + limit))
            assert unexplained(arming, until) == []
            assert unaccounted_time(rulebook(), FixedClock(until + limit + GROWS + ROUND)) == []
            trial.rollback()


def is_slow_camera(plant: Plant, gap: Gap) -> bool:
    """Whether no picture came for a while, on a busy machine, and nothing else: behind a pause the run goes on, behind
    a longer one the recorder connects again."""
    before = plant.rows(Segment, Segment.ended_at == gap.started_at)
    behind = plant.rows(Segment, Segment.started_at == gap.ended_at)
    pairs = [(one.run_uid, one.sequence + 1) for one in before]
    is_in_run = any((other.run_uid, other.sequence) in pairs for other in behind)
    return gap.reason == "timeout" and (is_in_run or not gap.detail.startswith("stalled:"))


def broken_promises(plant: Plant) -> list[str]:
    with plant.app.app_context():
        return [f"{outcome.name}: {outcome.faults}" for outcome in run_checks(SystemClock()) if outcome.faults]


def assert_promises_hold(plant: Plant) -> None:
    """Every promise of `examops check`, as soon as what is under way has come to its end."""
    broken: list[str] = []

    def hold() -> bool:
        broken[:] = broken_promises(plant)
        return not broken

    try:
        plant.wait_for(hold, "every promise of `examops check` holds")
    except AssertionError as error:
        error.add_note(f"still broken: {broken}")
        raise


def assert_nothing_is_lost(plant: Plant, before: dict[str, dict[str, Any]]) -> None:
    sidecars = before | closed(plant)
    found = wait_until_archived(plant, sidecars)
    assert plant.rows(Segment, Segment.state == "quarantined") == []
    assert_bytes_are_the_recorders(plant, sidecars, found)
    assert_every_second_is_accounted_for(plant, max(found[uid].ended_at for uid in sidecars))
    assert_promises_hold(plant)


@pytest.mark.parametrize("part", ["web", "worker", "store", "database"])
def test_recording_outlives_a_killed(plant: Plant, part: str) -> None:
    killed_at, before = kill_in_the_middle(plant, part)
    assert_nothing_is_lost(plant, before)
    new = plant.rows(Gap, Gap.started_at >= killed_at)
    words = [(gap.reason, gap.detail, gap.started_at, gap.ended_at) for gap in new]
    plant.wait_for(lambda: all(is_slow_camera(plant, gap) for gap in new), f"nothing interrupts recording: {words}")


def kill_a_writing_recorder(plant: Plant) -> tuple[list[Segment], set[uuid.UUID]]:
    """What was salvaged of the segment it was writing, and the gaps that were told before the kill.

    Where the segment is closed between the look at it and the kill, the next one holds nothing yet, so there is nothing
    to salvage: then once more."""
    for _ in range(MOST_KILLS):
        known = {gap.uid for gap in plant.rows(Gap)}
        _, before = kill_in_the_middle(plant, "recorder")
        assert_nothing_is_lost(plant, before)
        if salvaged := plant.rows(Segment, Segment.is_salvaged):
            return salvaged, known
    raise AssertionError(f"nothing was salvaged of {MOST_KILLS} killed recorders")


def test_a_killed_recorder_keeps_what_it_had_written_and_says_what_it_missed(plant: Plant) -> None:
    salvaged, known = kill_a_writing_recorder(plant)
    gaps = plant.wait_for(
        lambda: [gap for gap in plant.rows(Gap, Gap.reason == "restart") if gap.uid not in known], "the gap is told"
    )
    assert gaps[0].reported_by == "recorder"
    assert salvaged[-1].ended_at == gaps[0].started_at


def cut_off_job(plant: Plant) -> int:
    """Kill workers until one dies in the middle of drawing frames; returns the job it left behind."""
    workers = plant.query("SELECT id FROM procrastinate_workers")
    plant.wait_for(lambda: plant.query(DRAWING), "frames are being drawn", pause=0.005)
    gone = plant.kill("worker")
    left = plant.query(DRAWING)
    plant.change(AGE, workers=[row.id for row in workers])
    plant.wait_for(lambda: plant.is_back("worker", gone), "the worker is back")
    return left[0].id if left else cut_off_job(plant)


def test_frames_that_a_killed_worker_was_drawing_are_drawn_by_the_next(plant: Plant) -> None:
    plant.wait_for(lambda: len(verified(plant)) >= 2, "recording is under way")
    job = cut_off_job(plant)
    (sampled,) = plant.query("SELECT args->>'segment_uid' AS uid FROM procrastinate_jobs WHERE id = :job", job=job)
    segment = plant.rows(Segment, Segment.uid == sampled.uid)[0]
    plant.wait_for(lambda: plant.rows(Strip, Strip.segment_id == segment.id), "the frames are drawn after all")
    (ended,) = plant.query("SELECT attempts FROM procrastinate_jobs WHERE id = :job", job=job)
    assert ended.attempts >= 1

"""The demo can start, and start again, at any hour of any day."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from config.rulebook import use_decisions
from examops.accounts.models import Device
from examops.core.clock import SHANGHAI, FixedClock
from examops.core.connections import role_names
from examops.core.database import db, owner_of
from examops.core.scope import SYSTEM, set_scope
from examops.core.transaction import transaction
from examops.demo import DECISIONS
from examops.demo.story import stamp
from examops.demo.story.seed import Story
from examops.demo.story.stamp import Standing
from examops.eligibility.models import Candidate
from examops.organisations.models import Body
from examops.registration.models import Application
from examops.sessions.models import ExamSession
from examops.sites.models import Room, Site

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def start(app, job_app, settings, monkeypatch, tmp_path):
    """Starts the demo's story at an hour of Foshan; returns the rooms that run then."""
    monkeypatch.setenv("EXAMOPS_TESTCAM_PORT", "18554")
    mine = dataclasses.replace(settings, var=tmp_path)

    def at(moment: datetime) -> set[str]:
        Story(mine, FixedClock(moment)).create()
        with transaction(SYSTEM):
            running = (
                select(Room.name)
                .join(ExamSession, ExamSession.room_id == Room.id)
                .where(ExamSession.state == "running", ExamSession.during.contains(moment))
            )
            return set(db.session.execute(running).scalars())

    use_decisions(DECISIONS)
    with job_app.app_context():
        set_scope(SYSTEM)
        yield at
    use_decisions(None)


ROOMS = {"A栋实训室", "C区焊接间", "数控车间三"}


@pytest.mark.parametrize(("hour", "minute"), [(7, 49), (23, 50)])
def test_three_rooms_run_whatever_the_hour_of_the_first_start(start, settings, hour: int, minute: int):
    first = datetime(2026, 11, 26, hour, minute, tzinfo=SHANGHAI)

    assert start(first) == ROOMS
    assert start(first + timedelta(minutes=30)) == ROOMS  # a second start within the hour changes nothing
    assert accepted("social") == 18  # by the demo's own list, which says that it is none of the city's
    the_stamp_says_what_a_start_has_to_make(settings, first + timedelta(minutes=30))


def the_stamp_says_what_a_start_has_to_make(settings, now: datetime) -> None:
    """Here, because a story of its own would cost six seconds."""
    address = settings.database_url
    assert stamp.look(address, "made", now) == Standing(False, False, True), "nobody has stamped it"
    stamp.write(address, role_names(settings)["owner"], "made")
    try:
        assert stamp.look(address, "made", now) == Standing(True, False, True), "no recorder is paired"
        pair_recorder(now)
        assert stamp.look(address, "made", now) == Standing(True, True, True)
        assert stamp.look(address, "made otherwise", now).is_made is False
        assert stamp.look(address, "made", now + timedelta(hours=6)).runs is False, "nothing runs any more"
        assert stamp.look(address, "made", now + timedelta(days=9)).goes_on is False
        assert stamp.look(f"{address}_of_nobody", "made", now) == Standing()
    finally:
        stamp.write(address, role_names(settings)["owner"], "")


def pair_recorder(now: datetime) -> None:
    with transaction(SYSTEM):
        site = db.session.execute(select(Site).join(Body).where(Body.short_name == stamp.BODY)).scalar_one()
        box = {"kind": "recorder", "name": "box", "token_digest": b"digest", "paired_at": now}
        db.session.add(Device(**owner_of(site), site_id=site.id, **box))


def accepted(kind: str) -> int:
    query = select(func.count(Application.id)).join(Candidate, Candidate.id == Application.candidate_id)
    with transaction(SYSTEM):
        chosen = query.where(Candidate.kind == kind, Application.state == "accepted")
        return int(db.session.execute(chosen).scalar_one())


def test_a_start_days_later_takes_the_planned_session_for_the_running_one(start):
    start(datetime(2026, 11, 26, 13, 50, tzinfo=SHANGHAI))

    assert start(datetime(2026, 11, 27, 9, 30, tzinfo=SHANGHAI)) == ROOMS
    # In the welding shop one begins at 09:00, its desk at 08:00: nothing else fits there, the others run.
    assert start(datetime(2026, 11, 28, 7, 0, tzinfo=SHANGHAI)) == ROOMS - {"C区焊接间"}
    assert start(datetime(2026, 11, 29, 20, 0, tzinfo=SHANGHAI)) == ROOMS

"""Timed work as the job role runs it: plan, arm, watch, find gaps, disarm; twice does no harm."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.extensions import parts
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage import invariants, jobs
from examops.footage.archive.gaps import coverage
from examops.footage.models import Alarm, Arming, Gap
from tests.domains.footage.conftest import payload
from tests.factories import Factory

pytestmark = pytest.mark.postgres


@pytest.fixture
def at_work(job_app: Flask, make: Factory):
    """Run a task as a worker does: in the job role's application, at a chosen time."""

    def run(task, instant) -> str:
        db.session.remove()
        with job_app.app_context():
            clock = parts().clock
            assert isinstance(clock, FixedClock)
            clock.instant = instant
            return task()

    return run


@pytest.fixture
def session(make: Factory):
    body = make.body()
    room = make.room(make.site(body), stations=2)
    make.camera(room)
    return make.session_with_turns(make.batch(body), room, state="closed")[0]


def test_a_day_runs_by_the_clock(session, at_work) -> None:
    opens, minute = session.desk_opens_at, timedelta(minutes=1)
    assert at_work(jobs.arm, opens - 60 * minute) == "排定 1 路，布防 0 路"
    assert at_work(jobs.arm, opens - 30 * minute) == "排定 0 路，布防 1 路"
    assert at_work(jobs.arm, opens - 29 * minute) == ""
    assert at_work(jobs.watch_cameras, opens - minute) == ""
    assert at_work(jobs.watch_cameras, opens) == "1 个新告警"
    assert at_work(jobs.find_gaps, opens) == "1 个缺口"
    assert at_work(jobs.find_gaps, opens) == ""
    assert at_work(jobs.disarm, session.ends_at + 15 * minute) == "撤防 1 路"
    assert at_work(jobs.find_gaps, session.ends_at + 30 * minute) == "1 个缺口"
    with transaction(SYSTEM):
        armed = db.session.execute(select(Arming)).scalar_one()
        gaps = list(db.session.execute(select(Gap).order_by(Gap.started_at)).scalars())
        assert (armed.state, db.session.execute(select(Alarm.kind)).scalar_one()) == ("disarmed", "offline")
    assert (gaps[0].started_at, gaps[-1].ended_at) == (armed.during.lower, armed.during.upper)
    assert gaps[0].ended_at == gaps[1].started_at


OF_RELEASE_0_1_0 = (
    "INSERT INTO gap (uid, body_id, district, arming_id, camera_id, session_id, started_at, ended_at, reason, detail,"
    " reported_by) SELECT gen_random_uuid(), body_id, district, arming_id, camera_id, session_id,"
    " started_at + interval '10 seconds', ended_at + interval '20 seconds', 'timeout', '', 'recorder' FROM segment"
)


@pytest.mark.s3
def test_a_gap_over_verified_footage_from_before_the_upgrade_gives_way(box, scene, at_work, clock: FixedClock) -> None:
    """Up to 0.1.0 the gap of a box stood over verified footage; a check of today finds it until the next round."""
    body, begin = payload(500), scene.armings[0].during.lower
    box.archive(box.sidecar(scene.armings[0], scene.cameras[0], begin, body=body), body)
    clock.instant = begin + timedelta(seconds=80)
    with transaction(SYSTEM):
        db.session.execute(text(OF_RELEASE_0_1_0))
        assert len(invariants.gaps_over_footage()) == 1
    assert at_work(jobs.settle_gaps, clock.now()) == "1 个缺口已有核实的录像"
    assert at_work(jobs.settle_gaps, clock.now()) == ""
    with transaction(SYSTEM):
        assert invariants.gaps_over_footage() == invariants.doubled_gaps() == []
        live = db.session.execute(select(Gap).where(Gap.superseded_by.is_(None))).scalar_one()
        assert (live.started_at, live.ended_at) == (begin + timedelta(seconds=60), begin + timedelta(seconds=80))
        assert coverage(scene.armings[0], clock).recorded == timedelta(seconds=60)

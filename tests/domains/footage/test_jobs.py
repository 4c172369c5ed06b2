"""Timed work as the job role runs it: plan, arm, watch, find gaps, disarm; twice does no harm."""

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
from examops.footage.models import Alarm, Arming, Gap
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

"""What may go after years, and what never is in the plan."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from config.rulebook import rulebook
from examops.audit.models import AuditEntry
from examops.core.clock import FixedClock
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.archive.retention import plan_retention
from examops.footage.models import Flag, Segment
from tests.domains.footage.conftest import Box, Scene, payload

pytestmark = [pytest.mark.postgres, pytest.mark.s3]


@pytest.fixture
def kept(box: Box, scene: Scene) -> Segment:
    body = payload()
    box.archive(box.sidecar(scene.armings[0], scene.cameras[0], scene.session.starts_at, body=body), body)
    box.announce(box.sidecar(scene.armings[1], scene.cameras[1], scene.session.starts_at, body=payload()))
    with transaction(SYSTEM):
        return db.session.execute(select(Segment).where(Segment.state == "verified")).scalar_one()


def planned(clock: FixedClock, scene: Scene, days: int) -> list[str]:
    clock.instant = scene.session.ends_at + timedelta(days=days)
    with transaction(SYSTEM):
        return [item.version_id for item in plan_retention(rulebook(), clock)]


def test_footage_goes_after_three_years_and_by_its_version(kept, scene, clock) -> None:
    assert planned(clock, scene, 1094) == []
    assert planned(clock, scene, 1095) == [kept.version_id]


def test_what_was_archived_late_stays_under_its_lock(kept, scene, clock, make) -> None:
    kept.verified_at = scene.session.ends_at + timedelta(days=1080)
    make.save(make.session.merge(kept))
    assert planned(clock, scene, 1095) == []
    assert planned(clock, scene, 1110) == [kept.version_id]


@pytest.mark.parametrize(("state", "is_planned"), [("open", False), ("confirmed", False), ("dismissed", True)])
def test_a_flag_that_counts_keeps_everything(kept, scene, clock, make, state: str, is_planned: bool) -> None:
    session, user = scene.session, make.user("supervisor", district="440606")
    make.save(
        Flag(
            body_id=session.body_id,
            district=session.district,
            session_id=session.id,
            camera_id=scene.cameras[0].id,
            started_at=session.starts_at,
            ended_at=session.ends_at,
            severity="doubt",
            note="x",
            state=state,
            author_uid=user.uid,
            author_name=user.name,
        )
    )
    assert bool(planned(clock, scene, 1095)) is is_planned


def test_each_plan_is_in_the_log(kept, scene, clock) -> None:
    planned(clock, scene, 1095)
    with transaction(SYSTEM):
        entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "footage:retention_planned")).scalar_one()
    assert entry.payload == {"objects": 1, "bytes": kept.size}

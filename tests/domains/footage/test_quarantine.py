"""Footage held back: seen by everybody concerned, decided by a named person who is not examined, sent after all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import Conflict, Invalid
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.archive.quarantine import NotReleasable, decide
from examops.footage.invariants import broken_chains
from examops.footage.models import Alarm, QuarantineDecision, Segment
from examops.organisations.models import Body
from tests.domains.footage.conftest import Box, Scene, payload
from tests.factories import Factory

pytestmark = [pytest.mark.s3, pytest.mark.postgres]
SUPERVISOR = Actor("user", None, "何志明", "supervisor")


def held(box: Box, scene: Scene, body: bytes, **changed) -> dict:
    """A segment that the server keeps outside because it does not name the one before it."""
    sidecar = box.sidecar(
        scene.armings[0], scene.cameras[0], scene.session.starts_at, body=body, previous_digest="00" * 32, **changed
    )
    assert [(answer["state"], answer["error"]) for answer in box.announce(sidecar)] == [("quarantined", "chain.broken")]
    return sidecar


def say(sidecar: dict, decision: str, clock, note: str = "与录像盒日志核对过") -> None:
    with transaction(SYSTEM):
        decide(sidecar["segment_uid"], decision, note, actor=SUPERVISOR, clock=clock)


def stored(sidecar: dict) -> Segment:
    with transaction(SYSTEM):
        return db.session.execute(select(Segment).where(Segment.uid == sidecar["segment_uid"])).scalar_one()


def test_a_released_segment_is_asked_for_again_and_verified_by_the_store(box: Box, scene: Scene, clock) -> None:
    body = payload()
    sidecar = held(box, scene, body)
    assert box.get("/plan").json["released"] == []
    say(sidecar, "released", clock)
    assert box.get("/plan").json["released"] == [sidecar["segment_uid"]]
    assert box.archive(sidecar, body)["state"] == "verified"
    assert box.announce(sidecar)[0]["state"] == "verified"
    assert box.get("/plan").json["released"] == []


def test_a_released_break_in_a_chain_is_known_and_no_fault_of_the_check(box: Box, scene: Scene, clock) -> None:
    body, later = payload(), payload()
    sound = box.sidecar(scene.armings[0], scene.cameras[0], scene.session.starts_at - timedelta(minutes=1), body=body)
    box.archive(sound, body)
    sidecar = held(box, scene, later, run=sound["run_uid"], sequence=1)
    say(sidecar, "released", clock)
    assert box.archive(sidecar, later)["state"] == "verified"
    with transaction(SYSTEM):
        assert broken_chains() == []
    with transaction(SYSTEM):
        db.session.execute(update(Segment).values(quarantine_reason=""))
        assert len(broken_chains()) == 1


def test_a_released_segment_announced_twice_before_its_upload_stays_released(box: Box, scene: Scene, clock) -> None:
    sidecar = held(box, scene, payload())
    say(sidecar, "released", clock)
    states = [box.announce(sidecar)[0]["state"] for _ in range(2)]
    assert states == ["announced", "announced"]


def test_other_bytes_of_a_released_segment_are_held_again_for_good(app, box: Box, scene: Scene, clock) -> None:
    sidecar = held(box, scene, payload())
    say(sidecar, "released", clock)
    box.announce(sidecar)
    from examops.core.extensions import store

    with app.app_context():
        store().put("footage", stored(sidecar).object_key, b"something else")
    assert box.confirm(sidecar["segment_uid"])["error"] == "store.mismatch"
    assert box.get("/plan").json["released"] == []
    assert box.announce(sidecar)[0]["state"] == "quarantined"
    with pytest.raises(NotReleasable):
        say(sidecar, "released", clock)


def test_a_kept_segment_stays_outside_and_may_be_released_later(box: Box, scene: Scene, clock) -> None:
    sidecar = held(box, scene, payload())
    say(sidecar, "kept", clock)
    assert box.announce(sidecar)[0]["state"] == "quarantined"
    say(sidecar, "released", clock)
    assert box.announce(sidecar)[0]["state"] == "announced"


def test_the_decision_ends_the_alarm_and_is_recorded_once(box: Box, scene: Scene, clock) -> None:
    one, other = held(box, scene, payload()), held(box, scene, payload())
    say(one, "kept", clock)
    assert open_alarms() == ["quarantined"]
    for _ in range(2):
        say(other, "kept", clock)
    assert open_alarms() == []
    with transaction(SYSTEM):
        tags = db.session.execute(select(AuditEntry.tag).where(AuditEntry.tag == "segment:quarantine_decided"))
        assert len(tags.scalars().all()) == 2
        assert len(db.session.execute(select(QuarantineDecision)).scalars().all()) == 2


def open_alarms() -> list[str]:
    with transaction(SYSTEM):
        return list(db.session.execute(select(Alarm.kind).where(Alarm.ended_at.is_(None))).scalars())


def test_footage_of_time_that_was_not_armed_is_never_released(box: Box, scene: Scene, clock) -> None:
    early = scene.session.starts_at - timedelta(hours=5)
    sidecar = box.sidecar(scene.armings[0], scene.cameras[0], early, body=payload())
    assert box.announce(sidecar)[0]["error"] == "time.outside_arming"
    with pytest.raises(NotReleasable):
        say(sidecar, "released", clock)


def test_a_decision_needs_its_reason_and_a_verified_segment_none(box: Box, scene: Scene, clock) -> None:
    body = payload()
    sidecar = held(box, scene, body)
    with pytest.raises(Invalid):
        say(sidecar, "released", clock, note="  ")
    say(sidecar, "released", clock)
    box.archive(sidecar, body)
    with pytest.raises(Conflict):
        say(sidecar, "kept", clock)


@pytest.fixture
def page(box: Box, scene: Scene, make: Factory, sign_in):
    """Signs somebody in: ``coordinator`` and ``security`` of the site's body, all others with the city as reach."""
    uid, body_id = held(box, scene, payload())["segment_uid"], scene.session.body_id

    def go(role: str):
        body = make.session.get_one(Body, body_id) if role in ("coordinator", "security") else None
        return sign_in(make.user(role, body)), uid

    return go


@pytest.mark.parametrize("role", ["supervisor", "city_centre", "operator"])
def test_reviewers_and_operators_decide_on_the_page(page, role: str) -> None:
    client, uid = page(role)
    assert "前后不相连" in client.get("/quarantine/").text
    assert client.post(f"/quarantine/{uid}", data={"decision": "released", "note": "已核对"}).status_code == 302
    assert "没有等决定的录像段" in client.get("/quarantine/").text
    assert "已放行，等录像盒补传" in client.get("/quarantine/?decided=1").text


@pytest.mark.parametrize("role", ["coordinator", "security"])
def test_the_examined_body_reads_and_decides_nothing(page, role: str) -> None:
    client, uid = page(role)
    shown = client.get("/quarantine/").text
    assert "前后不相连" in shown
    assert 'value="released"' not in shown
    assert client.post(f"/quarantine/{uid}", data={"decision": "released", "note": "x"}).status_code == 403


def test_another_district_finds_nothing(page, make: Factory, sign_in) -> None:
    _, uid = page("supervisor")
    office = sign_in(make.user("district_centre", district="440604"))
    assert "没有等决定的录像段" in office.get("/quarantine/").text
    assert office.post(f"/quarantine/{uid}", data={"decision": "kept", "note": "x"}).status_code == 404

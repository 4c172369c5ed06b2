"""A gap that comes after the conclusion waits for a person, who takes it in or leaves it; either is logged."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.footage.archive.gaps import coverage
from examops.footage.models import LateGap, ReviewVerdict
from tests.domains.footage.conftest import Box, Scene
from tests.domains.footage.test_gaps import MINUTE, archive, gap_of, live_gaps
from tests.factories import Factory

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
PAGE, NOTE = "/quarantine/late-gaps", "和厂里核对过，那时断电"


@pytest.fixture
def claimed(box: Box, scene: Scene, make: Factory) -> dict[str, Any]:
    """Seven minutes of the armed time are archived, somebody has concluded, and the box says what it has not."""
    begin = scene.armings[0].during.lower
    for minute in range(7):
        archive(box, scene, begin + minute * MINUTE)
    owner = {"body_id": scene.session.body_id, "district": scene.session.district}
    who = {"author_uid": uuid.uuid4(), "author_name": "督导"}
    make.save(ReviewVerdict(**owner, **who, session_id=scene.session.id, outcome="clean", note=""))
    gap = gap_of(scene, begin + 7 * MINUTE, begin + 9 * MINUTE)
    for _ in range(2):
        assert box.post("/gaps", {"gaps": [gap]}).json["results"][0]["state"] == "refused"
    return gap


def kept() -> list[LateGap]:
    with transaction(SYSTEM):
        return list(db.session.execute(select(LateGap)).scalars())


def decide(client: Any, gap: dict[str, Any], decision: str, note: str = NOTE) -> Any:
    return client.post(f"{PAGE}/{gap['gap_uid']}", data={"decision": decision, "note": note})


def test_it_is_kept_once_counts_for_nothing_and_is_told_where_it_was_concluded(claimed, scene, make, sign_in) -> None:
    (late,) = kept()
    assert (str(late.uid), late.ended_at - late.started_at, late.decision) == (claimed["gap_uid"], 2 * MINUTE, "")
    assert live_gaps() == []
    reviewer = sign_in(make.user("supervisor"))
    page = reviewer.get(f"/footage/review/{scene.session.uid}/conclusion").text
    assert "又报来 1 个缺口" in page
    assert f'href="{PAGE}"' in page
    assert f'href="{PAGE}"' in reviewer.get("/quarantine/").text
    assert scene.session.number in reviewer.get(PAGE).text


def test_taken_in_it_is_a_gap_as_any_other_and_says_who_and_why(claimed, scene, make, sign_in, clock) -> None:
    with transaction(SYSTEM):
        before = coverage(scene.armings[0], clock).missing
    reviewer = make.user("supervisor")
    client = sign_in(reviewer)
    assert decide(client, claimed, "taken").status_code == 302

    begin = scene.armings[0].during.lower
    assert live_gaps() == [(begin + 7 * MINUTE, begin + 9 * MINUTE, "timeout")]
    with transaction(SYSTEM):
        assert coverage(scene.armings[0], clock).missing >= before
        entry = db.session.execute(select(AuditEntry).where(AuditEntry.tag == "gap:late_decided")).scalar_one()
        assert (entry.actor_uid, entry.payload["decision"], entry.payload["seconds"]) == (reviewer.uid, "taken", 120)
    assert NOTE not in client.get(PAGE).text
    assert NOTE in client.get(f"{PAGE}?decided=1").text
    assert "又报来" not in client.get(f"/footage/review/{scene.session.uid}/conclusion").text


def test_left_it_counts_for_nothing_and_nobody_turns_the_decision_round(claimed, make, sign_in) -> None:
    client = sign_in(make.user("supervisor"))
    assert [decide(client, claimed, "left").status_code for _ in range(2)] == [302, 302]
    refused = decide(client, claimed, "taken")

    assert (refused.status_code, live_gaps()) == (409, [])
    assert "已经有人决定过" in refused.text
    assert [late.decision for late in kept()] == ["left"]


def test_it_needs_a_reason(claimed, make, sign_in) -> None:
    assert decide(sign_in(make.user("supervisor")), claimed, "taken", " ").status_code == 422
    assert [late.decision for late in kept()] == [""]


def test_the_body_reads_and_does_not_decide_and_another_one_sees_nothing(claimed, scene, make, sign_in) -> None:
    body = make.session.get_one(type(make.body()), scene.session.body_id)
    own = sign_in(make.user("coordinator", body))
    assert scene.session.number in own.get(PAGE).text
    assert decide(own, claimed, "left").status_code == 403
    assert scene.session.number not in sign_in(make.user("coordinator", make.body())).get(PAGE).text
    assert [late.decision for late in kept()] == [""]


def test_footage_that_came_meanwhile_is_believed_before_it(claimed, box, scene, make, sign_in) -> None:
    archive(box, scene, scene.armings[0].during.lower + 7 * MINUTE)
    decide(sign_in(make.user("supervisor")), claimed, "taken")
    begin = scene.armings[0].during.lower
    assert live_gaps() == [(begin + 8 * MINUTE, begin + 9 * MINUTE, "timeout")]


def test_a_gap_of_before_the_conclusion_that_is_sent_again_is_no_late_one(box, scene, make, clock) -> None:
    gap = gap_of(scene, clock.now() - 2 * MINUTE, clock.now() - timedelta(seconds=30))
    assert box.post("/gaps", {"gaps": [gap]}).json["results"][0]["state"] == "recorded"
    owner = {"body_id": scene.session.body_id, "district": scene.session.district}
    who = {"author_uid": uuid.uuid4(), "author_name": "督导"}
    make.save(ReviewVerdict(**owner, **who, session_id=scene.session.id, outcome="clean", note=""))
    box.post("/gaps", {"gaps": [gap]})
    assert kept() == []

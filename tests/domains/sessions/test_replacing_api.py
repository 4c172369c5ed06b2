"""People on duty are read and replaced by the API as on the pages: same rules, once for each key, the body alone."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.registration.models import Application
from examops.sessions.models import SessionDuty
from examops.staff.models import RecusalRelation, StaffMember
from tests.domains.organisations.test_openings import both
from tests.domains.organisations.test_openings_api import browser
from tests.domains.sessions.test_gates import Exam, exam
from tests.factories import Factory
from tests.guards.test_api import document, fits

__all__ = ["document", "exam"]
pytestmark = [pytest.mark.postgres, pytest.mark.s3]
DUTIES = "/api/v1/sessions/{session_uid}/duties"
NEWCOMERS, REPLACEMENT = f"{DUTIES}/{{duty_uid}}/newcomers", f"{DUTIES}/{{duty_uid}}/replacement"


@pytest.fixture
def coordinator(app: Flask, make: Factory, exam: Exam) -> FlaskClient:
    return browser(app, make.user("coordinator", exam.body))


def asked(exam: Exam, duty: SessionDuty) -> dict[str, Any]:
    return {"session_uid": exam.session.uid, "duty_uid": duty.uid}


def replace(client: FlaskClient, exam: Exam, duty: SessionDuty, given: Any, key: str = "") -> TestResponse:
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return client.post(REPLACEMENT.format(**asked(exam, duty)), json=given, headers=headers)


def on_duty(client: FlaskClient, exam: Exam) -> list[dict[str, Any]]:
    db.session.expire_all()  # other threads have written
    duties: list[dict[str, Any]] = client.get(DUTIES.format(session_uid=exam.session.uid)).json["duties"]
    return duties


def related(make: Factory, exam: Exam, duty: SessionDuty) -> None:
    """To somebody on the list."""
    candidate = make.session.get_one(Application, exam.bookings[0].application_id).candidate_id
    owner = {"body_id": exam.body.id, "district": exam.body.district}
    make.save(RecusalRelation(**owner, staff_id=duty.staff_id, candidate_id=candidate, relation="relative"))


def test_who_is_on_duty_and_who_must_step_aside_is_read(document, exam, make, coordinator) -> None:
    exam.approved()
    related(make, exam, exam.duties[1])
    answer = coordinator.get(DUTIES.format(session_uid=exam.session.uid))
    fits(document, DUTIES, "get", answer)
    first = answer.json["duties"][0]
    assert (first["role"], first["is_replaceable"], first["is_card_over"]) == ("leader", True, False)
    told = {one["uid"]: one["recusal"] for one in answer.json["duties"]}
    aside = {"outcome": "fail", "relations": [{"kind": "relative", "sources": ["unknown"]}]}
    assert told[str(exam.duties[1].uid)] == aside
    assert told[str(exam.duties[2].uid)] == {"outcome": "pass", "relations": []}


def test_somebody_is_replaced_by_one_of_those_who_can_come(document, exam, make, coordinator) -> None:
    exam.approved()
    gone = exam.duties[1]
    able, kin = make.staff(exam.body, name="杜小满"), make.staff(exam.body, name="段文", team="总装线")
    offered = coordinator.get(NEWCOMERS.format(**asked(exam, gone)))
    fits(document, NEWCOMERS, "get", offered)
    against = {one["staff"]: one["against"] for one in offered.json["people"]}
    assert (against[str(able.uid)], "须回避" in against[str(kin.uid)]) == ("", True)
    done = replace(coordinator, exam, gone, {"staff": str(able.uid), "reason": "高烧住院"}, "key-one-1")
    fits(document, REPLACEMENT, "post", done)
    assert (done.status_code, "杜小满" in done.json["untold"]) == (200, True), "nobody here has an address"
    again = replace(coordinator, exam, gone, {"staff": str(able.uid), "reason": "高烧住院"}, "key-one-1")
    assert again.json == done.json, "asked twice, replaced once"
    duties = on_duty(coordinator, exam)
    assert str(able.uid) in [one["staff"] for one in duties]
    assert done.json["uid"] in [one["uid"] for one in duties]
    read = coordinator.get(DUTIES.format(session_uid=exam.session.uid))
    fits(document, DUTIES, "get", read)
    (made,) = read.json["replaced"]
    assert (made["after"], made["role"], made["reason"]) == ("杜小满", "examiner", "高烧住院")
    late = replace(coordinator, exam, gone, {"staff": str(kin.uid), "reason": "高烧住院"})
    fits(document, REPLACEMENT, "post", late)
    assert late.status_code == 404, "whoever was replaced has no duty any more"


def test_a_key_of_one_duty_is_not_taken_for_another(exam, make, coordinator) -> None:
    exam.approved()
    given = {"staff": str(make.staff(exam.body).uid), "reason": "高烧住院"}
    assert replace(coordinator, exam, exam.duties[1], given, "key-one-1").status_code == 200
    other = replace(coordinator, exam, exam.duties[2], given, "key-one-1")
    assert (other.status_code, other.json["code"]) == (409, "idempotency.other_request")


def test_every_reason_against_somebody_is_told_with_its_clause(document, exam, make, coordinator) -> None:
    exam.approved()
    kin = make.staff(exam.body, "proctor", team="总装线")
    refused = replace(coordinator, exam, exam.duties[1], {"staff": str(kin.uid), "reason": "高烧住院"})
    fits(document, REPLACEMENT, "post", refused)
    assert (refused.status_code, refused.json["code"]) == (409, "session.person_not_fit")
    assert refused.json["clause"] == "考评人员管理办法；考评人员管理办法 回避"
    here = make.session.get_one(StaffMember, exam.duties[2].staff_id)
    refused = replace(coordinator, exam, exam.duties[1], {"staff": str(here.uid), "reason": "高烧住院"})
    assert (refused.status_code, refused.json["code"]) == (409, "session.person_on_duty_here")


def test_nobody_is_replaced_in_a_session_that_is_not_approved(document, exam, make, coordinator) -> None:
    refused = replace(coordinator, exam, exam.duties[1], {"staff": str(make.staff(exam.body).uid), "reason": "高烧"})
    read = coordinator.get(NEWCOMERS.format(**asked(exam, exam.duties[1])))
    fits(document, NEWCOMERS, "get", read)
    for one in (refused, read):
        assert (one.status_code, one.json["code"]) == (409, "session.person_not_replaceable")
        assert "“修改”里换人" in one.json["advice"]
    assert [one["is_replaceable"] for one in on_duty(coordinator, exam)] == [False] * 3


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({}, {"staff", "reason"}),
        ({"staff": "nobody", "reason": " "}, {"staff", "reason"}),
        ({"staff": None, "reason": "长" * 201}, {"staff", "reason"}),
        ({"staff": [1], "reason": {"a": 1}}, {"staff", "reason"}),
        ([], {""}),
    ],
)
def test_what_does_not_fit_is_told_field_by_field(document, exam, coordinator, given, fields) -> None:
    exam.approved()
    refused = replace(coordinator, exam, exam.duties[1], given)
    fits(document, REPLACEMENT, "post", refused)
    assert (refused.status_code, set(refused.json["errors"])) == (422, fields)


def test_the_body_replaces_and_others_read_at_most(exam, make, app, coordinator) -> None:
    exam.approved()
    duty, newcomer = exam.duties[1], make.staff(exam.body)
    given = {"staff": str(newcomer.uid), "reason": "高烧住院"}
    others = [
        (browser(app, make.user("coordinator", make.body())), [404, 404, 404]),
        (browser(app, make.user("district_bureau", district="440604")), [404, 403, 403]),
        (browser(app, make.user("district_bureau", district="440606")), [200, 403, 403]),
        (browser(app, make.user("examiner", exam.body)), [403, 403, 403]),
        (app.test_client(), [401, 401, 401]),
    ]
    for client, statuses in others:
        seen = [client.get(DUTIES.format(session_uid=exam.session.uid))]
        seen += [client.get(NEWCOMERS.format(**asked(exam, duty))), replace(client, exam, duty, given)]
        assert [one.status_code for one in seen] == statuses
        assert all(newcomer.name not in one.text for one in seen)
    leader = make.session.get_one(StaffMember, exam.duties[0].staff_id)
    assert leader.name in [one["name"] for one in on_duty(coordinator, exam)]
    assert leader.name not in [one["name"] for one in on_duty(others[2][0], exam)], "masked outside of the body"
    assert replace(coordinator, exam, duty, given).status_code == 200


def test_of_two_coordinators_at_once_one_replaces_and_the_other_is_told(exam, make, app, coordinator) -> None:
    exam.approved()
    second = browser(app, make.user("coordinator", exam.body))
    people = [str(make.staff(exam.body).uid) for _ in range(2)]
    done = both(
        [
            lambda c=c, one=one: replace(c, exam, exam.duties[1], {"staff": one, "reason": "高烧住院"})
            for c, one in zip((coordinator, second), people, strict=True)
        ]
    )
    assert sorted(one.status_code for one in done) == [200, 404]
    lost = next(one for one in done if one.status_code == 404).json
    assert re.search("已由.+换成 ", lost["message"])
    assert "当值名单" in lost["advice"]
    assert len([one for one in on_duty(coordinator, exam) if one["staff"] in people]) == 1
    query = select(AuditEntry.id).where(AuditEntry.tag == "session:person_replaced")
    assert len(db.session.execute(query).all()) == 1

"""A college's registrar enters a whole filing by the API alone: from nothing to handed in, with what goes with it."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask import Flask

from tests.domains.filings.conftest import PDF, people_of
from tests.factories import DAY, ELECTRICIAN, Factory
from tests.guards.walk import Browser

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
LEVELS = ("5", "4")
PAPERS = ("assessment_unit", "finance", "promise", "quality", "pilot", "venue", "staff_list", "licence", "credit")


class Registrar:
    """Another system, signed in as the body's coordinator, with nothing but JSON and files."""

    def __init__(self, app: Flask, user: Any) -> None:
        browser = Browser(app, user)
        self.client, self.headers = browser.client, {"X-CSRFToken": browser.token}

    def get(self, address: str) -> Any:
        return self._told(self.client.get(f"/api/v1{address}"))

    def post(self, address: str, body: Any = None, **more: Any) -> Any:
        headers = {**self.headers, "Idempotency-Key": str(uuid.uuid4())}
        return self._told(self.client.post(f"/api/v1{address}", json=body, headers=headers, **more))

    def put(self, address: str, body: Any) -> Any:
        return self._told(self.client.put(f"/api/v1{address}", json=body, headers=self.headers))

    def hand_in(self, filing: str, kind: str) -> str:
        asked = {"kind": kind, "name": f"{kind}.pdf"}
        headers = {**self.headers, "Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/pdf"}
        answer = self.client.post(f"/api/v1/filings/{filing}/documents", query_string=asked, data=PDF, headers=headers)
        return str(self._told(answer)["uid"])

    def _told(self, answer: Any) -> Any:
        assert answer.status_code == 200, answer.text
        return answer.json

    def version(self, filing: str, step: str) -> int:
        steps = self.get(f"/filings/{filing}/steps")["steps"]
        return int(next(one["version"] for one in steps if one["step"] == step))


@pytest.fixture
def college(make: Factory) -> Any:
    return make.body("college", state="draft")


@pytest.fixture
def registrar(make: Factory, app: Flask, college: Any) -> Any:
    app.config["WTF_CSRF_ENABLED"] = True
    yield Registrar(app, people_of(make, college)["coordinator"][0])
    app.config["WTF_CSRF_ENABLED"] = False


def entered_people(registrar: Registrar) -> None:
    for at, kind in enumerate(("manager", "exam_affairs", "expert", "internal_supervisor", *("examiner",) * 3)):
        person = registrar.post("/staff", {"name": f"何兰{'一二三四五六七'[at]}", "team": "评价中心"})["uid"]
        named = {"occupation": ELECTRICIAN, "levels": list(LEVELS)} if kind == "examiner" else {}
        card = {"kind": kind, "number": f"GD-{at}", "valid_from": "2026-01-01", **named}
        registrar.post(f"/staff/{person}/cards", card)


def entered_site(registrar: Registrar, college: Any) -> str:
    told = {"name": "实训楼", "address": "学院路 1 号", "district": college.district, "contact": "何工"}
    site = str(registrar.post("/sites", told)["uid"])
    asked = {"name": "电工实训室", "kind": "practical", "codes": "A01–A10", "occupation": ELECTRICIAN}
    room = registrar.post(f"/sites/{site}/rooms", asked)["uid"]
    camera = {"label": "前方", "position": "front", "source": "rtsp://192.168.1.64/1", "width": 1920, "height": 1080}
    registrar.post(f"/rooms/{room}/cameras", camera)
    plan = registrar.get(f"/rooms/{room}/plan")
    places = [{"kind": one["kind"], "uid": one["uid"], "x": 0.1, "y": at / 20} for at, one in enumerate(plan["things"])]
    plan = registrar.put(f"/rooms/{room}/places", {"version": plan["version"], "places": places})
    assert (len(plan["things"]), {one["x"] for one in plan["things"]}) == (11, {0.1})
    return site


def written_versions(registrar: Registrar, filing: str, site: str) -> None:
    """The work plan and, for the occupation, the national standard: colleges have none of their own."""
    plan = registrar.post("/work-plans", {})
    seen = plan["seen"]
    terms = {"parts": ["theory", "skill"], "pass_mark": 60}
    for level in LEVELS:
        line = {**terms, "seen": seen, "carry_over_months": 12, "site": site, "examiners": 3, "proctors": 2}
        seen = registrar.put(f"/work-plans/{plan['uid']}/lines/{ELECTRICIAN}/{level}", line)["seen"]
    asked = {"occupation": ELECTRICIAN, "kind": "national", "name": "电工国家职业标准"}
    text = registrar.post("/specifications", asked)
    seen = text["seen"]
    for level in LEVELS:
        told = {**terms, "seen": seen, "minutes": {"theory": 90, "skill": 120}}
        seen = registrar.put(f"/specifications/{text['uid']}/levels/{level}", told)["seen"]
    for version in (plan, text):
        assert registrar.get(f"/filings/{filing}")["state"] == "draft"
        registrar.put(f"/filings/{filing}/versions/{version['uid']}", {})


def filled_in(registrar: Registrar, filing: str) -> None:
    told = {"version": registrar.version(filing, "occupations"), "levels": list(LEVELS)}
    registrar.put(f"/filings/{filing}/occupations/{ELECTRICIAN}", told)
    papers = {kind: registrar.hand_in(filing, kind) for kind in PAPERS}
    facts = [
        {"key": "has_good_credit", "value": True, "document": papers["credit"]},
        {"key": "pilot_on", "value": "2024-05-20", "document": papers["pilot"]},
        {"key": "own_students_only", "value": True, "document": papers["pilot"]},
    ]
    step = {"version": registrar.version(filing, "entity"), "as_of": DAY.date().isoformat(), "facts": facts}
    registrar.put(f"/filings/{filing}/steps/entity", step)
    registrar.put(f"/filings/{filing}/contact", {"name": "陈工", "mobile": "13800005678"})


def published(registrar: Registrar, college: Any) -> None:
    for kind in ("exam_affairs", "quality", "certificates"):
        registrar.post(f"/bodies/{college.uid}/rules", {"kind": kind, "text": "每场两名监考"})
    fees = [{"occupation": ELECTRICIAN, "level": level, "fen": 20_000} for level in LEVELS]
    registrar.post(f"/bodies/{college.uid}/fees", {"amounts": fees, "note": "缺考不退"})


def test_a_college_s_registrar_enters_a_whole_filing_and_hands_it_in(
    registrar, college, make, sign_in, settled
) -> None:
    entered_people(registrar)
    site = entered_site(registrar, college)
    filing = registrar.post("/filings", {"kind": "new"})["uid"]
    filled_in(registrar, filing)
    written_versions(registrar, filing, site)
    published(registrar, college)
    lines = registrar.get(f"/filings/{filing}/lines")["lines"]
    missing = [(one["rule"], one["found"], one["advice"]) for one in lines if one["outcome"] == "missing"]
    assert missing == []
    seen = registrar.get(f"/filings/{filing}")["seen"]
    done = registrar.post(f"/filings/{filing}/acts", {"act": "submitted", "seen": seen})
    assert done["state"] == "submitted"
    whole = registrar.get(f"/filings/{filing}")
    assert [(one["kind"], bool(one["hash"])) for one in whole["versions"]] == [
        ("specification", True),
        ("work_plan", True),
    ]
    office = sign_in(make.user("district_bureau", district=college.district))
    page = office.get(f"/filings/{filing}").text
    assert re.search(r"承诺书|promise\.pdf", page)
    read = office.get(f"/api/v1/filings/{filing}/documents").json["documents"]
    assert len(read) == len(PAPERS)
    late = registrar.client.put(
        f"/api/v1/filings/{filing}/steps/entity", json={"version": 1, "facts": []}, headers=registrar.headers
    )
    assert (late.status_code, late.json["code"]) == (409, "filing.closed")

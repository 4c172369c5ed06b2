"""An enterprise's filing by JSON and files alone, from nothing to handed in: gunicorn, a worker, the machine's clock.

Its conditions count people by list, so both lists go in as files; workstations count under an admitted camera, so one
is tried by a box, admitted and marked. Nothing is entered past the API but what offices do before: the body, its
coordinator's account, the city's word on the occupation, and the code by which the box is paired.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from config.occupations import catalogue
from examops.accounts.pairing import create_pairing_code
from examops.catalogue import Grounds, Seen, confirm, may_be_filed
from examops.core.actor import Actor
from examops.core.clock import SystemClock, today
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.sites.models import Site
from tests.domains.filings import people
from tests.domains.filings.conftest import ENTERPRISE, PAPERS, PDF
from tests.domains.footage.test_trials import GOOD, jpeg
from tests.factories import ELECTRICIAN, PASSWORD, Factory
from tests.guards.place import KEY
from tests.gunicorn import ROOT, served
from tests.patience import PATIENCE_S, wait_for

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
LEVEL = "4"
EXTRA = ("licence", "credit", "statistics", "venue")
TOKEN = re.compile(r'name="csrf[-_]token"\s+(?:value|content)="([^"]+)"')
Answer = tuple[int, Any]


class Caller:
    """Another system, signed in as somebody with their password, or as nobody."""

    def __init__(self, port: int, login: str = "") -> None:
        self.at, self.opener = f"http://127.0.0.1:{port}", build_opener(HTTPCookieProcessor(CookieJar()))
        self.headers: dict[str, str] = {"Referer": self.at}
        self.headers["X-CSRFToken"] = self._token("/sign-in")
        if login:
            form = {"login": login, "password": PASSWORD, "csrf_token": self.headers["X-CSRFToken"]}
            self._open("POST", "/sign-in", urlencode(form).encode(), {})
            self.headers["X-CSRFToken"] = self._token("/filings")

    def ask(self, method: str, path: str, body: Any = None, query: Any = None, kind: str = "", key: str = "") -> Answer:
        """``body``: JSON, or bytes of this kind. Answers status and JSON."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": kind or "application/json"} if data is not None else {}
        headers["Idempotency-Key"] = key or str(uuid.uuid4())
        address = path if path.startswith("/api/") else f"/api/v1{path}"
        status, text = self._open(method, address + (f"?{urlencode(query)}" if query else ""), data, headers)
        return status, json.loads(text) if text.startswith("{") else text

    def done(self, method: str, path: str, *args: Any, **more: Any) -> Any:
        status, answer = self.ask(method, path, *args, **more)
        assert status in (200, 202, 204), (method, path, status, answer)
        return answer

    def version(self, filing: str, step: str) -> int:
        steps = self.done("GET", f"/filings/{filing}/steps")["steps"]
        return next(int(one["version"]) for one in steps if one["step"] == step)

    def _token(self, page: str) -> str:
        found = TOKEN.search(self._open("GET", page, None, {})[1])
        assert found, page
        return found[1]

    def _open(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, str]:
        request = Request(self.at + path, data, {**self.headers, **headers}, method=method)
        try:
            with self.opener.open(request, timeout=PATIENCE_S) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refused:
            return refused.code, refused.read().decode()


@pytest.fixture(scope="module")
def port(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with served(environment, tmp_path_factory.mktemp("gunicorn") / "web.log") as found:
        yield found


@pytest.fixture
def worker(environment: dict[str, str], make: Factory, tmp_path: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "scheduler", "worker"]
    with (tmp_path / "worker.log").open("wb") as sink:
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=sink, stderr=sink)
        yield
        process.kill()
        process.wait(PATIENCE_S)


@pytest.fixture
def body(make: Factory) -> Any:
    return make.body(state="draft")


@pytest.fixture
def coordinator(port: int, make: Factory, body: Any) -> Caller:
    return Caller(port, make.user("coordinator", body).login)


@pytest.fixture
def settled(make: Factory) -> None:
    """The city has confirmed what the occupation rests on."""
    day, occupation = today(SystemClock()), catalogue().by_code[ELECTRICIAN]
    officer = Actor("user", make.user("city_bureau").uid, "市局经办", "city_bureau")
    with transaction(SYSTEM):
        reasons = may_be_filed(occupation, LEVEL, day).reasons
        seen = {one.value.key: Seen(one.value.revision, one.value.base_hash) for one in reasons}
        confirm(occupation, seen, Grounds("佛人社〔示例〕1号", "对照标准文本", day), actor=officer, today=day)


def test_an_enterprise_s_filing_goes_from_nothing_to_handed_in_by_the_api_alone(
    coordinator: Caller, port: int, worker: None, settled: None, make: Factory, body: Any
) -> None:
    day = today(SystemClock())
    entered_people(coordinator, day)
    site = entered_place(coordinator, body.district, Caller(port))
    filing = coordinator.done("POST", "/filings", {"kind": "new"})["uid"]
    filled_in(coordinator, filing, day)
    insured_counted(coordinator, filing, body.credit_code, day)
    applicants = used(coordinator, filing, people.applicants(range(50)), {"kind": "applicants", "as_of": day})
    assert (applicants["counted"], applicants["people"], applicants["subject"]) == (50, 50, ELECTRICIAN)
    planned(coordinator, filing, site)

    lines = coordinator.done("GET", f"/filings/{filing}/lines")["lines"]
    assert [(one["rule"], one["found"], one["advice"]) for one in lines if one["outcome"] == "missing"] == []
    seen = coordinator.done("GET", f"/filings/{filing}")["seen"]
    done = coordinator.done("POST", f"/filings/{filing}/acts", {"act": "submitted", "seen": seen})
    assert done["state"] == "submitted"
    office = Caller(port, make.user("district_bureau", district=body.district).login)
    lists = office.done("GET", f"/filings/{filing}/lists")["lists"]
    assert [(one["kind"], one["counted"], one["is_sound"]) for one in lists] == [
        ("applicants", 50, None),
        ("insured", 300, None),
    ]
    late = coordinator.ask("DELETE", f"/filings/{filing}/lists/{lists[0]['uid']}")
    assert (late[0], late[1]["code"]) == (409, "filing.closed")


def entered_people(coordinator: Caller, day: date) -> None:
    begun = (day - timedelta(days=30)).isoformat()
    for at, kind in enumerate(("manager", "expert", "internal_supervisor", *("examiner",) * 3)):
        person = coordinator.done("POST", "/staff", {"name": f"何兰{'一二三四五六'[at]}", "team": "评价中心"})["uid"]
        named = {"occupation": ELECTRICIAN, "levels": [LEVEL]} if kind == "examiner" else {}
        card = {"kind": kind, "number": f"GD-{at}", "valid_from": begun, **named}
        coordinator.done("POST", f"/staff/{person}/cards", card)


def entered_place(coordinator: Caller, district: str, nobody: Caller) -> str:
    """Ten workstations under a camera that a box has tried; by what right the site is had, its plan photographed."""
    told = {"name": "实训楼", "address": "学院路 1 号", "district": district}
    site = str(coordinator.done("POST", "/sites", told)["uid"])
    paper = {"kind": "leased", "until_on": "2040-06-30", "name": "租约.pdf"}
    entered = coordinator.done("POST", f"/sites/{site}/tenures", PDF, paper, "application/pdf")
    assert entered["document_name"] == "租约.pdf"
    asked = {"name": "电工实训室", "kind": "practical", "codes": "A01–A10", "occupation": ELECTRICIAN}
    room = coordinator.done("POST", f"/sites/{site}/rooms", asked)["uid"]
    plan = coordinator.done("PUT", f"/rooms/{room}/plan/picture", jpeg(1), {"version": 0}, "image/jpeg")
    assert (plan["width"], plan["height"], plan["version"]) == (320, 180, 1)
    source = {"label": "前方", "position": "front", "source": "rtsp://192.168.1.64/1", "width": 1280, "height": 720}
    camera = coordinator.done("POST", f"/rooms/{room}/cameras", source)["uid"]
    assert coordinator.ask("POST", f"/cameras/{camera}/admit")[1]["code"] == "camera.not_tried"
    tried(coordinator, camera, Box(nobody, site))
    assert coordinator.done("POST", f"/cameras/{camera}/admit")["admitted_at"]
    for station in coordinator.done("GET", f"/cameras/{camera}/marks")["stations"]:
        place = {"x": 640, "y": 360}
        marks = coordinator.done("PUT", f"/cameras/{camera}/marks/{station['station']}", place)
    assert {(one["is_seen"], one["x"], one["y"]) for one in marks["stations"]} == {(True, 640, 360)}
    return site


class Box:
    """A recorder of the site, paired by the code that somebody read off the page."""

    def __init__(self, nobody: Caller, site: str) -> None:
        with transaction(SYSTEM):
            row = db.session.execute(db.select(Site).where(Site.uid == uuid.UUID(site))).scalar_one()
            code = create_pairing_code(row, "recorder", clock=SystemClock())
        paired = nobody.done("POST", "/recorder/pair", {"code": code, "name": "一号盒", "public_key": KEY})
        self.caller, self.caller.headers = nobody, {"Authorization": f"Bearer {paired['token']}"}


def tried(coordinator: Caller, camera: str, box: Box) -> None:
    asked = coordinator.done("POST", f"/cameras/{camera}/trials")
    assert (asked["state"], coordinator.ask("POST", f"/cameras/{camera}/trials")[0]) == ("asked", 409)
    (trial,) = (one["trial_uid"] for one in box.caller.done("GET", "/recorder/plan")["trials"])
    run = str(uuid.uuid4())
    box.caller.done("POST", f"/recorder/trials/{trial}/begin", {"run_uid": run})
    assert coordinator.done("GET", asked["address"])["state"] == "running"
    for number in (1, 2, 3):
        box.caller.headers |= {"X-Run": run, "X-Number": str(number)}
        box.caller.done("POST", f"/recorder/trials/{trial}/pictures", jpeg(number), kind="image/jpeg")
    box.caller.done("POST", f"/recorder/trials/{trial}/result", {"run_uid": run, "state": "done", "measures": GOOD})
    told = coordinator.done("GET", asked["address"])
    assert (told["state"], {one["outcome"] for one in told["lines"]}, bool(told["still"])) == ("passed", {"pass"}, True)


def filled_in(coordinator: Caller, filing: str, day: date) -> None:
    told = {"version": coordinator.version(filing, "occupations"), "levels": [LEVEL]}
    coordinator.done("PUT", f"/filings/{filing}/occupations/{ELECTRICIAN}", told)
    papers = {}
    for kind in (*PAPERS, *EXTRA):
        asked = {"kind": kind, "name": f"{kind}.pdf"}
        handed = coordinator.done("POST", f"/filings/{filing}/documents", PDF, asked, "application/pdf")
        papers[kind] = handed["uid"]
    for step in ("entity", "size"):
        facts = [
            {"key": key, "value": value, "document": papers["statistics"]} for key, value in ENTERPRISE[step].items()
        ]
        given = {"version": coordinator.version(filing, step), "as_of": day.isoformat(), "facts": facts}
        coordinator.done("PUT", f"/filings/{filing}/steps/{step}", given)
    coordinator.done("PUT", f"/filings/{filing}/contact", {"name": "陈工", "mobile": "13800005678"})


def insured_counted(coordinator: Caller, filing: str, own: str, day: date) -> None:
    """A file with faults first: each told by row and column. Then one with an ID number of two names."""
    asked = {"kind": "insured", "as_of": day}
    number = people.id_number(1)
    rows = [f"何志,{number[:17]}{'0' if number[17] != '0' else '1'},{own},甲", f",{people.id_number(2)},,甲"]
    faulty = examined(coordinator, filing, people.csv(rows), asked)
    assert [(one["row"], one["column"]) for one in faulty["problems"]] == [(2, "B"), (3, "A"), (3, "C")]
    assert number not in json.dumps(faulty)
    refused = coordinator.ask("PUT", f"{faulty['address']}/in-force", {})
    assert (refused[0], refused[1]["code"]) == (409, "filing.list_not_ready")
    assert coordinator.done("DELETE", faulty["address"])["lists"] == []

    good = examined(coordinator, filing, people.insured(300, own, [people.row(7, people.BRANCH, "何智")]), asked)
    assert (good["problem_count"], good["open_questions"], good["people"], good["double_count"]) == (0, 1, 300, 1)
    assert [name["name"] for name in good["questions"][0]["names"]] == ["何志", "何智"]
    answered = {"answers": [{"question": 0, "name": 0}]}
    assert coordinator.done("PUT", f"{good['address']}/names", answered)["open_questions"] == 0
    counted = coordinator.done("PUT", f"{good['address']}/in-force", {})
    assert (counted["state"], counted["counted"], counted["is_sound"]) == ("in_force", 300, None)


def examined(coordinator: Caller, filing: str, content: bytes, asked: dict[str, Any]) -> Any:
    """What the worker found, once it has."""
    query = {"name": "名册.csv", **asked}
    received = coordinator.done("POST", f"/filings/{filing}/lists", content, query, "text/csv")
    address = received["address"]
    wait_for(lambda: coordinator.done("GET", address)["state"] != "examining", "the worker has examined the list")
    found = coordinator.done("GET", address)
    assert (found["state"], found["done_rows"]) == ("examined", found["rows"]), found["fault"]
    return found


def used(coordinator: Caller, filing: str, content: bytes, asked: dict[str, Any]) -> Any:
    found = examined(coordinator, filing, content, {**asked, "subject": ELECTRICIAN})
    return coordinator.done("PUT", f"{found['address']}/in-force", {})


def planned(coordinator: Caller, filing: str, site: str) -> None:
    plan = coordinator.done("POST", "/work-plans", {})
    line = {"parts": ["theory", "skill"], "pass_mark": 60, "seen": plan["seen"], "carry_over_months": 12, "site": site}
    people_of = {"examiners": 3, "proctors": 2}
    coordinator.done("PUT", f"/work-plans/{plan['uid']}/lines/{ELECTRICIAN}/{LEVEL}", line | people_of)
    coordinator.done("PUT", f"/filings/{filing}/versions/{plan['uid']}", {})


def test_lists_are_their_own_body_s_alone_and_a_file_is_judged_by_what_is_in_it(
    coordinator: Caller, port: int, make: Factory, body: Any
) -> None:
    filing = coordinator.done("POST", "/filings", {"kind": "new"})["uid"]
    address, query = f"/filings/{filing}/lists", {"kind": "insured", "as_of": "2026-11-20", "name": "参保.csv"}
    content = people.insured(3, body.credit_code)
    (first, made), again = (coordinator.ask("POST", address, content, query, "text/csv", "key-one-1") for _ in range(2))
    assert (first, again) == (202, (202, made))
    other = coordinator.ask("POST", address, content + b"\n", query, "text/csv", "key-one-1")
    assert other[1]["code"] == "idempotency.other_request"

    stranger = Caller(port, make.user("coordinator", make.body()).login)
    office = Caller(port, make.user("district_centre", district=body.district).login)
    for caller, handed_in, looked_at in ((stranger, 404, 404), (office, 403, 404), (Caller(port), 401, 401)):
        asked = [
            caller.ask("POST", address, content, query, "text/csv")[0],
            caller.ask("DELETE", made["address"])[0],
            caller.ask("PUT", f"{made['address']}/in-force", {})[0],
            caller.ask("PUT", f"{made['address']}/names", {"answers": [{"question": 0, "name": 0}]})[0],
        ]
        assert set(asked) == {handed_in}
        assert {caller.ask("GET", one)[0] for one in (address, made["address"])} == {looked_at}

    for data, words in ((b"%PDF-1.7", "PDF"), (b"", "空"), (people.applicants([1]), "统一社会信用代码")):
        status, refused = coordinator.ask("POST", address, data, query, "text/csv")
        assert (status, words in refused["message"]) == (422, True), refused
    odd = {"kind": "applicants", "as_of": "soon", "name": ""}
    faults = coordinator.ask("POST", address, content, odd, "text/csv")[1]["errors"]
    assert set(faults) == {"as_of", "name"}
    whom = coordinator.ask("POST", address, content, query | {"kind": "applicants"}, "text/csv")[1]["errors"]
    assert set(whom) == {"subject"}
    assert [one["uid"] for one in coordinator.done("GET", address)["lists"]] == [made["uid"]]

"""No secret of anybody ever stands in a log line: the flows run with every logger open, then the lines are searched."""

from __future__ import annotations

import io
import logging
import re
import uuid

import pytest
from flask import Flask
from sqlalchemy import select

from examops.accounts.models import AttemptCounter
from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.extensions import keyring
from examops.registration.models import Roster
from examops.registration.rosters.examining import examine_roster
from examops.registration.rosters.saving import save_roster
from tests.factories import DAY, PASSWORD
from tests.guards.forms import gap_report, sidecar
from tests.guards.place import KEY, make_place

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
ID_NUMBERS = ("440604199001010018", "440605199001010022")
ROSTER = "姓名\t身份证号\t用工形式\n" + "".join(f"陈明\t{number}\t正式\n" for number in ID_NUMBERS)
TYPED_WRONG = "hunter2 hunter2"
CAMERA_PASSWORD = "camera-pass-9"


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture, app: Flask):
    """Every line of every logger, the quiet ones too."""
    caplog.set_level(logging.DEBUG)
    for name in (
        "sqlalchemy.engine",
        "sqlalchemy.pool",
        "botocore",
        "urllib3",
        "werkzeug",
        "flask_wtf",
        "examops",
        "video",
    ):
        caplog.set_level(logging.DEBUG, logger=name)

    def text() -> str:
        formatter = logging.Formatter("%(name)s %(message)s")
        return "\n".join(formatter.format(record) for record in caplog.records)

    return text


def test_no_secret_stands_in_a_log_line(app, make, client, clock, sign_in, lines) -> None:
    place, user = make_place(make, clock), make.user("operator")
    secrets = [
        PASSWORD,
        TYPED_WRONG,
        CAMERA_PASSWORD,
        *ID_NUMBERS,
        place.params["code"],
        place.more["code"],
        place.more["recorder"],
        place.more["tablet"],
    ]
    client.post("/sign-in", data={"login": user.login, "password": TYPED_WRONG})
    client.post("/sign-in", data={"login": user.login, "password": PASSWORD})
    coordinator = sign_in(make.user("coordinator", place.body))
    secrets += _pair(coordinator, client, place)
    _roster(coordinator, place, make, clock)
    _door(coordinator, place)
    client.get(f"/t/{place.params['code']}")
    client.get(f"/t/{place.params['code'][:-1]}X")
    _recorder(client, place)
    message = lines()
    assert len(message) > 1000, "the loggers were open"
    assert [secret for secret in secrets if secret in message] == []
    make.session.rollback()
    audit = " ".join(
        str((row.subject_words, row.payload)) for row in make.session.execute(select(AuditEntry)).scalars()
    )
    assert [secret for secret in secrets if secret in audit] == []


def _pair(coordinator, client, place) -> list[str]:
    form = {"site": str(place.more["site"]), "kind": "recorder"}
    page = coordinator.post("/devices/codes", data=form).text
    found = re.search(r'class="code">([A-Z2-9]{5}) ([A-Z2-9]{5})<', page)
    assert found
    code = "".join(found.groups())
    answer = client.post("/api/v1/recorder/pair", json={"code": code, "name": "二号盒", "public_key": KEY})
    assert answer.status_code == 200
    return [code, answer.json["token"]]


def _roster(coordinator, place, make, clock) -> None:
    form = {"batch": str(place.more["batch"]), "file": (io.BytesIO(ROSTER.encode()), "名单.csv")}
    assert coordinator.post("/rosters/", data=form, buffered=True).status_code == 302
    make.session.rollback()
    uid = make.session.execute(select(Roster.uid).order_by(Roster.id.desc()).limit(1)).scalar_one()
    coordinator.get(f"/rosters/{uid}/columns")
    assert coordinator.post(f"/rosters/{uid}/columns", data={}).status_code == 302
    from examops.core.extensions import store

    ring, system = keyring(), Actor.system("test")
    examine_roster(uid, actor=system, clock=clock, store=store(), ring=ring)
    coordinator.get(f"/rosters/{uid}?tab=no")
    coordinator.post(f"/rosters/{uid}/rows/2/id_number", data={"value": ID_NUMBERS[1]})
    coordinator.get(f"/rosters/{uid}/to-mend.xlsx")
    coordinator.post(f"/rosters/{uid}/save")
    save_roster(uid, actor=system, clock=clock, ring=ring)


def _door(coordinator, place) -> None:
    path = f"/desk/{place.params['session_uid']}/scans"
    for what in ({"code": place.more["code"]}, {"id_number": ID_NUMBERS[0]}, {"id_number": ID_NUMBERS[0] + "x" * 40}):
        coordinator.post(path, json={"nonce": str(uuid.uuid4()), "scanned_at": DAY.isoformat(), **what})


def _recorder(client, place) -> None:
    bearer = {"Authorization": f"Bearer {place.more['recorder']}"}
    source = f"rtsp://admin:{CAMERA_PASSWORD}@10.0.0.9/1"
    client.get("/api/v1/recorder/plan", headers=bearer)
    client.post(
        "/api/v1/recorder/segments/announce", json={"segments": [sidecar(place), {"source": source}]}, headers=bearer
    )
    client.post("/api/v1/recorder/gaps", json=gap_report(place), headers=bearer)
    word = {
        "camera_uid": str(place.params["camera_uid"]),
        "state": "auth_failed",
        "at": DAY.isoformat(),
        "detail": source,
    }
    client.post("/api/v1/recorder/health", json={"cameras": [word]}, headers=bearer)
    client.get("/api/v1/recorder/plan", headers={"Authorization": "Bearer wrong-" + place.more["recorder"]})


def test_a_request_that_failed_is_logged_without_the_key_in_its_address(
    app, make, client, clock, lines, monkeypatch
) -> None:
    place = make_place(make, clock)
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def fails(**given: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setitem(app.view_functions, "tickets.own_ticket", fails)
    assert client.get(f"/t/{place.params['code']}?name=陈明").status_code == 500
    text = lines()
    assert "Exception on /t/- [GET]" in text
    assert not [secret for secret in (place.params["code"], "陈明") if secret in text]


def test_the_text_of_an_unforeseen_failure_is_logged_without_what_was_typed(app, client, lines, monkeypatch) -> None:
    monkeypatch.setitem(app.config, "TESTING", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    name = "陈明"

    def fails(**_given: object) -> None:
        try:
            int(TYPED_WRONG)
        except ValueError as error:
            raise RuntimeError(f"no place for {name} {ID_NUMBERS[0]}") from error

    monkeypatch.setitem(app.view_functions, "accounts.sign_in", fails)
    assert client.get("/sign-in").status_code == 500
    text = lines()
    assert all(word in text for word in ("ValueError: invalid literal", "RuntimeError: no place for", "in fails"))
    assert not [secret for secret in (TYPED_WRONG, "陈明", ID_NUMBERS[0]) if secret in text]


@pytest.mark.parametrize("typed", [TYPED_WRONG, ID_NUMBERS[0], "陈明"])
def test_what_was_typed_for_a_login_is_kept_nowhere(make, client, lines, typed: str) -> None:
    """A password in the wrong field, say. The log can never be cleaned of it."""
    for _ in range(2):
        assert client.post("/sign-in", data={"login": typed, "password": "x"}).status_code == 422
    kept = make.session.execute(select(AuditEntry)).scalars().all()
    assert typed not in lines()
    assert not [row for row in kept if typed in f"{row.actor_name} {row.subject_words} {row.payload}"]
    assert len({row.payload["typed"] for row in kept}) == 1, "the same again is still seen to be the same"
    assert not [key for key in make.session.execute(select(AttemptCounter.key)).scalars() if typed in key]


def test_the_search_finds_what_a_careless_line_says(lines) -> None:
    logging.getLogger("examops.careless").info("signed in with %s", PASSWORD)
    assert PASSWORD in lines()

"""Devices: a code shown once, a list with who was heard of, and an end that holds from the next request on."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from examops.accounts.models import Device, PairingCode
from examops.accounts.pairing import create_pairing_code, pair
from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from tests.factories import Factory

RECORDER, PAIR = "/api/v1/recorder/plan", "/api/v1/recorder/pair"
OTHER_KEY = "B" * 43 + "="


@pytest.fixture
def place(make: Factory, clock):
    """A site with one paired recorder: (body, site, device uid, its token)."""
    body = make.body()
    site = make.site(body, name="容桂考点")
    uid, token = paired(site, "recorder", clock)
    return body, site, uid, token


def paired(site, kind: str, clock) -> tuple[str, str]:
    with transaction(SYSTEM):
        code = create_pairing_code(site, kind, clock=clock)
        key = "A" * 43 + "=" if kind == "recorder" else None
        device, token = pair(code, f"{kind} 一号", kind, key, clock=clock)
        return str(device.uid), token


def new_code(site, clock, kind: str = "recorder") -> str:
    with transaction(SYSTEM):
        return create_pairing_code(site, kind, clock=clock)


def revoked(site) -> bool:
    with transaction(SYSTEM):
        query = select(Device.id).where(Device.site_id == site.id, Device.revoked_at.is_not(None))
        return db.session.execute(query).first() is not None


def code_on(page: str) -> str:
    found = re.search(r'class="code">([A-Z2-9]{5}) ([A-Z2-9]{5})<', page)
    return "".join(found.groups()) if found else ""


def tags() -> list[str]:
    query = select(AuditEntry.tag).where(AuditEntry.tag.like("device:%")).order_by(AuditEntry.id)
    return list(db.session.execute(query).scalars())


def test_a_code_is_shown_once_and_pairs_one_recorder(place, make, sign_in, client) -> None:
    body, site, _, _ = place
    site_uid, coordinator = str(site.uid), sign_in(make.user("coordinator", body))
    page = coordinator.post("/devices/codes", data={"site": site_uid, "kind": "recorder"})
    code = code_on(page.text)
    assert page.headers["Cache-Control"] == "no-store"
    assert code_on(coordinator.get("/devices/").text) == ""
    assert "未用的配对码" in coordinator.get("/devices/").text
    body_json = {"code": code, "name": "二号盒", "public_key": "A" * 43 + "="}
    assert client.post(PAIR, json=body_json).status_code == 200
    assert client.post(PAIR, json={**body_json, "public_key": OTHER_KEY}).status_code == 403
    assert "二号盒" in coordinator.get("/devices/").text


def test_a_box_that_lost_its_answer_asks_again_and_is_still_one_device(place, client, clock) -> None:
    _, site, _, _ = place
    body = {"code": new_code(site, clock), "name": "二号盒", "public_key": OTHER_KEY}
    lost, heard = (client.post(PAIR, json=body).json for _ in range(2))
    assert lost["device_uid"] == heard["device_uid"]
    assert client.get(RECORDER, headers={"Authorization": f"Bearer {lost['token']}"}).status_code == 401
    assert client.get(RECORDER, headers={"Authorization": f"Bearer {heard['token']}"}).status_code == 200
    with transaction(SYSTEM):
        assert tags() == ["device:paired"] * 3


def test_a_code_that_was_used_says_by_whom_and_what_works_goes_on(place, client, clock) -> None:
    _, site, _, _ = place
    body = {"code": new_code(site, clock), "name": "二号盒", "public_key": OTHER_KEY}
    token = client.post(PAIR, json=body).json["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get(RECORDER, headers=bearer).status_code == 200
    refused = client.post(PAIR, json=body)
    assert (refused.status_code, refused.json["code"]) == (403, "device.code_used")
    assert "二号盒" in refused.json["message"]
    assert "identity.json" in refused.json["advice"]
    assert client.get(RECORDER, headers=bearer).status_code == 200


@pytest.mark.parametrize("change", [{"public_key": "C" * 43 + "="}, {"late": True}, {"revoked": True}])
def test_nobody_else_asks_again_with_a_used_code(place, client, clock, change) -> None:
    _, site, _, _ = place
    body = {"code": new_code(site, clock), "name": "二号盒", "public_key": OTHER_KEY}
    token = client.post(PAIR, json=body).json["token"]
    clock.instant += timedelta(hours=25 if change.pop("late", False) else 0)
    if change.pop("revoked", False):
        with transaction(SYSTEM):
            db.session.execute(update(Device).where(Device.name == "二号盒").values(revoked_at=clock.now()))
    assert client.post(PAIR, json={**body, **change}).status_code == 403
    assert client.get(RECORDER, headers={"Authorization": f"Bearer {token}"}).status_code == (
        401 if revoked(site) else 200
    )


def test_a_code_is_taken_as_it_is_read_on_the_page(place, client, clock) -> None:
    _, site, _, _ = place
    code = new_code(site, clock)
    typed = f" {code[:5].lower()}-{code[5:]} "
    assert client.post(PAIR, json={"code": typed, "name": "二号盒", "public_key": OTHER_KEY}).status_code == 200


def test_a_tablet_that_is_paired_already_goes_to_its_desks(place, client, clock) -> None:
    _, site, _, _ = place
    form = {"code": new_code(site, clock, "desk"), "name": "东门 1 号"}
    assert [client.post("/tablet", data=form).location for _ in range(2)] == ["/desk/"] * 2
    assert client.post("/tablet", data={**form, "code": "WRONGCODE2"}).status_code == 403


def test_the_code_itself_is_nowhere_kept(place, make, sign_in) -> None:
    body, site, _, _ = place
    form = {"site": str(site.uid), "kind": "desk"}
    code = code_on(sign_in(make.user("coordinator", body)).post("/devices/codes", data=form).text)
    with transaction(SYSTEM):
        rows = db.session.execute(select(PairingCode)).scalars().all()
        log = db.session.execute(select(AuditEntry)).scalars().all()
        kept = [str(vars(row)) for row in [*rows, *log]]
    assert len(code) == 10
    assert not any(code in text for text in kept)


def test_a_withdrawn_code_pairs_nobody(place, make, sign_in, client) -> None:
    body, site, _, _ = place
    coordinator = sign_in(make.user("coordinator", body))
    code = code_on(coordinator.post("/devices/codes", data={"site": str(site.uid), "kind": "recorder"}).text)
    uid = db.session.execute(select(PairingCode.uid).where(PairingCode.used_at.is_(None))).scalar_one()
    assert coordinator.post(f"/devices/codes/{uid}/withdraw").status_code == 302
    answer = client.post("/api/v1/recorder/pair", json={"code": code, "name": "x", "public_key": "A" * 43 + "="})
    assert answer.status_code == 403


def test_a_revoked_recorder_is_refused_at_its_next_request(place, make, sign_in, client) -> None:
    body, _, uid, token = place
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get(RECORDER, headers=bearer).status_code == 200
    coordinator = sign_in(make.user("coordinator", body))
    for _ in range(2):
        assert coordinator.post(f"/devices/{uid}/revoke").status_code == 302
    assert client.get(RECORDER, headers=bearer).status_code == 401
    with transaction(SYSTEM):
        assert tags() == ["device:paired", "device:revoked"]


def test_the_list_says_who_was_heard_of_and_when(place, make, sign_in, client, clock) -> None:
    body, _, _, token = place
    coordinator = sign_in(make.user("coordinator", body))
    assert "还没联系过" in coordinator.get("/devices/").text
    client.get(RECORDER, headers={"Authorization": f"Bearer {token}"})
    assert "在线" in coordinator.get("/devices/").text
    clock.instant += timedelta(minutes=20)
    page = coordinator.get("/devices/").text
    assert "没有联系" in page
    assert "20 分 前" in page


def test_devices_of_another_body_are_not_found(place, make, sign_in) -> None:
    _, site, uid, token = place
    site_uid = str(site.uid)
    stranger = sign_in(make.user("coordinator", make.body()))
    assert stranger.post(f"/devices/{uid}/revoke").status_code == 404
    assert stranger.post("/devices/codes", data={"site": site_uid, "kind": "recorder"}).status_code == 404
    assert "recorder 一号" not in stranger.get("/devices/").text


def test_security_of_one_site_reaches_that_site_alone(place, make, sign_in, clock) -> None:
    body, site, own, _ = place
    other = make.site(body, name="北滘考点")
    foreign, _ = paired(other, "recorder", clock)
    client = sign_in(make.user("security", site=site))
    assert "北滘考点" not in client.get("/devices/").text
    assert client.post(f"/devices/{foreign}/revoke").status_code == 404
    assert client.post(f"/devices/{own}/revoke").status_code == 302


@pytest.mark.parametrize("role", ["examiner", "supervisor", "city_centre"])
def test_others_do_not_see_devices(make, sign_in, role: str) -> None:
    body = make.body() if role == "examiner" else None
    assert sign_in(make.user(role, body)).get("/devices/").status_code == 403


def test_a_tablet_is_paired_by_its_code_and_locked_out_when_revoked(place, make, sign_in, client) -> None:
    body, site, _, _ = place
    browser = sign_in(make.user("coordinator", body))
    code = code_on(browser.post("/devices/codes", data={"site": str(site.uid), "kind": "desk"}).text)
    assert browser.post("/tablet", data={"code": f"{code[:5]} {code[5:]}", "name": "东门 1 号"}).location == "/desk/"
    assert browser.get("/desk/").status_code == 200
    with transaction(SYSTEM):
        tablet = db.session.execute(select(Device).where(Device.kind == "desk")).scalar_one()
        uid, seen = str(tablet.uid), tablet.last_seen_at
    assert seen is not None
    browser.post(f"/devices/{uid}/revoke")
    assert browser.get("/desk/").status_code == 401
    assert browser.get("/sessions/").status_code == 200


def test_a_wrong_tablet_code_is_refused_and_tries_are_counted(client) -> None:
    answers = [client.post("/tablet", data={"code": "WRONGCODE2", "name": "x"}).status_code for _ in range(21)]
    assert (answers[0], answers[-1]) == (403, 429)

"""Pictures of plans, tenures and lendings over the API: bounded by what is in them, done once, refused as on pages."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import cv2
import numpy as np
import pytest

from examops.core.clock import midnight
from examops.organisations.models import LegalEntity
from examops.sites.models import SiteTenure
from tests.factories import Factory

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
PDF = b"%PDF-1.4 %%EOF"
LEASE = {"kind": "leased", "until_on": "2028-06-30", "name": "租约.pdf"}


@pytest.fixture
def body(make: Factory) -> Any:
    return make.body()


@pytest.fixture
def site(make: Factory, body: Any) -> Any:
    return make.site(body)


@pytest.fixture
def coordinator(make: Factory, sign_in: Any, body: Any) -> Any:
    return sign_in(make.user("coordinator", body))


def once(client: Any, address: str, key: str = "", **more: Any) -> Any:
    return client.post(f"/api/v1{address}", headers={"Idempotency-Key": key or str(uuid.uuid4())}, **more)


def test_a_picture_is_judged_by_its_bytes_and_by_the_plan_that_was_seen(make, site, coordinator) -> None:
    address = f"/api/v1/rooms/{make.room(site).uid}/plan/picture"
    drawn = cv2.imencode(".png", np.full((60, 90, 3), 255, np.uint8))[1].tobytes()

    def put(data: bytes, version: int = 0) -> Any:
        return coordinator.put(address, query_string={"version": version}, data=data, content_type="image/png")

    assert [put(data).json["code"] for data in (PDF, b"", drawn[:40])] == ["plan.bad_picture"] * 3
    plan = put(drawn).json
    assert (plan["version"], plan["width"], plan["height"], bool(plan["url"])) == (1, 90, 60, True)
    late = put(drawn)
    assert (late.status_code, late.json["code"]) == (409, "plan.changed")
    assert list(coordinator.put(address, data=drawn).json["errors"]) == ["version"]


def test_a_tenure_comes_once_with_its_document_or_without(make, site, coordinator) -> None:
    address = f"/sites/{site.uid}/tenures"
    first, again = (once(coordinator, address, "key-one-1", query_string=LEASE, data=PDF) for _ in range(2))
    assert (first.status_code, first.json, first.json["document_name"]) == (200, again.json, "租约.pdf")
    assert once(coordinator, address, query_string=LEASE, data=b"MZ").json["code"] == "site.bad_document"
    endless = once(coordinator, address, query_string={"kind": "leased"}, data=PDF)
    assert (endless.status_code, list(endless.json["errors"])) == (422, ["until_on"])
    bare = once(coordinator, address, query_string={"kind": "owned"})
    assert (bare.status_code, bare.json["document_name"]) == (200, "")
    assert make.session.query(SiteTenure).filter_by(site_id=site.id).count() == 2


def test_a_site_is_lent_once_for_the_same_days_and_taken_back(make, site, coordinator) -> None:
    guest = make.session.get_one(LegalEntity, make.body().legal_entity_id).credit_code
    wish = {"guest": guest, "from_on": "2026-12-01", "until_on": "2026-12-31", "agreement": "借用协议 7 号"}
    address = f"/sites/{site.uid}/uses"
    lent = once(coordinator, address, json=wish)
    assert (lent.status_code, lent.json["is_waiting"]) == (200, False)
    assert once(coordinator, address, json=wish).json["code"] == "site_use.twice"
    assert once(coordinator, address, json=wish | {"guest": "91440606NOBODY"}).status_code == 422
    faults = once(coordinator, address, json={"guest": guest, "from_on": "soon"}).json["errors"]
    assert sorted(faults) == ["agreement", "from_on", "until_on"]
    ended = coordinator.post(f"/api/v1{address}/{lent.json['uid']}/end")
    assert (ended.status_code, bool(ended.json["ended_at"])) == (200, True)
    assert coordinator.post(f"/api/v1{address}/{lent.json['uid']}/end").status_code == 409
    assert once(coordinator, address, json=wish | {"from_on": "2026-12-02"}).status_code == 200


def test_a_guest_of_another_district_waits_for_both_bureaus(make, site, coordinator, clock) -> None:
    clock.instant = midnight(date(2026, 12, 1))  # since then both are asked
    guest = make.session.get_one(LegalEntity, make.body(district="440604").legal_entity_id).credit_code
    wish = {"guest": guest, "from_on": "2026-12-01", "until_on": "2026-12-31", "agreement": "借用协议 7 号"}
    assert once(coordinator, f"/sites/{site.uid}/uses", json=wish).json["is_waiting"] is True

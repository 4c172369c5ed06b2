"""The API of sites: what their pages show, to whom they show it, and nothing of anybody else's."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from examops.accounts.models import RoleGrant
from examops.core.clock import midnight
from examops.core.database import db
from examops.organisations.models import Body, LegalEntity
from examops.sites.models import Camera, Room, SiteTenure, Workstation
from tests.factories import DAY, Factory
from tests.guards.test_api import document, fits

__all__ = ["document"]
pytestmark = [pytest.mark.postgres, pytest.mark.s3]
LIST, ONE = "/api/v1/sites", "/api/v1/sites/{site_uid}"


@pytest.fixture
def site(make: Factory):
    """With a room of three workstations, a camera, and a camera that was retired."""
    site = make.site(make.body(), name="容桂考点")
    room = make.room(site, stations=3, name="电工考场")
    make.camera(room, label="前门")
    make.camera(room, label="旧的", covers_all=False, retired_at=DAY, retired_by="李婷", retired_reason="坏了")
    owner = {"body_id": site.body_id, "district": site.district, "site_id": site.id}
    make.save(Room(**owner, kind="monitoring", name="监控室", seats=0))
    entered = {"entered_by_name": "李婷", "entered_at": DAY}
    make.save(SiteTenure(**owner, kind="leased", until_on=date(2026, 12, 1), document_number="租 7 号", **entered))
    return site


@pytest.fixture
def coordinator(make: Factory, sign_in, site):
    return sign_in(make.user("coordinator", body_of(make, site)))


def body_of(make: Factory, site):
    return make.session.get_one(Body, site.body_id)


def test_a_site_comes_with_its_rooms_workstations_and_cameras(document, site, coordinator) -> None:
    answer = coordinator.get(f"{LIST}/{site.uid}")
    fits(document, ONE, "get", answer)
    found = answer.json
    assert (found["name"], found["room_count"], found["workstation_count"]) == ("容桂考点", 2, 3)
    rooms = {one["name"]: one for one in found["rooms"]}
    assert [one["label"] for one in rooms["电工考场"]["workstations"]] == ["A-01", "A-02", "A-03"]
    assert [one["label"] for one in rooms["电工考场"]["cameras"]] == ["前门"]
    assert (rooms["监控室"]["kind"], rooms["监控室"]["cameras"]) == ("monitoring", [])
    known = set(map(str, db.session.execute(select(Workstation.uid)).scalars()))
    assert {one["uid"] for one in rooms["电工考场"]["workstations"]} == known
    assert db.session.execute(select(Camera.source)).scalars().first() not in answer.text


def test_the_list_counts_what_each_site_has(document, make, site, coordinator) -> None:
    """Rooms without workstations count as rooms, and a site without rooms stands there with none."""
    bare = make.site(body_of(make, site), name="大良考点")
    make.room(site, stations=2)
    answer = coordinator.get(LIST)
    fits(document, LIST, "get", answer)
    found = {one["uid"]: (one["room_count"], one["workstation_count"]) for one in answer.json["sites"]}
    assert found == {str(site.uid): (3, 5), str(bare.uid): (0, 0)}
    page = coordinator.get("/sites/").text
    assert '<td class="num">3</td>' in page
    assert '<td class="num">5</td>' in page


def test_papers_read_as_on_the_page(document, site, coordinator) -> None:
    answer = coordinator.get(f"{LIST}/{site.uid}")
    (tenure,) = answer.json["tenures"]
    assert (tenure["kind"], tenure["until_on"], tenure["entered_by"]) == ("leased", "2026-12-01", "李婷")
    assert [(one["code"], one["outcome"]) for one in answer.json["findings"]] == [
        ("tenure", "pass"),
        ("verification", "unclear"),
    ]
    assert answer.json["lease_ends_soon"]
    page = coordinator.get(f"/sites/{site.uid}").text
    assert all(one["found"] in page and one["advice"] in page for one in answer.json["findings"])


def test_the_list_names_the_worst_first_as_the_page_does(document, make, site, coordinator) -> None:
    owner = {"body_id": site.body_id, "district": site.district}
    over = make.site(body_of(make, site), name="龙江考点")
    entered = {"entered_by_name": "李婷", "entered_at": DAY}
    make.save(SiteTenure(**owner, site_id=over.id, kind="leased", until_on=date(2026, 1, 1), **entered))
    answer = coordinator.get(LIST)
    fits(document, LIST, "get", answer)
    assert [one["name"] for one in answer.json["sites"]] == ["龙江考点", "容桂考点"]
    assert [one["workstation_count"] for one in answer.json["sites"]] == [0, 3]
    page = coordinator.get("/sites/").text
    assert page.index("龙江考点") < page.index("容桂考点")


def test_a_site_that_is_lent_is_told_to_both_and_opens_for_its_owner_alone(
    document, make, site, coordinator, clock, sign_in
) -> None:
    clock.instant = midnight(date(2026, 11, 24)) + timedelta(hours=9)
    guest = make.body(name="顺景电器")
    code = make.session.get_one(LegalEntity, guest.legal_entity_id).credit_code
    form = {"guest": code, "from_on": "2026-12-02", "until_on": "2026-12-20", "agreement": "7 号"}
    assert coordinator.post(f"/sites/{site.uid}/uses", data=form).status_code == 302
    (lent,) = coordinator.get(f"{LIST}/{site.uid}").json["lent"]
    assert (lent["guest"], lent["agreement"], lent["ended_at"]) == ("顺景电器", "7 号", None)
    other = sign_in(make.user("coordinator", guest))
    answer = other.get(LIST)
    fits(document, LIST, "get", answer)
    assert answer.json["sites"] == []
    assert [(one["site"], one["agreement"]) for one in answer.json["borrowed"]] == [("容桂考点", "7 号")]
    assert other.get(f"{LIST}/{site.uid}").status_code == 404


def test_offices_see_their_district_and_what_is_foreign_is_404(document, make, site, sign_in) -> None:
    own = sign_in(make.user("district_centre", district="440606"))
    assert [one["uid"] for one in own.get(LIST).json["sites"]] == [str(site.uid)]
    assert own.get(f"{LIST}/{site.uid}").json["name"] == "容桂考点"
    far = sign_in(make.user("district_centre", district="440604"))
    assert far.get(LIST).json["sites"] == []
    for address in (f"{LIST}/{site.uid}", f"{LIST}/{uuid.uuid4()}"):
        answer = far.get(address)
        assert (answer.status_code, answer.json["message"]) == (404, "没有这个考点")
        fits(document, ONE, "get", answer)


def test_a_second_role_elsewhere_opens_no_site_of_that_body(make, site, sign_in) -> None:
    """Coordinator of one body, on duty at another: the other's sites are no coordinator's business of this person."""
    mine = make.body()
    here, user = make.site(mine), make.user("coordinator", mine)
    make.save(RoleGrant(user_id=user.id, role="proctor", reach="body", body_id=site.body_id))
    make.session.refresh(user)
    client = sign_in(user)
    assert [one["uid"] for one in client.get(LIST).json["sites"]] == [str(here.uid)]
    assert client.get(f"{LIST}/{here.uid}").status_code == 200
    assert client.get(f"{LIST}/{site.uid}").status_code == 404


@pytest.mark.parametrize("role", ["proctor", "operator", "security"])
def test_who_has_no_page_of_sites_gets_no_data(make, site, sign_in, role: str) -> None:
    body = None if role == "operator" else body_of(make, site)
    client = sign_in(make.user(role, body))
    assert client.get(LIST).status_code == client.get(f"{LIST}/{site.uid}").status_code == 403

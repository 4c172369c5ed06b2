"""What offices enter of sites by the API: what they saw there, and their word on a lending."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest

from examops.core.clock import midnight
from examops.sites.models import SiteVerification
from tests.domains.sites.test_lending_answers import approval, lent
from tests.factories import Factory

__all__ = ["lent"]
pytestmark = [pytest.mark.postgres, pytest.mark.s3]


def once(client: Any, address: str, wish: dict[str, Any], key: str = "") -> Any:
    return client.post(f"/api/v1{address}", json=wish, headers={"Idempotency-Key": key or str(uuid.uuid4())})


def test_an_officer_of_the_district_verifies_a_site_once(make: Factory, sign_in, clock) -> None:
    site, wish = make.site(make.body()), {"verified_on": "2026-11-20", "result": "passed"}
    clock.instant = midnight(date(2026, 11, 23)) + timedelta(hours=9)
    url, officer = f"/sites/{site.uid}/verifications", make.user("district_centre", district="440606")
    client = sign_in(officer)
    first, again = (once(client, url, wish, "key-one-1") for _ in range(2))
    assert (first.status_code, first.json) == (200, again.json)
    assert once(client, url, wish | {"verified_on": "2026-11-24"}).status_code == 422
    assert list(once(client, url, {"verified_on": "2026-11-20", "result": "failed"}).json["errors"]) == ["note"]
    rows = make.session.query(SiteVerification).filter_by(site_id=site.id).all()
    assert [(row.officer_name, row.officer_role) for row in rows] == [(officer.name, "district_centre")]
    (found,) = client.get(f"/api/v1/sites/{site.uid}").json["verifications"]
    assert (found["uid"], found["officer"]) == (first.json["uid"], officer.name)
    assert once(sign_in(make.user("district_centre", district="440605")), url, wish).status_code == 404
    assert once(sign_in(make.user("coordinator", make.body())), url, wish).status_code == 403


def test_a_district_reads_what_it_is_asked_and_answers_once(lent, make: Factory, sign_in) -> None:
    officer = make.user("district_bureau", district="440605")
    client = sign_in(officer)
    (asked,) = client.get("/api/v1/lendings").json["lendings"]
    facts = {name: asked[name] for name in ("uid", "side", "site", "first_on", "outcome", "is_yours")}
    assert facts == {
        **{"uid": str(approval("guest").uid), "side": "guest", "site": "容桂考点", "first_on": "2026-12-02"},
        **{"outcome": "waiting", "is_yours": True},
    }
    url = f"/lendings/{asked['uid']}/answer"
    assert once(client, url, {"outcome": "refused"}).status_code == 422
    assert list(once(client, url, {"outcome": "perhaps"}).json["errors"]) == ["outcome"]
    answered = once(client, url, {"outcome": "agreed"}).json
    assert (answered["outcome"], answered["officer"], answered["untold"]) == ("agreed", officer.name, [])
    late = once(client, url, {"outcome": "agreed"})
    assert (late.status_code, late.json["code"]) == (409, "lending.decided")
    of_host = f"/lendings/{approval('host').uid}/answer"
    assert once(client, of_host, {"outcome": "agreed"}).status_code == 404


def test_the_city_is_told_which_lendings_are_its_own_to_answer(lent, make: Factory, sign_in) -> None:
    make.user("district_bureau", district="440605")
    client = sign_in(make.user("city_bureau"))
    found = client.get("/api/v1/lendings").json["lendings"]
    assert {one["side"]: one["is_yours"] for one in found} == {"host": True, "guest": False}
    kept = once(client, f"/lendings/{approval('guest').uid}/answer", {"outcome": "agreed"})
    assert (kept.status_code, kept.json["code"]) == (409, "lending.district_answers")
    done = once(client, f"/lendings/{approval('host').uid}/answer", {"outcome": "agreed"})
    assert (done.status_code, done.json["by_city"], done.json["is_yours"]) == (200, True, False)


def test_a_lending_that_has_ended_is_nobodys_to_answer(lent, make: Factory, sign_in) -> None:
    site, owner = lent
    (use,) = owner.get(f"/api/v1/sites/{site.uid}").json["lent"]
    assert owner.post(f"/api/v1/sites/{site.uid}/uses/{use['uid']}/end").status_code == 200
    client = sign_in(make.user("district_bureau", district="440606"))
    (asked,) = client.get("/api/v1/lendings").json["lendings"]
    assert (asked["outcome"], asked["is_yours"]) == ("waiting", False)
    late = once(client, f"/lendings/{asked['uid']}/answer", {"outcome": "agreed"})
    assert (late.status_code, late.json["code"]) == (409, "lending.over")

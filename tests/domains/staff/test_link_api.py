"""Accounts are read, and joined to people, over the API as on the page."""

from __future__ import annotations

import pytest

from examops.audit.models import AuditEntry
from tests.factories import Factory

pytestmark = pytest.mark.postgres


def test_an_account_is_found_joined_once_and_taken_apart(make: Factory, sign_in) -> None:
    body, other = make.body(), make.body()
    user, member, foreign = make.user("examiner", body, name="段文"), make.staff(body), make.staff(other)
    stranger = make.user("examiner", other)
    client = sign_in(make.user("coordinator", body))
    found = {one["uid"]: one for one in client.get("/api/v1/accounts").json["accounts"]}
    assert (str(user.uid) in found, str(stranger.uid) in found) == (True, False)
    assert [one["uid"] for one in client.get("/api/v1/accounts?q=段文").json["accounts"]] == [str(user.uid)]
    url = f"/api/v1/accounts/{user.uid}/people"
    before = client.get(url).json
    assert (before["linked"], [one["uid"] for one in before["free"]]) == ([], [str(member.uid)])
    first, again = (client.put(f"{url}/{member.uid}").json for _ in range(2))
    assert ([one["uid"] for one in first["linked"]], first["free"]) == ([str(member.uid)], [])
    assert again == first
    assert make.session.query(AuditEntry).filter_by(tag="staff_member:account_linked").count() == 1
    assert client.put(f"{url}/{foreign.uid}").status_code == 404
    second = client.put(f"{url}/{make.staff(body).uid}")
    assert (second.status_code, second.json["code"]) == (409, "account_person.other")
    assert list(client.post(f"{url}/{member.uid}/unlink", json={}).json["errors"]) == ["reason"]
    apart = client.post(f"{url}/{member.uid}/unlink", json={"reason": "关联错了人"})
    assert (apart.status_code, apart.json["linked"]) == (200, [])
    assert client.post(f"{url}/{member.uid}/unlink", json={"reason": "关联错了人"}).status_code == 404


def test_nobody_joins_their_own_account_or_one_out_of_reach(make: Factory, sign_in) -> None:
    body = make.body()
    admin, member = make.user("coordinator", body), make.staff(body)
    client = sign_in(admin)
    own = client.put(f"/api/v1/accounts/{admin.uid}/people/{member.uid}")
    assert (own.status_code, own.json["code"]) == (403, "account_person.own")
    stranger = make.user("examiner", make.body())
    assert client.get(f"/api/v1/accounts/{stranger.uid}/people").status_code == 404
    assert client.put(f"/api/v1/accounts/{stranger.uid}/people/{member.uid}").status_code == 404
    assert sign_in(make.user("examiner", body)).get("/api/v1/accounts").status_code == 403

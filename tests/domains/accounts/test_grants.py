"""The person's real reach in the top bar, and working with one assignment of several."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select, text

from examops.accounts.browser_sessions import open_session
from examops.accounts.models import RoleGrant, UserAccount
from examops.accounts.roles import scope_of
from examops.accounts.signed_in import find_signed_in
from examops.audit.models import AuditEntry
from examops.core.clock import SystemClock
from examops.core.database import db
from examops.core.language import from_line
from examops.core.scope import CLOSED, SYSTEM, set_scope
from examops.core.transaction import transaction
from tests.factories import Factory


@pytest.fixture
def two_jobs(make: Factory, sign_in):
    """A coordinator of two bodies; a batch at each."""
    here, there = make.body(short_name="华岭电器"), make.body(short_name="容桂技校")
    user = make.user("coordinator", here)
    make.save(RoleGrant(user_id=user.id, role="coordinator", reach="body", body_id=there.id))
    make.session.refresh(user)
    for body in (here, there):
        make.batch(body, name=f"{body.short_name} 第 4 批")
    grants = {grant.body_id: str(grant.uid) for grant in user.grants}
    return sign_in(user), user, grants[here.id], grants[there.id]


@pytest.mark.parametrize(
    ("role", "reach", "words"),
    [
        ("coordinator", "body", "<small>机构</small> 华岭电器"),
        ("district_bureau", "district", "<small>区</small> 顺德区"),
        ("city_centre", "city", "<small>范围</small> 全市"),
    ],
)
def test_the_top_bar_names_the_persons_reach(make, sign_in, role: str, reach: str, words: str) -> None:
    body = make.body(short_name="华岭电器") if reach == "body" else None
    user = make.user(role, body, "440606" if reach == "district" else None)
    assert words in sign_in(user).get("/sessions/").text


def test_a_site_is_named_with_its_body(make, sign_in) -> None:
    body = make.body(short_name="华岭电器")
    site = make.site(body, name="容桂考点")
    user = make.user("internal_supervisor", make.body())
    changed = "UPDATE role_grant SET reach = 'site', body_id = :body, site_id = :site WHERE user_id = :user"
    make.run_as_owner(changed, body=body.id, site=site.id, user=user.id)
    assert "<small>考点</small> 华岭电器 容桂考点" in sign_in(user).get("/sessions/").text


def test_nothing_chosen_means_everything_together(two_jobs) -> None:
    page = two_jobs[0].get("/sessions/batches").text
    assert "全部 2 项任职" in page
    assert "华岭电器 第 4 批" in page
    assert "容桂技校 第 4 批" in page


def test_a_chosen_assignment_shows_only_its_rows_and_still_names_the_other(two_jobs) -> None:
    client, _, _, there = two_jobs
    assert client.post("/scope", data={"grant": there}).status_code == 302
    page = client.get("/sessions/batches").text
    assert "容桂技校 第 4 批" in page
    assert "华岭电器 第 4 批" not in page
    assert "机构 华岭电器 · 考务" in page


def test_choosing_is_recorded(two_jobs) -> None:
    client, user, here, _ = two_jobs
    client.post("/scope", data={"grant": here})
    client.post("/scope", data={"grant": ""})
    query = select(AuditEntry.subject_words).where(AuditEntry.tag == "account:scope_chosen").order_by(AuditEntry.id)
    name = user.name
    assert [from_line(line) for line in db.session.execute(query).scalars()] == [
        f"{name} 华岭电器 · 考务",
        f"{name} 全部",
    ]


def test_the_role_is_that_of_the_chosen_assignment(make, sign_in) -> None:
    body = make.body()
    user = make.user("coordinator", body)
    examiner = make.save(RoleGrant(user_id=user.id, role="examiner", reach="body", body_id=make.body().id))
    make.session.refresh(user)
    uid, client = str(examiner.uid), sign_in(user)
    assert client.get("/sessions/new").status_code == 200
    client.post("/scope", data={"grant": uid})
    assert client.get("/sessions/new").status_code == 403
    assert client.get("/").location == "/desk/"


def test_somebody_elses_assignment_is_not_found(two_jobs, make) -> None:
    client, _, _, _ = two_jobs
    foreign = str(make.session.query(RoleGrant).filter_by(user_id=make.user("city_bureau").id).one().uid)
    assert client.post("/scope", data={"grant": foreign}).status_code == 404
    assert client.post("/scope", data={"grant": str(uuid4())}).status_code == 404
    assert "全部 2 项任职" in client.get("/sessions/").text


def test_an_assignment_taken_away_ends_at_the_next_request(two_jobs, make) -> None:
    client, _, _, there = two_jobs
    client.post("/scope", data={"grant": there})
    make.run_as_owner("DELETE FROM role_grant WHERE uid = :uid", uid=there)
    page = client.get("/sessions/batches").text
    assert "<small>机构</small> 华岭电器" in page
    assert "容桂技校" not in page


def test_a_stranger_chooses_nothing(client) -> None:
    assert client.post("/scope", data={"grant": str(uuid4())}).status_code == 401


@pytest.mark.parametrize("held", [["city"], ["body"], ["body", "body", "district"], ["site", "body"], []])
def test_the_scope_is_set_where_the_session_is_found(app, make, held: list[str]) -> None:
    """The database makes the same settings of the grants as the code, which decides: no second statement is needed."""
    user = make.save(UserAccount(login="multi", name="多职", password_hash="-"))
    for reach in held:
        body = make.body()
        values = {"city": {}, "district": {"district": "440605"}, "body": {"body_id": body.id}}
        values["site"] = {"body_id": body.id, "site_id": make.site(body).id}
        role = "proctor" if reach == "site" else "coordinator"
        make.save(RoleGrant(user_id=user.id, role=role, reach=reach, **values[reach]))
    with transaction(SYSTEM):
        token = open_session(user, SystemClock())
    with app.app_context():
        set_scope(CLOSED)
        found = find_signed_in(token)
        shown = db.session.execute(text("SELECT current_setting('examops.bodies')")).scalar_one()
    assert found is not None
    assert found.settings == scope_of(found.grants).settings()
    assert len(found.grants) == len(held)
    assert shown == found.settings["bodies"]

"""An account is taken back, given back, moved and renewed by a link: by whoever administers it, and by nobody else."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import python_calamine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from examops.accounts.models import BrowserSession, FormerGrant, PasswordLink, RoleGrant, UserAccount
from examops.audit.models import AuditEntry
from examops.core.database import db
from tests.browsers import signed_in
from tests.factories import PASSWORD, Factory

pytestmark = pytest.mark.postgres
NEW = "Tn9-quiet-river"
WHY = {"reason": "离职"}


class Cast:
    """Two bodies in two districts, with a coordinator each, and people who work there."""

    def __init__(self, app: Flask, make: Factory) -> None:
        self.app, self.make = app, make
        self.here, self.there = make.body(short_name="华岭"), make.body(short_name="远航", district="440604")
        self.boss, self.other = make.user("coordinator", self.here), make.user("coordinator", self.there)
        self.proctor, self.stranger = make.user("proctor", self.here), make.user("proctor", self.there)

    def browser(self, user: UserAccount) -> FlaskClient:
        client = self.app.test_client()
        with client.session_transaction() as session:
            session.update(signed_in(self.app, user))
        return client

    def do(self, who: UserAccount, act: str, whom: UserAccount, **form: str):
        return self.browser(who).post(f"/accounts/{whom.uid}/{act}", data=form)

    def hold(self, user: UserAccount, role: str, **reach: object) -> None:
        self.make.save(RoleGrant(user_id=user.id, role=role, **reach))

    def roles(self, user: UserAccount) -> list[tuple[str, int | None]]:
        db.session.rollback()
        query = select(RoleGrant.role, RoleGrant.body_id).where(RoleGrant.user_id == user.id)
        return sorted(tuple(row) for row in db.session.execute(query))

    def tags(self, user: UserAccount) -> list[tuple[str, int | None]]:
        query = select(AuditEntry.tag, AuditEntry.body_id).where(AuditEntry.subject_uid == user.uid)
        return [tuple(row) for row in db.session.execute(query.order_by(AuditEntry.id))]


@pytest.fixture
def cast(app: Flask, make: Factory) -> Cast:
    return Cast(app, make)


def test_taking_back_ends_everything_at_once_and_keeps_the_history(cast: Cast) -> None:
    open_page = cast.browser(cast.proctor)
    assert open_page.get("/desk/").status_code == 200

    answer = cast.do(cast.boss, "take-back", cast.proctor, **WHY)
    assert answer.status_code == 302
    assert cast.roles(cast.proctor) == []
    assert open_page.get("/desk/").location.startswith("/sign-in"), "signed out everywhere, in this moment"
    again = cast.app.test_client().post("/sign-in", data={"login": cast.proctor.login, "password": PASSWORD})
    assert again.status_code == 422
    former = db.session.execute(select(FormerGrant)).scalar_one()
    kept = (former.role, former.body_id, former.reason, former.ended_by_name, former.how)
    assert kept == ("proctor", cast.here.id, "离职", cast.boss.name, "taken_back")
    page = cast.browser(cast.boss).get(f"/accounts/{cast.proctor.uid}").text
    assert ("离职" in page, "已收回" in page, cast.proctor.name in page) == (True, True, True)
    assert ("account:taken_back", cast.here.id) in cast.tags(cast.proctor)


def test_giving_back_is_of_what_was_taken_last(cast: Cast) -> None:
    cast.hold(cast.proctor, "examiner", reach="body", body_id=cast.here.id)
    cast.do(cast.boss, "take-back", cast.proctor, **WHY)
    assert cast.do(cast.boss, "restore", cast.proctor).status_code == 302
    assert cast.roles(cast.proctor) == [("examiner", cast.here.id), ("proctor", cast.here.id)]
    entered = cast.app.test_client().post("/sign-in", data={"login": cast.proctor.login, "password": PASSWORD})
    assert entered.status_code == 302
    twice = cast.do(cast.boss, "restore", cast.proctor)
    assert (twice.status_code, "没有可以由您恢复的任职" in twice.text) == (409, True)
    assert ("account:restored", cast.here.id) in cast.tags(cast.proctor)


def test_a_coordinator_ends_what_is_held_in_the_own_body_only(cast: Cast) -> None:
    """Whoever works at two bodies goes on at the other, after signing in again."""
    cast.hold(cast.proctor, "proctor", reach="body", body_id=cast.there.id)
    assert cast.do(cast.boss, "take-back", cast.proctor, **WHY).status_code == 302
    assert cast.roles(cast.proctor) == [("proctor", cast.there.id)]
    entered = cast.app.test_client().post("/sign-in", data={"login": cast.proctor.login, "password": PASSWORD})
    assert entered.status_code == 302


def test_nobody_administers_strangers_or_themselves(cast: Cast) -> None:
    for act, form in (("take-back", WHY), ("restore", {}), ("link", {})):
        assert cast.do(cast.boss, act, cast.stranger, **form).status_code == 404, act
    assert cast.browser(cast.boss).get(f"/accounts/{cast.stranger.uid}").status_code == 404
    own = cast.do(cast.boss, "take-back", cast.boss, **WHY)
    assert own.status_code == 403
    assert cast.do(cast.proctor, "take-back", cast.boss, **WHY).status_code == 403
    assert cast.roles(cast.boss) == [("coordinator", cast.here.id)]
    listed = cast.browser(cast.boss).get("/accounts/").text
    assert (cast.proctor.login in listed, cast.stranger.login in listed) == (True, False)


def test_an_operator_administers_everybody_in_reach_and_what_they_took_no_body_gives(cast: Cast) -> None:
    city, district = cast.make.user("operator"), cast.make.user("operator", district="440604")
    assert cast.do(city, "take-back", cast.proctor, **WHY).status_code == 302
    assert cast.do(cast.boss, "restore", cast.proctor).status_code == 409
    assert cast.do(district, "take-back", cast.boss, **WHY).status_code == 404
    assert cast.do(district, "take-back", cast.stranger, **WHY).status_code == 302
    assert cast.do(city, "restore", cast.proctor).status_code == 302
    assert cast.roles(cast.proctor) == [("proctor", cast.here.id)]


def test_a_move_gives_the_same_roles_at_the_other_body_and_needs_both(cast: Cast) -> None:
    both = {"before": str(cast.here.uid), "after": str(cast.there.uid), **WHY}
    city, district = cast.make.user("operator"), cast.make.user("operator", district=cast.here.district)
    assert cast.do(cast.boss, "move", cast.proctor, **both).status_code == 403
    refused = cast.do(district, "move", cast.proctor, **both)
    assert (refused.status_code, "您不管它" in refused.text) == (404, True)
    same = cast.do(city, "move", cast.proctor, **{**both, "after": both["before"]})
    assert (same.status_code, "两个机构相同" in same.text) == (422, True)
    assert cast.do(city, "move", cast.proctor, **both).status_code == 302
    assert cast.roles(cast.proctor) == [("proctor", cast.there.id)]
    former = db.session.execute(select(FormerGrant.how, FormerGrant.body_id)).one()
    assert tuple(former) == ("moved", cast.here.id)
    tags = cast.tags(cast.proctor)
    assert {("account:moved", cast.here.id), ("account:moved", cast.there.id)} <= set(tags)


def link_in(page: str) -> str:
    return re.search(r"http://localhost(/password/new\?code=[\w-]+)", page)[1]  # type: ignore[index]


def test_a_link_sets_a_new_password_once(cast: Cast, clock) -> None:
    shown = cast.do(cast.boss, "link", cast.proctor)
    address = link_in(shown.text)
    assert shown.headers["Cache-Control"] == "no-store"
    assert address not in cast.browser(cast.boss).get(f"/accounts/{cast.proctor.uid}").text
    old, person = cast.browser(cast.proctor), cast.app.test_client()
    assert cast.proctor.login in person.get(address).text
    code = address.partition("=")[2]
    unfit = person.post("/password/new", data={"code": code, "new": "short", "again": "short"})
    assert (unfit.status_code, "10–128 个字符" in unfit.text) == (422, True)
    assert person.post("/password/new", data={"code": code, "new": NEW, "again": NEW}).location == "/sign-in"
    assert old.get("/desk/").location.startswith("/sign-in")
    entered = person.post("/sign-in", data={"login": cast.proctor.login, "password": NEW})
    assert entered.status_code == 302
    over = person.get(address)
    assert (over.status_code, "链接已经用过、作废或过期" in over.text) == (404, True)
    logged = db.session.execute(select(func.string_agg(AuditEntry.payload.cast(db.Text), " "))).scalar_one()
    assert code not in logged
    assert ("account:link_made", cast.here.id) in cast.tags(cast.proctor)


def test_a_link_ends_by_time_by_a_newer_one_and_with_the_account(cast: Cast, clock) -> None:
    person, start = cast.app.test_client(), clock.instant
    first = link_in(cast.do(cast.boss, "link", cast.proctor).text)
    second = link_in(cast.do(cast.boss, "link", cast.proctor).text)
    assert [person.get(one).status_code for one in (first, second)] == [404, 200]
    clock.instant = start + timedelta(hours=24)
    assert person.get(second).status_code == 404
    clock.instant = start + timedelta(hours=24, seconds=-1)
    assert person.get(second).status_code == 200
    cast.do(cast.boss, "take-back", cast.proctor, **WHY)
    assert person.get(second).status_code == 404


def test_no_coordinator_makes_a_link_for_whoever_holds_more_elsewhere(cast: Cast) -> None:
    """A link opens all that the person may do: the other body, or an office."""
    cast.hold(cast.proctor, "city_bureau", reach="city")
    refused = cast.do(cast.boss, "link", cast.proctor)
    assert (refused.status_code, "在别处也有任职" in refused.text) == (403, True)
    assert db.session.execute(select(func.count(PasswordLink.id))).scalar_one() == 0
    assert "/password/new" in cast.do(cast.make.user("operator"), "link", cast.proctor).text


def test_the_database_itself_asks_for_the_administrators_own_browser(cast: Cast) -> None:
    """What the web would be told to call with a made token, or one that has ended, changes nothing."""
    token = signed_in(cast.app, cast.boss)["sid"]
    calls = {
        "made up": func.account_take_back("x" * 43, cast.proctor.uid, "x", func.now()),
        "a proctor's": func.account_take_back(signed_in(cast.app, cast.proctor)["sid"], cast.boss.uid, "x", func.now()),
        "for a stranger": func.account_take_back(token, cast.stranger.uid, "x", func.now()),
        "for itself": func.account_take_back(token, cast.boss.uid, "x", func.now()),
        "to another body": func.account_move(token, cast.proctor.uid, cast.here.id, cast.there.id, "x", func.now()),
    }
    for why, call in calls.items():
        assert db.session.execute(select(call)).scalar_one() == 0, why
    db.session.execute(db.update(BrowserSession).values(ended_at=func.now()))
    ended = func.account_take_back(token, cast.proctor.uid, "x", func.now())
    assert db.session.execute(select(ended)).scalar_one() == 0
    db.session.rollback()
    assert cast.roles(cast.proctor) == [("proctor", cast.here.id)]


def test_the_list_is_exported_as_the_reader_sees_it(cast: Cast) -> None:
    data = cast.browser(cast.boss).get("/accounts/export.xlsx").data
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["姓名", "账号", "任职"]
    assert {row[1] for row in rows[1:]} == {cast.boss.login, cast.proctor.login}

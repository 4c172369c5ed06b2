"""Placing many people in one step: all, a team, a roster; and who was not placed, with the reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from examops.core.actor import Actor
from examops.core.database import db
from examops.core.language import message
from examops.core.transaction import transaction
from examops.registration.models import Roster, RosterRow
from examops.sessions import session_page
from examops.sessions.booking import queries
from examops.sessions.booking.filling import Person, fill_turns
from examops.sessions.booking.queries import Waiting, waiting_in_order
from examops.sessions.booking.service import book_one
from examops.sessions.capacity.limits import CapacityLimit
from examops.sessions.models import Booking, Turn
from tests.factories import DAY, Factory

ACTOR = Actor.system("test")
IN_TWO_DAYS = DAY.replace(day=25)


@pytest.fixture
def exam(make: Factory):
    """Three turns of 4, 4 and 2 places; 12 people, of the teams 总装线 and 注塑车间 by turns."""
    body = make.body()
    batch = make.batch(body)
    session, turns = make.session_with_turns(
        batch, make.room(make.site(body)), turns=3, capacity=4, starts_at=IN_TWO_DAYS
    )
    turns[2].capacity = 2
    make.save(turns[2])
    people = [make.candidate(body, name=f"陈明{n:02d}", team=("总装线", "注塑车间")[n % 2]) for n in range(12)]
    applications = [make.application(batch, one) for one in people]
    return body, batch, session, turns, applications


def taken(make: Factory, session: Any) -> list[int]:
    make.session.rollback()
    query = select(Turn.taken).where(Turn.session_id == session.id).order_by(Turn.number)
    return list(make.session.execute(query).scalars())


def post(client, session, **form: Any):
    return client.post(f"/sessions/{session.uid}/bookings", data=form)


def test_everybody_fills_turn_after_turn_and_the_rest_is_named_with_the_reason(exam, make, sign_in) -> None:
    body, _, session, _, _ = exam
    answer = post(sign_in(make.user("coordinator", body)), session, all="1", group="1")

    assert taken(make, session) == [4, 4, 2]
    assert answer.status_code == 200
    for words in ("已排入 10 / 12 人", "2 人没有排上", "各轮都满了：10 / 10", "加一轮或一个场次，再排剩下的人"):
        assert words in answer.text
    result = answer.text.index("已排入 10 / 12 人")
    assert result < answer.text.index("各轮容量"), "what became of them stands first on the page"
    assert "陈明09、陈明11" in answer.text  # 注塑车间 comes after 总装线


def test_where_no_turn_can_take_anybody_the_limit_is_named_and_not_that_they_are_full(exam, make, sign_in) -> None:
    body, _, session, turns, _ = exam
    stations = CapacityLimit("stations", message("可用工位"), 0, 0, "", "", message("加 1 个工位：多 1 人"))
    for turn in turns:
        turn.capacity, turn.factors = 0, [stations.to_json()]
    make.save(*turns)
    answer = post(sign_in(make.user("coordinator", body)), session, all="1", group="1")

    for words in ("12 人没有排上", "各轮现在都排不了人：可用工位", "补上考评员、工位或摄像机"):
        assert words in answer.text
    assert "都满了" not in answer.text


def test_teams_stay_together(exam, make, sign_in) -> None:
    body, _, session, turns, _ = exam
    post(sign_in(make.user("coordinator", body)), session, all="1", group="1")
    page = sign_in(make.user("coordinator", body)).get(f"/sessions/{session.uid}/door-list?turn={turns[0].uid}").text

    assert [f"陈明{n:02d}" in page for n in range(8)] == [n % 2 == 0 for n in range(8)]


def test_all_of_a_team_are_placed_and_nobody_else(exam, make, sign_in) -> None:
    body, _, session, _, applications = exam
    answer = post(sign_in(make.user("coordinator", body)), session, all="1", group="1", team="注塑车间")

    assert (answer.status_code, taken(make, session)) == (302, [4, 2, 0])
    booked = set(make.session.execute(select(Booking.application_id)).scalars())
    assert booked == {one.id for one in applications[1::2]}


def test_all_of_a_roster_are_placed_and_nobody_else(exam, make, sign_in) -> None:
    body, batch, session, turns, applications = exam
    roster = roster_of(make, batch, applications[:3])
    user = make.user("coordinator", body)
    page = sign_in(user).get(f"/sessions/{session.uid}?roster={roster.uid}").text
    assert "等着排的人 3" in page
    assert "十二月名单.xlsx" in page

    answer = post(sign_in(user), session, all="1", turn=turns[1].uid, roster=roster.uid)
    assert (answer.status_code, taken(make, session)) == (302, [0, 3, 0])


def roster_of(make: Factory, batch: Any, applications: list[Any]) -> Roster:
    owner = {"body_id": batch.body_id, "district": batch.district}
    named = {"batch_id": batch.id, "name": "十二月名单.xlsx", "content_digest": b"0" * 32, "document_key": "k"}
    roster = make.save(Roster(**owner, **named, state="saved", counts={}))
    blank = {"name": "", "id_masked": "", "cells": {}, "problems": [], "facts": {}, "lines": [], "reasons": []}
    for number, one in enumerate(applications):
        row = RosterRow(roster_id=roster.id, row_number=number, outcome="ok", application_id=one.id, **owner, **blank)
        make.save(row)
    return roster


def test_a_roster_of_another_body_places_nobody(exam, make, sign_in) -> None:
    body, _, session, _, _ = exam
    other = make.body()
    batch = make.batch(other)
    roster = roster_of(make, batch, make.applications(batch, other, 2))
    answer = post(sign_in(make.user("coordinator", body)), session, all="1", group="1", roster=roster.uid)

    assert answer.status_code == 302
    assert taken(make, session) == [0, 0, 0]


def test_whoever_sits_elsewhere_at_the_time_of_one_turn_is_placed_into_another(exam, make, clock) -> None:
    body, batch, session, turns, applications = exam
    other = make.body()
    _, (elsewhere,) = make.session_with_turns(make.batch(other), make.room(make.site(other)), starts_at=IN_TWO_DAYS)
    busy = make.candidate(other)
    busy.person_id = applications[0].person_id
    make.save(busy)
    abroad = make.application_elsewhere(make.batch(other), busy, elsewhere)
    with transaction():
        book_one(abroad.uid, elsewhere.uid, actor=ACTOR, clock=clock)
        found = fill_turns([Person(applications[0].uid, "陈明00")], turns, session, actor=ACTOR, clock=clock)

    assert (found.placed, found.refused) == (1, [])
    placed = select(Booking.turn_id).where(Booking.application_id == applications[0].id)
    assert db.session.execute(placed).scalar_one() == turns[1].id


def test_each_reason_is_told_with_everybody_it_holds_for(exam, make, sign_in) -> None:
    body, _, session, turns, applications = exam
    applications[1].state = "draft"
    applications[2].level = "3"
    make.save(*applications[1:3])
    wanted = [str(one.uid) for one in applications[:8]]
    answer = post(sign_in(make.user("coordinator", body)), session, turn=turns[2].uid, application=wanted)

    assert "已排入 2 / 8 人" in answer.text
    for words in ("第 3 轮已满：2 / 2", "报名还没有通过资格审核", "职业、等级或科目与这一轮不符"):
        assert words in answer.text


def test_when_nobody_could_be_placed_the_answer_is_a_refusal(exam, make, sign_in, clock) -> None:
    body, _, session, _, applications = exam
    clock.instant = session.bookings_close_at
    client = sign_in(make.user("coordinator", body))
    answer = post(client, session, application=[str(applications[0].uid)], group="1")

    assert answer.status_code == 409
    assert "排人已在" in answer.text
    assert post(client, session, group="1").status_code == 422
    assert post(client, session, all="1", group="7").status_code == 404


def test_asking_again_after_a_reload_changes_nothing(exam, make, sign_in) -> None:
    body, _, session, turns, applications = exam
    form = {"turn": turns[0].uid, "application": [str(one.uid) for one in applications[:6]]}
    client = sign_in(make.user("coordinator", body))
    first = post(client, session, **form)
    again = post(client, session, **form)

    assert "已排入 4 / 6 人" in first.text
    assert "已排入 4 / 6 人" in again.text
    assert taken(make, session) == [4, 0, 0]


def test_people_who_wait_come_a_page_at_a_time(exam, make, sign_in, monkeypatch) -> None:
    body, _, session, _, applications = exam
    monkeypatch.setattr(queries, "PAGE", 5)
    monkeypatch.setattr(session_page, "PAGE", 5)
    client = sign_in(make.user("coordinator", body))
    first = client.get(f"/sessions/{session.uid}").text
    second = client.get(f"/sessions/{session.uid}?waiting={applications[4].id}").text

    assert f"waiting={applications[4].id}" in first
    assert "等着排的人 12" in first
    assert "陈明04" in first
    assert "陈明05" not in first
    assert "陈明05" in second
    assert "陈明04" not in second


def test_the_order_is_that_of_teams(exam, make) -> None:
    _, batch, session, turns, _ = exam
    rows = waiting_in_order(turns[0].group_id, batch.id, Waiting(), 100)

    assert [row.Candidate.team for row in rows] == ["总装线"] * 6 + ["注塑车间"] * 6
    assert len(waiting_in_order(turns[0].group_id, batch.id, Waiting("总装线"), 4)) == 4
    assert session.starts_at - DAY > timedelta(0)

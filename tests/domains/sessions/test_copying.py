"""A session planned again on other days, several at once: judged day by day, saved whole or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from config.calendar import calendar
from examops.core.clock import local, local_day
from examops.core.errors import Invalid
from examops.sessions.editing.copying import days_between
from examops.sessions.models import ExamSession, SessionDuty, SessionGroup, Turn
from tests.factories import DAY, Factory


@pytest.fixture
def exam(make: Factory):
    """Wednesday 2026-11-25: two turns of 30 minutes in a room of three workstations, with a panel."""
    body = make.body()
    batch, room = make.batch(body), make.room(make.site(body), stations=3)
    make.camera(room)
    session, _ = make.session_with_turns(batch, room, turns=2, capacity=3, starts_at=DAY.replace(day=25))
    for member, role in zip(
        [make.staff(body, "senior_examiner"), make.staff(body), make.staff(body)],
        ("leader", "examiner", "examiner"),
        strict=True,
    ):
        make.duty(session, member, role)
    return body, batch, room, session


def copies(make: Factory, session: ExamSession) -> list[ExamSession]:
    make.session.rollback()
    query = select(ExamSession).where(ExamSession.id != session.id).order_by(ExamSession.starts_at)
    return list(make.session.execute(query).scalars())


def test_three_days_are_planned_in_one_step(exam, make, sign_in) -> None:
    body, batch, room, session = exam
    client = sign_in(make.user("coordinator", body))
    page = client.get(f"/sessions/{session.uid}/copy?since=2026-12-01&until=2026-12-03").text
    assert page.count("没有冲突，可以保存") == 3
    assert "3 / 3 天没有冲突" in page

    answer = client.post(f"/sessions/{session.uid}/copy", data={"day": ["2026-12-01", "2026-12-02", "2026-12-03"]})
    made = copies(make, session)
    assert answer.status_code == 302
    assert [local_day(one.starts_at) for one in made] == [date(2026, 12, n) for n in (1, 2, 3)]
    for one in made:
        assert (one.room_id, one.batch_id, one.state, f"{local(one.starts_at):%H:%M}") == (
            room.id,
            batch.id,
            "draft",
            "09:00",
        )
        assert counted(make, Turn, one) == 2
        assert counted(make, SessionGroup, one) == 1
        assert counted(make, SessionDuty, one) == 3


def counted(make: Factory, table, session: ExamSession) -> int:
    return len(make.session.execute(select(table.id).where(table.session_id == session.id)).all())


def test_a_day_that_clashes_is_named_with_what_to_do_and_nothing_is_saved(exam, make, sign_in) -> None:
    body, batch, room, session = exam
    make.session_with_turns(batch, room, starts_at=DAY.replace(month=12, day=2))
    client = sign_in(make.user("coordinator", body))
    page = client.get(f"/sessions/{session.uid}/copy?since=2026-12-01&until=2026-12-03").text
    assert "2 / 3 天没有冲突" in page
    assert page.count(" checked") >= 2

    answer = client.post(f"/sessions/{session.uid}/copy", data={"day": ["2026-12-01", "2026-12-02"]})
    assert answer.status_code == 409
    assert "2026-12-02 现在排不了，没有保存任何一天" in answer.text
    assert "看每天的原因，去掉这几天再保存" in answer.text
    assert [local_day(one.starts_at) for one in copies(make, session)] == [date(2026, 12, 2)]


def test_without_days_the_same_weekday_of_the_next_week_is_judged(exam, make, sign_in) -> None:
    body, _, _, session = exam
    page = sign_in(make.user("coordinator", body)).get(f"/sessions/{session.uid}/copy").text

    assert "2026-12-02 周三" in page


def test_days_outside_of_the_batch_say_so_and_another_batch_takes_them(exam, make, sign_in) -> None:
    body, _, _, session = exam
    later = make.batch(body, held_from=date(2027, 1, 4), held_until=date(2027, 3, 1))
    client = sign_in(make.user("coordinator", body))
    days = f"/sessions/{session.uid}/copy?since=2027-01-06&until=2027-01-06"

    assert "不在批次的考试日期" in client.get(days).text
    assert "1 / 1 天没有冲突" in client.get(f"{days}&batch={later.uid}").text
    answer = client.post(f"/sessions/{session.uid}/copy", data={"day": "2027-01-06", "batch": later.uid})
    assert answer.status_code == 302
    assert [one.batch_id for one in copies(make, session)] == [later.id]


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [({}, 422, "勾选至少一天"), ({"day": "2026-11-20"}, 409, "2026-11-20 现在排不了")],
)
def test_nothing_ticked_and_days_gone_are_refused(exam, make, sign_in, form, status, words) -> None:
    body, _, _, session = exam
    answer = sign_in(make.user("coordinator", body)).post(f"/sessions/{session.uid}/copy", data=form)

    assert (answer.status_code, words in answer.text) == (status, True)
    assert copies(make, session) == []


def test_a_session_of_another_body_is_not_copied(exam, make, sign_in) -> None:
    uid = exam[3].uid
    client = sign_in(make.user("coordinator", make.body()))

    assert client.get(f"/sessions/{uid}/copy").status_code == 404
    assert client.post(f"/sessions/{uid}/copy", data={"day": "2026-12-02"}).status_code == 404


def test_weekdays_are_kept_and_holidays_left_out() -> None:
    days = days_between(date(2026, 9, 28), date(2026, 10, 9), (1, 2, 3, 4, 5), calendar())

    assert days[0] == date(2026, 9, 28)
    assert date(2026, 10, 1) not in days
    assert all(day.isoweekday() <= 5 for day in days)


@pytest.mark.parametrize(("since", "until"), [((2026, 12, 2), (2026, 12, 1)), ((2026, 12, 1), (2027, 1, 1))])
def test_a_range_that_makes_no_sense_is_refused_with_what_to_do(since, until) -> None:
    with pytest.raises(Invalid) as refused:
        days_between(date(*since), date(*until), (1,), calendar())
    assert refused.value.next_step

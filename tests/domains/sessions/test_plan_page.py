"""The planning page: read whole, judged by the server, saved or told what is wrong."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlalchemy import select

from config.calendar import calendar
from examops.core.database import db
from examops.sessions.models import ExamSession, SessionGroup, Turn
from examops.sessions.planning.cautions import _working_days
from examops.sessions.planning.form_groups import with_another_group, without_group
from examops.sessions.planning.forms import read_plans
from examops.sessions.planning.stations import read_stations
from tests.factories import ELECTRICIAN, Factory


@pytest.fixture
def planner(make: Factory, sign_in):
    """A coordinator with a batch of two parts and two rooms."""
    body = make.body()
    site, batch = make.site(body), make.batch(body, parts=("skill", "theory"))
    rooms = [make.room(site), make.room(site)]
    for room in rooms:
        make.camera(room)
    staff = [
        make.staff(body),
        make.staff(body),
        make.staff(body),
        make.staff(body, "proctor"),
        make.staff(body, "proctor"),
    ]
    return sign_in(make.user("coordinator", body)), batch, rooms, staff, body


def form_of(planner, **changes: str) -> dict[str, str]:
    """Skill and theory, each in its room, with its people."""
    _, batch, rooms, staff, _ = planner
    form = {"batch": str(batch.uid), "groups": "2", "do": "save"}
    for n, part in enumerate(("skill", "theory")):
        form |= {
            f"g{n}-room": str(rooms[n].uid),
            f"g{n}-target": f"{ELECTRICIAN}/4",
            f"g{n}-part": part,
            f"g{n}-starts_at": "2026-11-27T08:30",
            f"g{n}-turns": "2",
            f"g{n}-minutes": "120",
            f"g{n}-pause": "10",
        }
    for member in staff[:3]:
        form |= {f"duty-{member.uid}": "examiner", f"serves-{member.uid}": "0"}
    for member in staff[3:]:
        form |= {f"duty-{member.uid}": "proctor", f"serves-{member.uid}": "1"}
    return form | changes


def sessions() -> list[ExamSession]:
    return list(db.session.execute(select(ExamSession).order_by(ExamSession.id)).scalars())


def test_two_groups_in_two_rooms_become_two_sessions(planner) -> None:
    assert planner[0].post("/sessions/new", data=form_of(planner)).status_code == 302
    assert [session.title for session in sessions()] == ["电工 四级 实操", "电工 四级 理论"]


def test_two_groups_in_one_room_become_one_session(planner) -> None:
    form = form_of(planner, **{"g1-room": str(planner[2][0].uid), "g0-stations": "6"})
    assert planner[0].post("/sessions/new", data=form).status_code == 302
    (session,) = sessions()
    groups = db.session.execute(select(SessionGroup.part).where(SessionGroup.session_id == session.id)).scalars()
    assert sorted(groups) == ["skill", "theory"]
    assert [turn.capacity for turn in db.session.execute(select(Turn)).scalars()] == [6, 6, 6, 6]


def test_the_judgement_shows_capacity_and_limit_and_saves_nothing(planner) -> None:
    answer = planner[0].post("/sessions/new/judged", data=form_of(planner))
    assert answer.status_code == 200
    assert "共可排 <b>48</b> 人" in answer.text
    assert "没有冲突，可以保存" in answer.text
    assert sessions() == []


def test_without_scripts_the_button_judges_and_keeps_what_was_typed(planner) -> None:
    answer = planner[0].post("/sessions/new", data=form_of(planner, do="judge", **{"g1-minutes": "95"}))
    assert "共可排 <b>48</b> 人" in answer.text
    assert 'value="95"' in answer.text
    assert sessions() == []


def test_everything_wrong_stands_beside_its_field(planner) -> None:
    client, batch, rooms, staff, body = planner
    assert client.post("/sessions/new", data=form_of(planner)).status_code == 302
    answer = client.post("/sessions/new", data=form_of(planner, **{"g1-turns": "x", "g0-stations": "Q-1"}))
    assert answer.status_code == 422
    assert "轮次须为 1–20" in answer.text
    assert "没有适合本职业的可用工位 Q-1" in answer.text
    assert f"{rooms[0].name} 已有场次 {sessions()[0].number}" in answer.text


def test_a_clash_alone_is_a_conflict_and_links_the_session(planner) -> None:
    client = planner[0]
    client.post("/sessions/new", data=form_of(planner))
    answer = client.post("/sessions/new", data=form_of(planner))
    assert answer.status_code == 409
    assert f"/sessions/{sessions()[0].uid}" in answer.text
    assert "起空闲" in answer.text


def test_somebody_for_all_groups_cannot_be_in_two_rooms(planner) -> None:
    member = planner[3][0]
    answer = planner[0].post("/sessions/new", data=form_of(planner, **{f"serves-{member.uid}": ""}))
    assert answer.status_code == 422
    assert "一个人只能在一处" in answer.text


def test_a_room_of_another_body_is_not_found(planner, make) -> None:
    foreign = make.room(make.site(make.body()))
    name, form = foreign.name, form_of(planner, **{"g0-room": str(foreign.uid)})
    answer = planner[0].post("/sessions/new", data=form)
    assert answer.status_code == 422
    assert "没有找到批次或考场" in answer.text
    assert name not in answer.text
    assert sessions() == []


def test_only_coordinators_plan(make, sign_in) -> None:
    body = make.body()
    assert sign_in(make.user("internal_supervisor", body)).get("/sessions/new").status_code == 403


def test_a_group_is_added_like_the_last_one_and_taken_away_again(planner) -> None:
    form = {name: value for name, value in form_of(planner).items() if not name.startswith(("duty", "serves"))}
    more = with_another_group(form)
    assert (more["groups"], more["g2-room"], more["g2-starts_at"]) == ("3", form["g1-room"], "2026-11-27T08:30")
    less = without_group(more | {"serves-x": "2"}, 0)
    assert (less["groups"], less["g0-part"], less["serves-x"]) == ("2", "theory", "1")
    assert "g2-room" not in less


def test_beside_the_sessions_turn_stands_its_number_in_the_group(planner) -> None:
    form = form_of(planner, do="judge", **{"g1-room": str(planner[2][0].uid), "g0-stations": "6"})
    judged = " ".join(planner[0].post("/sessions/new", data=form).text.split())
    numbers = re.findall(r'第 (\d) 轮 <span class="sub">本组第 (\d) / 2 轮</span>', judged)
    assert sorted(int(turn) for turn, _ in numbers) == [1, 2, 3, 4]
    assert sorted(of_group for _, of_group in numbers) == ["1", "1", "2", "2"]
    assert [pair for pair in numbers if pair[0] != pair[1]] != []
    alone = planner[0].post("/sessions/new", data=form_of(planner, do="judge")).text
    assert "本组第" not in alone


def test_the_session_page_shows_each_group(planner) -> None:
    client = planner[0]
    client.post("/sessions/new", data=form_of(planner, **{"g1-room": str(planner[2][0].uid), "g0-stations": "6"}))
    page = " ".join(client.get(f"/sessions/{sessions()[0].uid}").text.split())
    assert "第 2 组" in page
    assert page.count("本组第 2 / 2 轮") == 2
    assert "A-07–A-12" in page
    assert "2 组 · 4 轮 · 12 工位" in " ".join(page.split())


@pytest.mark.parametrize(
    ("text", "booking_request"),
    [
        ("", None),
        (" 6 ", 6),
        ("A-01~A-03", ("A-01", "A-02", "A-03")),
        ("A-09至11、A-02", ("A-09", "A-10", "A-11", "A-02")),
        ("01–02", ("01", "02")),
    ],
)
def test_workstations_are_read_as_people_write_them(text: str, booking_request) -> None:
    assert read_stations(text) == booking_request


def test_a_backward_range_is_a_fault_of_its_field(planner) -> None:
    assert "g0-stations" in read_plans(form_of(planner, **{"g0-stations": "A-09~A-02"})).faults


def test_what_a_declaration_would_refuse_is_amber_before_saving(planner) -> None:
    """Sixty minutes of theory, one proctor, in four days: no conflict, and not lawful."""
    _, _, _, staff, _ = planner
    form = form_of(planner, **{"g1-minutes": "60", f"duty-{staff[4].uid}": ""})
    text = planner[0].post("/sessions/new/judged", data=form).text
    assert "没有冲突，可以保存；申报前还要改" in text
    assert all(words in text for words in ("提前申报 4", "每轮分钟 60", "监考员 1", "≥ 90 分钟"))
    assert "考前申报期限" in text  # the clause
    assert planner[0].post("/sessions/new", data=form).status_code == 302
    in_time = form_of(planner, **{"g0-starts_at": "2026-12-15T08:30", "g1-starts_at": "2026-12-15T08:30"})
    assert "申报前还要改" not in planner[0].post("/sessions/new/judged", data=in_time).text


def test_a_draft_counts_working_days_of_a_year_without_a_calendar_as_its_session_does() -> None:
    """It said 0 working days, and to choose a later day, for every day of a year that nobody had entered."""
    first, last = date(2998, 12, 20), date(2999, 1, 12)
    assert _working_days(first, last) == calendar().with_weekends_beyond().between(first, last) == 16

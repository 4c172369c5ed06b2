"""Tickets as people carry them, and what goes out in bulk: tickets, door lists, links."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from datetime import timedelta

import pytest
import python_calamine
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.core.actor import Actor
from examops.core.extensions import settings as running_settings
from examops.core.extensions import store
from examops.core.store import Store, StoreError
from examops.core.transaction import transaction
from examops.sessions.booking import print_routes, prints
from examops.sessions.booking.asking import BookingRequest
from examops.sessions.booking.service import book
from examops.sessions.booking.tickets import code_of
from examops.sessions.models import Ticket
from tests.factories import DAY, Factory

ACTOR = Actor.system("test")
PICTURE = b"\xff\xd8\xff a picture"


@pytest.fixture
def exam(make: Factory, clock):
    """Two turns; 陈小明 (with a photo) and 何兰 in the first, 黎志豪 in the second."""
    body = make.body(name="佛山市顺德区华岭电器有限公司")
    batch = make.batch(body)
    session, turns = make.session_with_turns(
        batch, make.room(make.site(body)), turns=2, capacity=3, starts_at=DAY.replace(day=25)
    )
    store().put("documents", "photos/chen", PICTURE)
    people = [
        make.candidate(body, name="陈小明", photo_key="photos/chen", photo_state="accepted", telephone="13800138000"),
        make.candidate(body, name="何兰", telephone="=1+1"),
        make.candidate(body, name="黎志豪"),
    ]
    applications = [make.application(batch, one) for one in people]
    wanted = [BookingRequest(one.uid, turns[at].uid) for one, at in zip(applications, (0, 0, 1), strict=True)]
    with transaction():
        assert all(result.booking for result in book(wanted, actor=ACTOR, clock=clock))
    return body, session, turns, applications


def test_the_candidates_own_ticket_carries_name_photo_body_batch_and_year(exam, make, client) -> None:
    first = select(Ticket).where(Ticket.application_id == exam[3][0].id)
    page = client.get(f"/t/{code_of(make.session.execute(first).scalar_one())}").text

    assert all(words in page for words in ("陈小明", "佛山市顺德区华岭电器有限公司", "2026 第 4 批", "2026 年度"))
    assert "data:image/jpeg;base64," + base64.b64encode(PICTURE).decode() in page
    assert "4406**********" in page
    assert "陈*明" not in page


def test_a_ticket_is_shown_without_its_photo_while_the_store_is_away(exam, make, client, monkeypatch) -> None:
    def away(*_given: object, **_named: object) -> bytes:
        raise StoreError()

    first = select(Ticket).where(Ticket.application_id == exam[3][0].id)
    code = code_of(make.session.execute(first).scalar_one())
    monkeypatch.setattr(Store, "get", away)

    answer = client.get(f"/t/{code}")
    assert (answer.status_code, "贴照片处" in answer.text) == (200, True)


def test_offices_see_a_ticket_with_the_name_masked_and_no_photo(exam, make, sign_in) -> None:
    page = sign_in(make.user("city_centre")).get(f"/t/application/{exam[3][0].uid}").text

    assert "陈*明" in page
    assert "陈小明" not in page
    assert "base64" not in page


@pytest.mark.parametrize(("turn", "names"), [(None, ("陈小明", "何兰", "黎志豪")), (1, ("黎志豪",))])
def test_tickets_of_a_session_or_turn_are_one_page_each(exam, make, sign_in, turn, names) -> None:
    body, session, turns, applications = exam
    only = {} if turn is None else {"turn": turns[turn].uid}
    client = sign_in(make.user("coordinator", body))
    page = client.get(f"/sessions/{session.uid}/tickets", query_string=only).text

    assert page.count('class="sheet"') == len(names)
    assert all(name in page for name in names)
    photo = f"/t/application/{applications[0].uid}/photo"
    assert (photo in page) == (turn is None)
    assert client.get(photo).data == PICTURE


def test_the_door_list_goes_turn_by_turn_with_room_to_sign(exam, make, sign_in) -> None:
    body, session, *_ = exam
    page = sign_in(make.user("internal_supervisor", body)).get(f"/sessions/{session.uid}/door-list").text

    assert [page.index(name) for name in ("陈小明", "何兰", "黎志豪")] == sorted(
        page.index(name) for name in ("陈小明", "何兰", "黎志豪")
    )
    assert page.count('class="sheet"') == 2
    assert "签名" in page


def test_lists_go_on_after_a_page(exam, make, sign_in, monkeypatch) -> None:
    body, session, *_ = exam
    monkeypatch.setattr(print_routes, "DOOR_ROWS", 2)
    client = sign_in(make.user("coordinator", body))
    first = client.get(f"/sessions/{session.uid}/door-list").text
    following = first.split('href="/sessions/')[2].split('"')[0]
    second = client.get("/sessions/" + following.replace("&amp;", "&")).text

    assert "陈小明" in first
    assert "黎志豪" not in first
    assert "黎志豪" in second
    assert "陈小明" not in second


def test_links_are_those_that_work_and_nothing_in_the_sheet_is_a_formula(exam, make, sign_in, monkeypatch) -> None:
    body, session, *_ = exam
    made = replace(running_settings(), public_url="https://kaowu.example.cn")
    monkeypatch.setattr(print_routes, "settings", lambda: made)
    client = sign_in(make.user("coordinator", body))
    data = client.get(f"/sessions/{session.uid}/links.xlsx").data
    rows = [[str(cell) for cell in row] for row in read_rows(data)]

    assert [row[0] for row in rows[1:]] == ["陈小明", "何兰", "黎志豪"]
    assert rows[2][1] == "=1+1"
    own = client.get(rows[1][6].removeprefix("https://kaowu.example.cn"))
    assert (own.status_code, "陈小明" in own.text) == (200, True)


def read_rows(data: bytes) -> list[list[object]]:
    return python_calamine.load_workbook(io.BytesIO(data)).get_sheet_by_index(0).to_python()


def test_links_that_open_on_the_server_only_say_so(exam, make, sign_in) -> None:
    body, session, _, applications = exam
    client = sign_in(make.user("coordinator", body))
    head = read_rows(client.get(f"/sessions/{session.uid}/links.xlsx").data)[0]

    assert "只能在服务器本机打开" in str(head[7])
    assert "只能在服务器本机打开" in client.get(f"/t/application/{applications[0].uid}").text


@pytest.mark.parametrize("path", ["tickets", "door-list"])
def test_prints_are_written_down_each_time_and_nobody_outside_gets_them(exam, make, sign_in, path) -> None:
    body, session, *_ = exam
    others = ((make.user("coordinator", make.body()), 404), (make.user("city_centre"), 403))
    address, client = f"/sessions/{session.uid}/{path}", sign_in(make.user("coordinator", body))
    for _ in range(2):
        assert client.get(address).status_code == 200
    tag = {"tickets": "session:tickets_printed", "door-list": "session:door_list_printed"}[path]
    assert len(make.session.execute(select(AuditEntry).where(AuditEntry.tag == tag)).all()) == 2
    for user, status in others:
        assert sign_in(user).get(address).status_code == status


def test_a_turn_of_another_session_is_not_found(exam, make, sign_in) -> None:
    body, session, *_ = exam
    _, others = make.session_with_turns(make.batch(body), make.room(make.site(body)), starts_at=DAY + timedelta(days=5))
    client = sign_in(make.user("coordinator", body))
    assert client.get(f"/sessions/{session.uid}/tickets?turn={others[0].uid}").status_code == 404


def test_loopback_addresses_are_known() -> None:
    assert [prints.is_local(one) for one in ("http://127.0.0.1:8000", "http://localhost", "http://[::1]:1")] == [
        True
    ] * 3
    assert not prints.is_local("https://kaowu.example.cn")

"""The field in the top bar: what one's scope holds, people for coordinators only, ID numbers whole or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from examops.audit.models import AuditEntry
from examops.core.database import db
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.sessions.tags import Tag
from tests.factories import Factory

pytestmark = pytest.mark.postgres
NUMBER = "440604199001010018"


@pytest.fixture
def exam(make: Factory):
    """A session with one person of known name and number booked, and the same name at another body."""
    body = make.body()
    room = make.room(make.site(body), name="A栋实训室")
    batch = make.batch(body)
    session, turns = make.session_with_turns(batch, room, number="2026-0417")
    person = make.candidate(body, NUMBER, name="欧阳晓明")
    make.booking(turns[0], make.application(batch, person))
    other = make.body()
    make.application(make.batch(other), make.candidate(other, name="欧阳晓明"))
    return body, session


def found(client, words: str) -> str:
    answer = client.post("/search/", data={"q": words}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_a_session_is_found_by_number_room_and_occupation(exam, make, sign_in) -> None:
    client = sign_in(make.user("coordinator", exam[0]))
    for words in ("2026-0417", "a栋", "电工"):
        assert str(exam[1].uid) in found(client, words)
    assert "没有找到" in found(client, "2026-04_7")  # a sign of SQL stands for itself


def test_a_person_is_found_in_ones_own_body_by_name_and_by_the_whole_number(exam, make, sign_in) -> None:
    client = sign_in(make.user("coordinator", exam[0]))
    for words in ("欧阳", NUMBER):
        page = found(client, words)
        assert page.count("欧阳晓明") == 1
        assert "2026-0417" in page
        assert NUMBER not in page
    assert "没有找到" in found(client, NUMBER[:17])

    with transaction(SYSTEM):
        entries = db.session.execute(select(AuditEntry).where(AuditEntry.tag == Tag.CANDIDATES_FOUND)).scalars().all()
    assert [entry.payload for entry in entries] == [{"count": 1}, {"count": 1}]


def test_who_supervises_finds_sessions_and_no_people(exam, make, sign_in) -> None:
    client = sign_in(make.user("supervisor"))
    assert str(exam[1].uid) in found(client, "2026-0417")
    for words in ("欧阳", NUMBER):
        page = found(client, words)
        assert "欧**明" not in page
        assert "欧阳晓明" not in page


def test_numbers_cannot_be_tried_out(exam, make, sign_in, monkeypatch) -> None:
    monkeypatch.setattr("examops.sessions.overview.search_routes.NUMBERS_PER_HOUR", 2)
    client = sign_in(make.user("coordinator", exam[0]))
    answers = [client.post("/search/", data={"q": NUMBER}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_an_id_number_never_stands_in_an_address(exam, make, sign_in) -> None:
    client = sign_in(make.user("coordinator", exam[0]))
    assert client.post("/search/", data={"q": NUMBER}).status_code == 200  # answered in place, not redirected
    assert client.post("/search/", data={"q": "欧阳"}).location.startswith("/search/?q=")
    assert "欧阳晓明" not in client.get("/search/", query_string={"q": NUMBER}).text

"""Lists a page at a time: nothing skipped, nothing twice, also where many rows share a moment."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from examops.core.database import db
from examops.sessions.models import ExamSession
from examops.sessions.overview import queries
from tests.factories import Factory


@pytest.fixture
def seven(make: Factory, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Numbers of seven sessions that begin at the same moment; three make a page."""
    monkeypatch.setattr(queries, "PAGE", 3)
    body = make.body()
    batch, site = make.batch(body), make.site(body)
    for _ in range(7):
        make.session_with_turns(batch, make.room(site, stations=1))
    return list(db.session.execute(select(ExamSession.number).order_by(ExamSession.id.desc())).scalars())


@pytest.mark.parametrize("role", ["coordinator", "city_centre"])
def test_pages_of_sessions_of_the_same_hour_hold_each_once(make: Factory, sign_in, seven, role: str) -> None:
    body_id = db.session.execute(select(ExamSession.body_id).limit(1)).scalar_one()
    own = make.session.get(queries.Body, body_id) if role == "coordinator" else None
    client, address, seen = sign_in(make.user(role, own)), "/sessions/", []
    for _ in range(3):
        page = client.get(address).text
        seen.append(re.findall(r"<td[^>]*>(2026-\d+)</td>", page))
        older = re.search(r'href="(/sessions/\?before=[^"]+)"', page)
        address = older.group(1) if older else ""

    assert [number for page in seen for number in page] == seven
    assert [len(page) for page in seen] == [3, 3, 1]
    assert address == ""


@pytest.mark.parametrize("key", ["nonsense", "2026-11-23T01:00:00~1", "2026-11-23T01:00:00+00:00~x", "~"])
def test_a_key_that_none_of_our_pages_gave_is_refused(make: Factory, sign_in, key: str) -> None:
    answer = sign_in(make.user("city_centre")).get("/sessions/", query_string={"before": key})

    assert answer.status_code == 422
    assert "翻页的位置不对" in answer.text


def test_offices_are_offered_footage_once_a_session_has_begun(make: Factory, sign_in, clock) -> None:
    body = make.body()
    batch, site = make.batch(body), make.site(body)
    begun, _ = make.session_with_turns(batch, make.room(site), starts_at=clock.now() - timedelta(hours=1))
    to_come, _ = make.session_with_turns(batch, make.room(site), starts_at=clock.now() + timedelta(hours=1))
    dropped = clock.now() - timedelta(days=1)
    cancelled, _ = make.session_with_turns(batch, make.room(site), starts_at=dropped, state="cancelled")
    begun.state = to_come.state = "closed"
    make.save(begun, to_come)
    page = sign_in(make.user("city_centre")).get("/sessions/").text
    offered = [f'href="/footage/review/{one.uid}"' in page for one in (begun, to_come, cancelled)]
    assert offered == [True, False, False]

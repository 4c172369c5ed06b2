"""Every look at personal data is written down with who, what and when; the same look twice in a minute is one."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from examops.audit.models import AuditEntry
from tests.guards import walk
from tests.guards.place import Place, make_place
from tests.guards.rights import LINK, MAY
from tests.guards.test_routes import holder
from tests.guards.walk import Browser

pytestmark = [pytest.mark.postgres, pytest.mark.s3]

# Endpoints whose answer shows people, and the tag each look is written down with.
SHOWS_PEOPLE = {
    "candidates.show": "candidate:history_viewed",
    "checkin.desk": "desk:opened",
    "checkin.people": "session:people_viewed",
    "checkin.photo": "candidate:viewed",
    "checkin.scan_frame": "scan:frame_viewed",
    "filings.listed": "filing_list:opened",
    "footage.review": "footage:looked_at",
    "duties.recusal": "session:people_viewed",
    "footage.wall": None,  # looks at cameras stand in the table of looks, a minute each
    "roster_photos.missing": "roster:exported",
    "roster_photos.show": "roster:viewed",
    "rosters.columns": "roster:viewed",
    "rosters.show": "roster:viewed",
    "rosters.corrections_workbook": "roster:exported",
    "sessions.door_list": "session:door_list_printed",
    "sessions.links": "session:links_exported",
    "sessions.print_tickets": "session:tickets_printed",
    "sessions.show": "session:people_viewed",
    "tickets.own_ticket": "ticket:viewed",
    "tickets.photo": "ticket:viewed",
    "tickets.staff_ticket": "ticket:viewed",
    "withdrawals.show": "batch:people_viewed",
}
# Exports and looks at footage are one entry each.
EACH_TIME = {
    "footage:looked_at",
    "roster:exported",
    "session:door_list_printed",
    "session:links_exported",
    "session:tickets_printed",
}
TAGGED = {name: tag for name, tag in SHOWS_PEOPLE.items() if tag}
# Refreshes of a page that was written down when it was opened; they run every few seconds.
REFRESHES = {"footage.review_data", "checkin.state", "api_desk.desk"}


@pytest.fixture
def own(make, clock, app: Flask) -> Place:
    return make_place(make, clock)


def browser_for(app: Flask, make, own: Place, endpoint: str) -> Browser:
    roles = MAY[endpoint]
    return Browser(app, None if roles == LINK else holder(make, roles[0], own))


def readable(answer: TestResponse) -> str:
    """The words of an answer; of a workbook those of all its parts."""
    if "spreadsheet" not in answer.mimetype:
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "".join(book.read(part).decode("utf-8", "replace") for part in book.namelist())


def entries(make, tag: str) -> list[AuditEntry]:
    make.session.rollback()
    return list(make.session.execute(select(AuditEntry).where(AuditEntry.tag == tag)).scalars())


@pytest.mark.parametrize("endpoint", sorted(TAGGED))
def test_a_look_is_written_down_once_a_minute(app, make, own, clock, endpoint: str) -> None:
    tag, browser = TAGGED[endpoint], browser_for(app, make, own, endpoint)
    call = next(call for call in walk.calls(app) if call.endpoint == endpoint and call.method == "GET")
    for _ in range(2):
        assert browser.send(call, own).status_code == 200
    found = entries(make, tag)
    once = 2 if tag in EACH_TIME else 1
    assert len(found) == once
    assert (found[0].at, found[0].body_id, found[0].subject_uid is not None) == (
        clock.now(),
        own.owner["body_id"],
        True,
    )
    assert found[0].actor_kind == ("candidate" if endpoint == "tickets.own_ticket" else "user")
    clock.instant += timedelta(minutes=1)
    browser.send(call, own)
    assert len(entries(make, tag)) == once + 1


def test_every_page_that_names_a_candidate_is_in_the_list(app, make, own) -> None:
    """Asked by somebody who may; whoever shows a name or a masked number must be written down."""
    names = (own.more["name"], own.more["id_masked"], "4406**********0011")
    unlisted, users = set(), dict[str, Browser]()
    for call in walk.calls(app):
        roles = MAY[call.endpoint]
        if call.method == "GET" and (isinstance(roles, tuple) or roles == LINK):
            if (role := roles[0] if isinstance(roles, tuple) else LINK) not in users:
                users[role] = browser_for(app, make, own, call.endpoint)
            answer = users[role].send(call, own)
            shows = answer.mimetype.startswith("image/") or any(name in readable(answer) for name in names)
            if shows and call.endpoint not in SHOWS_PEOPLE.keys() | REFRESHES:
                unlisted.add(call.endpoint)
    assert unlisted == set(), "write the look down with examops.audit.access.record_look, and list it here"

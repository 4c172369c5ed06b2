"""No list asks the database once per row, and every list query has an index in its order, for each kind of reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Select, select, text

from examops.accounts.listing import Reach, accounts_query
from examops.candidates.history import applications_query
from examops.core.database import db
from examops.core.scope import PUBLIC, Scope, scoped
from examops.exits.listing import closed_query as closed_exits_query
from examops.exits.listing import findings_query
from examops.exits.listing import page_query as page_of_exits
from examops.filings.listing import filings_query, letters_query
from examops.footage.archive.quarantine import held_query
from examops.footage.models import Gap, Segment, Strip
from examops.footage.review.flag_routes import flags_query
from examops.footage.wall.grid import eyes_query
from examops.footage.wall.routes import armed_query
from examops.ops.audit_page import entries_query
from examops.organisations.directory import DirectoryCard
from examops.organisations.listing import matching as matching_entities
from examops.organisations.openings.deciding import requests_query
from examops.outbox.pages import notices_query
from examops.public.listing import history_query
from examops.public.listing import matching as directory_matching
from examops.public.listing import page_query as directory_query
from examops.registration.models import Application, Roster
from examops.registration.rosters.upload_pages import recent_query
from examops.sessions.booking.prints import placed_query
from examops.sessions.booking.queries import Waiting, bookable_query
from examops.sessions.models import Booking, ExamSession, SessionDuty, SessionStation
from examops.sessions.overview.queries import SessionFilter, page_query
from examops.staff.listing import staff_query
from scheduler.pages import ledger_query
from tests.browsers import signed_in
from tests.factories import DAY, Factory
from tests.fixtures.cleaner import Cleaner
from tests.guards.growing import Growing
from tests.statements import counted

PAGES = {
    "week": ("coordinator", "/sessions/week"),
    "sessions": ("coordinator", "/sessions/"),
    "sessions of the city": ("supervisor", "/sessions/"),
    "sessions in a state": ("coordinator", "/sessions/?state=running"),
    "one session": ("coordinator", "/sessions/{session}"),
    "its later people": ("coordinator", "/sessions/{session}?after=1"),
    "a session that takes bookings": ("coordinator", "/sessions/{placing}"),
    "those of a team who wait": ("coordinator", "/sessions/{placing}?team=总装线"),
    "a plan": ("coordinator", "/sessions/new"),
    "judging a plan": ("coordinator", "POST /sessions/new/judged"),
    "judging changes of a session": ("coordinator", "POST /sessions/{draft}/edit/judged"),
    "batches": ("coordinator", "/sessions/batches"),
    "one batch": ("coordinator", "/sessions/batches/{batch}"),
    "applications to withdraw": ("coordinator", "/candidates/batches/{batch}"),
    "rosters": ("coordinator", "/rosters/"),
    "a roster that fits": ("coordinator", "/rosters/{roster}?tab=ok"),
    "a roster that does not": ("coordinator", "/rosters/{roster}?tab=no"),
    "photos that are missing": ("coordinator", "/rosters/{roster}/photos"),
    "desks": ("coordinator", "/desk/"),
    "a desk": ("coordinator", "/desk/{session}"),
    "state of a desk": ("coordinator", "/desk/{session}/state"),
    "people at the door": ("coordinator", "/desk/{session}/people"),
    "a ticket": ("coordinator", "/t/application/{application}"),
    "tickets of a session": ("coordinator", "/sessions/{session}/tickets"),
    "a door list": ("coordinator", "/sessions/{session}/door-list"),
    "links of a session": ("coordinator", "/sessions/{session}/links.xlsx"),
    "a candidate": ("coordinator", "/candidates/{candidate}"),
    "wall": ("supervisor", "/footage/wall"),
    "pictures of the wall": ("supervisor", "/footage/wall/data.json"),
    "review room": ("supervisor", "/footage/review/{session}"),
    "data of the review room": ("supervisor", "/footage/review/{session}/data.json"),
    "conclusion": ("supervisor", "/footage/review/{session}/conclusion"),
    "flags": ("supervisor", "/footage/flags"),
    "quarantine": ("supervisor", "/quarantine/"),
    "late gaps": ("supervisor", "/quarantine/late-gaps"),
    "quarantine decided": ("supervisor", "/quarantine/?decided=1"),
    "armed hours": ("security", "/footage/armed-hours"),
    "log": ("coordinator", "/audit/"),
    "log of the city": ("operator", "/audit/"),
    "devices": ("operator", "/devices/"),
    "people on duty": ("coordinator", "/staff/"),
    "timed work": ("operator", "/timed-work/"),
    "accounts": ("operator", "/accounts/"),
    "accounts of a body": ("coordinator", "/accounts/"),
    "exits": ("city_bureau", "/exits"),
    "exits of a body": ("coordinator", "/exits"),
    "findings at filed bodies": ("city_bureau", "/exits/findings"),
    "deputies": ("city_bureau", "/office/deputies"),
    "inbox": ("city_bureau", "/filings"),
    "filings of a body": ("coordinator", "/filings"),
    "filings register": ("city_bureau", "/filings/all"),
    "letters": ("city_bureau", "/filings/letters"),
    "specifications": ("city_bureau", "/specifications"),
    "specifications of a body": ("coordinator", "/specifications"),
    "catalogue": ("city_bureau", "/occupations"),
    "decisions of the city": ("city_bureau", "/occupations/decisions"),
    "entities": ("city_bureau", "/entities"),
    "directory": ("city_bureau", "/directory"),
    "requests to be registered": ("city_bureau", "/openings?part=all"),
    "sites": ("coordinator", "/sites/"),
    "sites of the city": ("city_bureau", "/sites/"),
    "a room of a site": ("coordinator", "/sites/rooms/{room}"),
    "outages": ("coordinator", "/outages/"),
    "fitness trials": ("coordinator", "/trials/"),
    "fitness trials of the city": ("city_bureau", "/trials/"),
    "people on duty of the city": ("city_bureau", "/staff/"),
    "people of the city": ("city_bureau", "/city-people"),
    "own availability": ("coordinator", "/availability/"),
    "notices": ("operator", "/notices/"),
    "catalogue, API": ("city_bureau", "/api/v1/catalogue"),
    "an occupation, API": ("city_bureau", "/api/v1/catalogue/6-31-01-03"),
    "sites, API": ("coordinator", "/api/v1/sites"),
    "sites of the city, API": ("city_bureau", "/api/v1/sites"),
    "a site, API": ("coordinator", "/api/v1/sites/{site}"),
    "people on duty, API": ("coordinator", "/api/v1/staff"),
    "people on duty of the city, API": ("city_bureau", "/api/v1/staff"),
    "specifications, API": ("city_bureau", "/api/v1/specifications"),
    "specifications of a body, API": ("coordinator", "/api/v1/specifications"),
    "work plans, API": ("city_bureau", "/api/v1/work-plans"),
    "exits, API": ("city_bureau", "/api/v1/exits"),
    "exits of a body, API": ("coordinator", "/api/v1/exits"),
    "requests to be registered, API": ("city_bureau", "/api/v1/opening-requests?part=all"),
    "people on duty of a session, API": ("coordinator", "/api/v1/sessions/{session}/duties"),
    "entities, API": ("city_bureau", "/api/v1/entities"),
}

EVERY_BODY = {"q": "", "district": "", "occupation": "", "level": "", "area": "", "after": 0}
# Statements of a page: who asks (with the scope), the page, the names in its frame. A number that goes down is
# written here; the week asks five times more: exit cases, filings, people at the door that wait for the body, sessions
# that cannot be held as they stand, and what is out of service; the list of desks asks when one is on duty oneself.
MOST = 10
CHEAP = {"state of a desk": 2, "week": 10, "sessions": 3, "desks": 5, "pictures of the wall": 6}


@pytest.fixture
def growing(make: Factory, clock) -> Growing:
    return Growing(make, clock)


@pytest.fixture
def readers(app: Flask, make: Factory, growing: Growing) -> dict[str, FlaskClient]:
    """A browser for each role, signed in."""
    found = {}
    for role in ("coordinator", "supervisor", "operator", "security", "city_bureau"):
        user = make.user(role, growing.body if role in ("coordinator", "security") else None)
        found[role] = app.test_client()
        with found[role].session_transaction() as session:
            session.update(signed_in(app, user))
    return found


def cost_of(app: Flask, client: FlaskClient, address: str, form: dict[str, str]) -> int:
    """Statements of a second look: the first may write down that somebody looks."""
    method, _, path = address.rpartition(" ")
    asked: dict[str, Any] = {"method": "POST", "data": form} if method else {}
    client.open(path, **asked)
    with counted(app) as seen:
        answer = client.open(path, **asked)
    assert answer.status_code == 200, (address, answer.status_code)
    return len(seen)


def costs(app: Flask, growing: Growing, readers: dict[str, FlaskClient]) -> dict[str, int]:
    first = select(Application.uid).join(Booking, Booking.application_id == Application.id).order_by(Application.id)
    booked = db.session.execute(first.where(Booking.session_id == growing.session.id).limit(1)).scalar_one()
    assert growing.roster
    named = {
        "session": growing.session.uid,
        "batch": growing.batch.uid,
        "roster": growing.roster.uid,
        "placing": growing.placing.uid,
        "draft": growing.draft.uid,
        "room": growing.room.uid,
        "site": growing.site.uid,
        "candidate": growing.candidate.uid,
        "application": booked,
    }
    form = growing.plan()
    db.session.rollback()
    return {name: cost_of(app, readers[role], path.format(**named), form) for name, (role, path) in PAGES.items()}


def test_more_rows_need_no_more_queries(app: Flask, growing: Growing, readers: dict[str, FlaskClient]) -> None:
    growing.grow()
    few = costs(app, growing, readers)
    growing.grow()

    assert costs(app, growing, readers) == few


def test_a_page_asks_no_more_than_is_written_here(
    app: Flask, growing: Growing, readers: dict[str, FlaskClient]
) -> None:
    growing.grow()
    found = costs(app, growing, readers)

    assert {name: count for name, count in found.items() if count > MOST} == {}
    assert {name: found[name] for name in CHEAP} == CHEAP


def test_a_query_for_each_row_would_be_caught(app: Flask, growing: Growing) -> None:
    """The control: the same counting sees what it is there for."""

    def one_by_one() -> int:
        with counted(app) as seen:
            for number in db.session.execute(select(Roster.id)).scalars().all():
                db.session.execute(select(Roster.name).where(Roster.id == number)).scalar_one()
        return len(seen)

    growing.grow()
    few = one_by_one()
    growing.grow()

    assert one_by_one() > few


# Plans, as the web role, below row-level security: with sequential scans and sorts priced out of reach, what is left
# tells whether an index could do the work. PostgreSQL still scans or sorts where it must.
SCOPES = {"a body": Scope(bodies=(1,)), "the city": Scope(everything=True)}
SINCE = DAY - timedelta(days=90)
KEY = f"{DAY.isoformat()}~5"
# A page of a list: nothing is sorted on its way, but for what is bounded by the page itself.
LISTS: dict[str, Callable[[], Select[Any]]] = {
    "sessions": lambda: page_query(None, SessionFilter()),
    "later sessions": lambda: page_query(KEY, SessionFilter()),
    "sessions in a state": lambda: page_query(KEY, SessionFilter("open")),
    "rosters": lambda: recent_query(KEY),
    "log": lambda: entries_query(SINCE, "", None),
    "earlier in the log": lambda: entries_query(SINCE, "", KEY),
    "log of a tag": lambda: entries_query(SINCE, "scan:admitted", None),
    "people on duty": lambda: staff_query(0),
    "earlier people on duty": lambda: staff_query(5),
    "armed hours": lambda: armed_query(DAY, DAY, set(), KEY),
    "armed hours of a site": lambda: armed_query(DAY, DAY, {1}, None),
    "flags": lambda: flags_query("open", 5),
    "all flags": lambda: flags_query("", None),
    "quarantine": lambda: held_query(False, 5, None),
    "quarantine decided": lambda: held_query(True, None, None),
    "ledger": lambda: ledger_query(SINCE, "", "", None),
    "ledger of a job": lambda: ledger_query(SINCE, "find-gaps", "", 5),
    "directory": lambda: directory_query({**EVERY_BODY, "after": 5}, DAY.date()),
    "directory, searched": lambda: directory_query({**EVERY_BODY, "q": "电工", "district": "440606"}, DAY.date()),
    "accounts": lambda: accounts_query(Reach(True), "", 5),
    "filings register": lambda: filings_query("", 5, to_office=True),
    "letters": lambda: letters_query("", 5),
    "letters of a kind": lambda: letters_query("refused", 5),
    "closed exits": closed_exits_query,
    "exits, newest first": lambda: page_of_exits("city_bureau", 5),
    "findings at filed bodies": lambda: findings_query("", 5),
    "notices": lambda: notices_query("", 5),
    "notices in a state": lambda: notices_query("failed", 5),
    "entities": lambda: matching_entities({"q": "", "after": "91"}),
    "requests to be registered": lambda: requests_query("all"),
    "people of a session": lambda: (
        select(Booking.id).where(Booking.session_id == 1, Booking.id > 5).order_by(Booking.id).limit(9)
    ),
}
# What is asked about one thing, or about what is near in time: found by an index, whatever the size of the table.
LOOKUPS: dict[str, Callable[[], Select[Any]]] = {
    "who may be booked": lambda: bookable_query([1, 2], 1, 200),
    "who of a team and roster may be booked": lambda: bookable_query([1, 2], 1, 50, 7, Waiting("总装线", 3)),
    "everybody placed in a session": lambda: placed_query(1, None, "2-55", 50),
    "everybody placed in a turn": lambda: placed_query(1, 2, "", 50),
    "history of a body in the directory": lambda: history_query(1),
    "applications of a candidate": lambda: applications_query(1, 5),
    "cameras of the wall": lambda: eyes_query(DAY, DAY, DAY),
    "bookings of an application": lambda: select(Booking.id).where(Booking.application_id == 1),
    "applications of a person": lambda: select(Application.id).where(Application.person_id == 1),
    "sessions of a room": lambda: select(ExamSession.id).where(ExamSession.room_id == 1),
    "duties of a member": lambda: select(SessionDuty.id).where(SessionDuty.staff_id == 1),
    "duties of a person": lambda: select(SessionDuty.id).where(SessionDuty.person_id == 1),
    "sessions of a workstation": lambda: select(SessionStation.id).where(SessionStation.workstation_id == 1),
    "segments of armings": lambda: select(Segment.uid).where(Segment.arming_id.in_([1, 2])),
    "gaps of armings": lambda: select(Gap.uid).where(Gap.arming_id.in_([1, 2])),
    "strips of a session": lambda: select(Strip.id).where(Strip.session_id == 1),
    "places held too long": lambda: select(Booking.id).where(Booking.state == "held", Booking.hold_until <= DAY),
}
# Tables that grow with every year; the others hold what stands in rooms.
GROWS = {
    "application",
    "arming",
    "audit_entry",
    "booking",
    "candidate",
    "directory_card",
    "directory_entry",
    "exam_session",
    "exit_case",
    "filing",
    "filing_letter",
    "flag",
    "gap",
    "job_run",
    "legal_entity",
    "look",
    "lot",
    "outbox",
    "recheck_finding",
    "roster",
    "scan",
    "segment",
    "session_duty",
    "session_station",
    "sitting",
    "strip",
    "ticket",
    "turn",
    "user_account",
    "verdict",
}


@pytest.fixture(autouse=True)
def no_statistics(cleaner: Cleaner) -> None:
    """Plans are judged as on a new server: what other tests had in the tables says nothing about a year of data."""
    cleaner.start_anew()


def plan_of(app: Flask, query: Select[Any], scope: Scope) -> list[dict[str, Any]]:
    """Every node of the plan."""
    with app.app_context(), scoped(scope):
        for option in ("seqscan", "sort", "bitmapscan"):
            db.session.execute(text(f"SET LOCAL enable_{option} = off"))
        compiled = query.compile(db.engine, compile_kwargs={"render_postcompile": True})
        asked = f"EXPLAIN (FORMAT JSON) {compiled}"
        found = db.session.connection().exec_driver_sql(asked, compiled.params).scalar_one()  # type: ignore[arg-type]
        db.session.rollback()
    return list(_nodes(found[0]["Plan"]))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def whole_scans(nodes: list[dict[str, Any]]) -> list[str]:
    """Growing tables that are read from end to end: without an index, or through one without a condition or a limit."""
    return [
        node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWS
    ]


def sorts(nodes: list[dict[str, Any]]) -> list[str]:
    return [str(node["Sort Key"]) for node in nodes if "Sort" in node["Node Type"]]


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("name", LISTS)
def test_a_page_of_a_list_comes_in_order_from_an_index(app: Flask, name: str, scope: str) -> None:
    with app.app_context(), scoped(SCOPES[scope]):
        query = LISTS[name]()
    nodes = plan_of(app, query, SCOPES[scope])

    assert (whole_scans(nodes), sorts(nodes)) == ([], [])


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("name", LOOKUPS)
def test_what_is_asked_about_one_thing_is_found_by_an_index(app: Flask, name: str, scope: str) -> None:
    nodes = plan_of(app, LOOKUPS[name](), SCOPES[scope])

    assert whole_scans(nodes) == []
    used = [node for node in nodes if node.get("Relation Name") in GROWS]
    assert all(node.get("Index Cond") for node in used), used


@pytest.mark.parametrize("scope", [PUBLIC, *SCOPES.values()], ids=["the public", *SCOPES])
def test_a_search_of_the_directory_uses_its_terms(app: Flask, scope: Scope) -> None:
    """A condition in the policy would forbid it: rows are looked at by their terms only once they are in scope."""
    with app.app_context(), scoped(scope):
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
        query = directory_matching({**EVERY_BODY, "q": "电工"}, DAY.date()).with_only_columns(DirectoryCard.sort_key)
        compiled = query.compile(db.engine, compile_kwargs={"render_postcompile": True})
        asked, values = f"EXPLAIN {compiled}", compiled.params
        plan = db.session.connection().exec_driver_sql(asked, values).scalars().all()  # type: ignore[arg-type]
        db.session.rollback()

    assert any("Index Cond: (terms @> " in line for line in plan), plan


def test_a_list_without_an_index_would_be_caught(app: Flask) -> None:
    """The controls: an order that no index has, and a condition that none answers."""
    unordered = select(ExamSession.id).order_by(ExamSession.title).limit(9)
    unindexed = select(Booking.id).where(Booking.hold_until <= DAY)

    assert sorts(plan_of(app, unordered, SCOPES["the city"]))
    assert whole_scans(plan_of(app, unindexed, SCOPES["the city"])) == ["booking"]

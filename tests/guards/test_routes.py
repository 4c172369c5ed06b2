"""Every route, with every role of the product, a device and nobody, asked for what is not theirs."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask, jsonify
from sqlalchemy import create_engine, select, text, update
from werkzeug.test import TestResponse

from config.rulebook import Rulebook
from config.settings import Settings
from examops.accounts import guard
from examops.accounts.guard import guarded, open_to_all
from examops.accounts.models import ROLES
from examops.app.factory import create_app
from examops.app.tables import TENANT_TABLES
from examops.core.clock import FixedClock
from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.extensions import NAME
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.filings.models import Filing
from examops.sessions.models import ExamSession, SessionDuty
from examops.sites.agreeing import CITY_RULE
from examops.staff.models import StaffMember
from tests.factories import DAY, Factory
from tests.guards import walk
from tests.guards.forms import NAMES_IN_FORM, succeeded
from tests.guards.place import Place, availability_of, city_time_of
from tests.guards.rights import BODY, DESK, EVERYBODY, LINK, MAY, OFFICES, RECORDER
from tests.guards.stock import make_stocked_place
from tests.guards.walk import Browser, Rows

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
HERE, ELSEWHERE = "440606", "440604"
# What a refused form writes down on purpose: the scan that was refused, the answer kept for its repetition.
NOTED = {
    "api_desk.scan_at_desk": {"audit_entry", "scan"},
    "api_sessions.book_many": {"kept_answer"},
    "checkin.scan_one": {"audit_entry", "scan"},
    "handover.scan_late": {"audit_entry", "scan"},
}
# Pages that lead back with the refusal on them: the same redirect either way, the tables tell the difference.
LEAD_BACK = {"sessions.create_bookings"}
# Who works for one body plans for it: the body that the form names is not read.
NOT_READ = {"batches.create": {"audit_entry", "batch", "batch_occupation", "number_counter"}}
# What stands in the way of the own object besides: a body has one open filing, and the place has one.
MADE_READY = {
    "filings.accept_all": "UPDATE filing SET state = 'submitted', due_on = '2026-12-07',"
    " clock_owner = 'district_bureau' WHERE body_id = :body AND state <> 'filed'",
    "exits.wish": "UPDATE exit_case SET state = 'withdrawn', due_on = NULL, clock_owner = ''"
    " WHERE body_id = :body AND ground = 'own_wish'",
    "filings_api.begin_filing": "UPDATE filing SET state = 'withdrawn', due_on = NULL, clock_owner = ''"
    " WHERE body_id = :body AND state <> 'filed'",
    "filings.start": "UPDATE filing SET state = 'withdrawn', due_on = NULL, clock_owner = ''"
    " WHERE body_id = :body AND state <> 'filed'",
}
AT_A_SITE = ("examiner", "proctor", "internal_supervisor", "security")


@pytest.fixture
def rows(settings: Settings) -> Iterator[Rows]:
    engine = create_engine(owner_url(settings), isolation_level="AUTOCOMMIT")
    rows = Rows(engine)
    yield rows
    rows.close()
    engine.dispose()


@pytest.fixture
def guarded_app(app: Flask) -> Iterator[Flask]:
    """The application as it runs: forms need their token."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def own(make: Factory, clock: FixedClock, app: Flask) -> Place:
    return make_stocked_place(make, clock, district=HERE)


@pytest.fixture
def other(make: Factory, clock: FixedClock, app: Flask) -> Place:
    """Another body's, in another district."""
    return make_stocked_place(make, clock, district=ELSEWHERE)


def holder(make: Factory, role: str, own: Place):
    """Somebody of this role whose reach ends before the other place: a body's people, else a district's."""
    if role not in BODY:
        user = make.user(role, district=HERE)
        return of_city(make, user, own) if role == "supervisor" else user
    user = make.user(role, own.body)
    return on_duty(make, user, own) if role in DESK else user


def of_city(make: Factory, user, place: Place):
    """Somebody of the city, who says when they can come."""
    reason = city_time_of(make, make.city_person(user_id=user.id))
    place.instead["my_city.withdraw"] = {"city_reason_uid": reason.uid}
    return user


def on_duty(make: Factory, user, place: Place):
    """In the session of the place, whose pages of duties are this person's own from here on."""
    make.on_duty(user, place.session)
    query = select(SessionDuty.uid).join(StaffMember, StaffMember.id == SessionDuty.staff_id)
    of_user = query.where(StaffMember.user_id == user.id, SessionDuty.session_id == place.session.id)
    place.params["duty_uid"] = make.session.execute(of_user).scalar_one()
    own = make.session.execute(select(StaffMember).where(StaffMember.user_id == user.id)).scalars().first()
    place.instead["availability.withdraw"] = {"availability_uid": availability_of(make, own).uid}
    make.session.rollback()
    return user


def test_every_endpoint_says_who_may_use_it(app: Flask) -> None:
    assert walk.unknown(app) == []


def test_the_table_speaks_of_roles_that_exist() -> None:
    named = {role for roles in MAY.values() if isinstance(roles, tuple) for role in roles}
    assert named == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_does_what_the_table_says_with_its_own_and_nothing_else(
    guarded_app, make, own, other, rows, role: str
) -> None:
    for place in (own, other):
        aim(make, place, role)
    browser = Browser(guarded_app, holder(make, role, own))
    faults = [*walk.forbidden(browser, role, own, rows), *walk.own_only(browser, role, own, other, rows)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("role", ["city_bureau", "city_centre"])
def test_what_is_of_the_whole_city_opens_with_its_reach(guarded_app, make, own, rows, role: str) -> None:
    browser = Browser(guarded_app, make.user(role))
    theirs = [
        call for call in walk.in_order(guarded_app) if walk.is_of_city(guarded_app, call) and walk.may(call, role)
    ]
    faults = [fault for call in theirs for fault in walk.done(browser, call, role, own, rows)]
    assert not faults, "\n".join(faults)
    own_routes = {"city_people.index", "city_people.add", "occupations.decide", "occupations.confirm_values"}
    assert own_routes <= {call.endpoint for call in theirs}


@pytest.fixture(autouse=True)
def city_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the day of the walk too; the rule says so from a later day on."""
    asked = Rulebook.value
    monkeypatch.setattr(Rulebook, "value", lambda book, key, day: key == CITY_RULE or asked(book, key, day))


NOBODY_THERE = """
    UPDATE user_account SET is_active = false WHERE id IN
      (SELECT user_id FROM role_grant WHERE role = 'district_bureau' AND district = :district)"""


def aim(make: Factory, place: Place, role: str) -> None:
    """Offices return a declared session and a filing in their hands; who runs the day interrupts a running one."""
    if role in OFFICES:
        place.more["move_to"] = "returned"
        place.instead["sessions.move"] = {"session_uid": place.more["declared"]}
        in_hand = {"city_bureau": ("district_reviewed", "city_bureau")}.get(role, ("submitted", "district_bureau"))
        if role == "city_bureau":  # it answers a lending where the district's bureau has nobody
            make.run_as_owner(NOBODY_THERE, district=place.body.district)
        place.more["filing_act"] = "returned"
        values = {"state": in_hand[0], "clock_owner": in_hand[1], "due_on": DAY.date()}
        second = make.filing(make.body(district=place.body.district))
        place.more["in_hand"], place.more["colleague"] = second.uid, make.user(role, district=place.body.district).uid
        both = Filing.uid.in_((place.params["filing_uid"], second.uid))
        db.session.execute(update(Filing).where(both).values(submitted_at=DAY, **values))
        db.session.commit()


@pytest.mark.parametrize("endpoint", sorted(name for name, roles in MAY.items() if roles in (EVERYBODY, LINK)))
def test_what_is_open_to_everybody_works(guarded_app, own, rows, endpoint: str, texts_go_out) -> None:
    for call in walk.in_order(guarded_app):
        if call.endpoint == endpoint:
            browser = Browser(guarded_app)
            if asked := own.more["own_openings"].get(endpoint):
                with browser.client.session_transaction() as session:
                    session["opening"] = str(asked)
            assert list(walk.done(browser, call, "everybody", own, rows)) == []


@pytest.fixture
def texts_go_out(app: Flask) -> Iterator[None]:
    """Whoever asks to be registered proves a mobile."""
    kept = app.extensions[NAME]
    app.extensions[NAME] = dataclasses.replace(kept, settings=dataclasses.replace(kept.settings, sms_url="console"))
    yield
    app.extensions[NAME] = kept


def test_a_recorder_does_its_work(guarded_app, own, rows) -> None:
    browser = Browser(guarded_app, bearer=own.more["recorder"])
    faults = [
        fault for call in _recorder_calls(guarded_app) for fault in walk.done(browser, call, "recorder", own, rows)
    ]
    assert not faults, "\n".join(faults)


def _recorder_calls(app: Flask) -> list[walk.Call]:
    return [call for call in walk.in_order(app) if MAY[call.endpoint] == RECORDER]


@pytest.mark.parametrize("role", AT_A_SITE)
def test_somebody_of_one_site_reaches_no_other_site_of_the_body(guarded_app, make, own, clock, rows, role) -> None:
    second = make_stocked_place(make, clock, site=make.site(own.body))
    browser = Browser(guarded_app, make.user(role, site=own.site))
    faults = [fault for call in walk.calls(guarded_app) for fault in _beyond(browser, call, role, own, second, rows)]
    assert not faults, "\n".join(faults)


def _beyond(browser: Browser, call: walk.Call, role: str, own: Place, second: Place, rows: Rows) -> Iterator[str]:
    if walk.takes_object(call) and walk.may(call, role) and MAY[call.endpoint] not in (EVERYBODY, LINK):
        yield from walk.foreign(browser, call, role, own, second, rows)


@pytest.mark.parametrize("role", AT_A_SITE)
def test_lists_of_somebody_of_one_site_name_no_other_site(guarded_app, make, own, clock, role) -> None:
    second = make_stocked_place(make, clock, site=make.site(own.body))
    browser = Browser(guarded_app, make.user(role, site=own.site))
    for call in walk.calls(guarded_app):
        if (
            call.method == "GET"
            and walk.may(call, role)
            and not walk.takes_object(call)
            and call.endpoint != "audit.index"
        ):
            text = _text_of(browser.send(call, own))
            assert str(second.params["session_uid"]) not in text, call.endpoint
            assert second.more["number"] not in text, call.endpoint


def _text_of(answer: TestResponse) -> str:
    """Of a workbook all of its parts."""
    if not answer.data.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def test_nobody_signed_in_is_sent_to_the_sign_in(guarded_app, own, rows) -> None:
    assert list(walk.nobody(Browser(guarded_app), own, rows)) == []


def test_a_tablet_without_a_person_opens_nothing(guarded_app, own, rows) -> None:
    browser = Browser(guarded_app, tablet=own.more["tablet"])
    browser.send(next(call for call in walk.calls(guarded_app) if call.endpoint == "checkin.desks"), own)  # heard of
    assert list(walk.nobody(browser, own, rows)) == []


def test_a_recorder_is_no_person(guarded_app, own, rows) -> None:
    assert list(walk.nobody(Browser(guarded_app), own, rows, MAY | dict.fromkeys(_recorder(), "everybody"))) == []
    browser = Browser(guarded_app, bearer=own.more["recorder"])
    pages = MAY | dict.fromkeys(_recorder(), "everybody")
    assert list(walk.nobody(browser, own, rows, pages)) == []


def _recorder() -> list[str]:
    return [name for name, roles in MAY.items() if roles == RECORDER]


def test_a_persons_session_is_no_recorder(guarded_app, make, own, rows) -> None:
    browser = Browser(guarded_app, make.user("operator"))
    for call in walk.calls(guarded_app):
        if MAY[call.endpoint] == RECORDER:
            assert browser.send(call, own).status_code == 401


@pytest.mark.parametrize("where", ["another site", "another body"])
def test_a_recorder_says_nothing_about_cameras_of_another_site(guarded_app, make, own, clock, rows, where: str) -> None:
    second = make_stocked_place(make, clock, site=make.site(own.body) if where == "another site" else None)
    browser, audited = Browser(guarded_app, bearer=own.more["recorder"]), {"audit_entry"}
    plan = browser.send(next(call for call in walk.calls(guarded_app) if call.endpoint == "recorder.plan"), own)
    assert str(own.params["camera_uid"]) in plan.text
    assert str(second.params["camera_uid"]) not in plan.text
    for call in walk.calls(guarded_app):
        if MAY[call.endpoint] != RECORDER or call.method == "GET":
            continue
        rows.mark()
        answer = browser.send(call, second)
        told = {item.get("state") or item.get("error") for item in (answer.json or {}).get("results", [])}
        refused = answer.status_code in (403, 404) or told <= {"refused", "not_found", "quarantined"}
        assert refused, (call.endpoint, answer.status_code, answer.text)
        assert set(rows.changed()) <= audited, call.endpoint


@pytest.mark.parametrize("endpoint", sorted(NAMES_IN_FORM - set(_recorder())))
def test_a_foreign_object_inside_an_own_form_is_refused_and_an_own_one_taken(
    guarded_app, make, own, other, rows, endpoint: str
) -> None:
    role = "coordinator" if "coordinator" in MAY[endpoint] else MAY[endpoint][0]
    user = make.user(role, own.body) if role in BODY else make.user(role, district=HERE)
    browser, before = Browser(guarded_app, user), _of_body(rows, other)
    named = (call for call in walk.calls(guarded_app) if call.endpoint == endpoint)
    call = next(call for call in named if call.method in ("POST", "PUT"))
    rows.mark()
    answer = browser.send(call, own, other)
    assert not succeeded(endpoint, answer) or endpoint in LEAD_BACK | NOT_READ.keys()
    assert answer.status_code < 500
    assert set(rows.changed()) <= NOTED.get(endpoint, set()) | NOT_READ.get(endpoint, set())
    assert _of_body(rows, other) == before
    assert other.more["name"] not in answer.text
    assert other.more["number"] not in answer.text
    if endpoint in MADE_READY:
        make.run_as_owner(MADE_READY[endpoint], body=own.body.id)
    assert list(walk.done(browser, call, role, own, rows)) == []


def _of_body(rows: Rows, place: Place) -> dict[str, str]:
    one = "SELECT '{0}', coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {0} t WHERE body_id = :body"
    query = text(" UNION ALL ".join(one.format(name) for name in TENANT_TABLES))
    with rows.engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query, {"body": place.owner["body_id"]})}


def test_a_link_opens_by_its_code_alone(guarded_app, own) -> None:
    browser = Browser(guarded_app)
    assert browser.client.get(f"/t/{own.params['code']}").status_code == 200
    wrong = [
        "A" * 26,
        own.params["code"][:-1],
        own.params["code"][:-1] + "2",
        "%",
        "' OR 1=1",
        str(own.params["application_uid"]),
    ]
    assert [browser.client.get(f"/t/{code}").status_code for code in wrong] == [404] * len(wrong)


def test_a_revoked_link_and_an_unknown_one_answer_alike(guarded_app, make, own, clock, rows) -> None:
    ticket = own.more["ticket"]
    ticket.revoked_at = clock.now()
    make.save(ticket)
    rows.mark()
    browser = Browser(guarded_app)
    revoked, unknown = browser.client.get(f"/t/{own.params['code']}"), browser.client.get("/t/" + "A" * 26)
    assert (revoked.status_code, unknown.status_code) == (404, 404)
    assert revoked.text == unknown.text
    assert rows.changed() == []


# The guard itself can fail: doors left open on purpose, each caught.


# Besides the scope, in their own code: desks ask for the duty, devices for the site of a grant, people for their own,
# accounts for who administers them.
ASKED_TWICE = (
    "account_admin.",
    "account_person.",
    "account_person_api.",
    "api_desk.",
    "availability.",
    "entities.invite",
    "entities_api.invite",
    "cameras.",
    "cameras_api.",
    "checkin.",
    "devices.",
    "duties.",
    "handover.",
    "marks.",
    "marks_api.",
    "filings.publish",
    "filings_api.publish_",
    "outages.",
    "outages_api.",
    "sites.",
    "sites_api.",
    "trials.",
    "trials_api.",
)


LAST = ("filings_api.take_out_document", "filings_api.act_on_filing")  # in this order: little is left behind them


@pytest.mark.parametrize("is_api", [False, True], ids=["pages and the rest", "filings by the API"])
def test_a_scope_that_is_open_too_wide_is_caught_at_every_endpoint_that_takes_an_object(
    guarded_app, make, own, other, rows, monkeypatch, is_api
) -> None:
    """One hole behind all of them: everybody's scope holds the whole city. The pages of filings settle the one that the
    API would be refused, so each walks alone."""
    monkeypatch.setattr(guard, "scope_of", lambda grants: SYSTEM)
    monkeypatch.setattr("tests.guards.walk.done", lambda *_: iter(()))
    there = [call for call in walk.calls(guarded_app) if call.endpoint.startswith("filings_api.") == is_api]
    monkeypatch.setattr(
        walk,
        "calls",
        lambda _: sorted(there, key=lambda call: LAST.index(call.endpoint) if call.endpoint in LAST else -1),
    )
    browser = Browser(guarded_app, make.user("coordinator", own.body))
    found = {fault.split(":")[0] for fault in walk.own_only(browser, "coordinator", own, other, rows)}
    asked = {
        f"{call.method} {call.endpoint}"
        for call in walk.calls(guarded_app)
        if walk.takes_object(call) and walk.may(call, "coordinator") and MAY[call.endpoint] not in (EVERYBODY, LINK)
    }
    assert {fault for fault in asked - found if not fault.split()[1].startswith(ASKED_TWICE)} == set()
    assert len(found) > (8 if is_api else 20)


@pytest.fixture
def careless(settings: Settings, clock: FixedClock, app: Flask) -> Iterator[Flask]:
    """An application with a route that shows and changes any session for anybody."""
    careless = create_app(settings, kind="web", clock=clock)
    careless.config["TESTING"] = True
    hole = guarded(Blueprint("hole", __name__, url_prefix="/hole"), open_to_all("nobody thought about it"))

    @hole.route("/<uuid:session_uid>", methods=["GET", "POST"])
    def session(session_uid):
        with transaction(SYSTEM):
            found = db.session.query(ExamSession).filter_by(uid=session_uid).one()
            found.title = f"{found.title}!"
            return jsonify(found.title)

    careless.register_blueprint(hole)
    yield careless
    with careless.app_context():
        db.engine.dispose()


def test_a_route_that_nobody_entered_into_the_table_is_named(careless: Flask) -> None:
    assert walk.unknown(careless) == [
        "hole.session (/hole/<uuid:session_uid>) is not in MAY of tests/guards/rights.py: say which roles may",
    ]


def test_an_open_route_is_caught_whatever_the_table_claims(careless, make, own, other, rows, monkeypatch) -> None:
    """Among the routes of the plan; that nothing is found at all others is what every test above says."""
    there = [call for call in walk.calls(careless) if call.endpoint.startswith(("hole.", "sessions."))]
    monkeypatch.setattr(walk, "calls", lambda _: there)
    monkeypatch.setitem(walk.FORMS, "hole.session", lambda place: {"data": {}})
    table = MAY | {"hole.session": ("coordinator",)}
    coordinator, proctor = Browser(careless, holder(make, "coordinator", own)), make.user("proctor", own.body)
    found = [
        *walk.own_only(coordinator, "coordinator", own, other, rows, table),
        *walk.forbidden(Browser(careless, proctor), "proctor", own, rows, table),
        *walk.nobody(Browser(careless), own, rows, table),
    ]
    assert {fault.split(":")[0] for fault in found} == {"GET hole.session", "POST hole.session"}
    assert any("answered 200" in fault for fault in found)
    assert any("changed ['exam_session']" in fault for fault in found)

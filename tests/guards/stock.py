"""What forms use up or need in another state: an object of its own for each of them, beside those of ``place.py``."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import Range

from examops.accounts.pairing import create_pairing_code
from examops.checkin.models import Scan, Sitting
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.extensions import keyring, store
from examops.core.keys import digest_of, seal_id_number
from examops.filings.models import Filing
from examops.footage.models import Segment
from examops.organisations.models import LegalEntity
from examops.registration.models import Batch, Roster, RosterRow
from examops.registration.rosters.standing import DROPPED
from examops.sessions.booking.tickets import code_of, issue_ticket
from examops.sessions.models import Booking, SessionBreak, Turn
from examops.sites.models import Room, Workstation
from tests.factories import DAY, PASSWORD, Factory
from tests.fixtures.recordings import parts_of, payload
from tests.guards.kept import made_once
from tests.guards.place import Place, make_place, notice_given_up

BOOKING = ("api_sessions.book_many", "sessions.create_bookings")
RELEASE = ("api_sessions.release_one", "sessions.release_booking")
REPLACING = (  # each in a session of its own, for the first would leave nobody to replace
    ("sessions.replace", "sessions.save_replacement"),
    ("api_sessions.newcomers_for_duty", "api_sessions.replace_on_duty"),
)
ANSWERING = (
    *("opening_queue.register", "opening_queue.settle"),
    *("entities_api.answer_opening", "entities_api.register_opening"),
)
EDITING = ("sessions.edit", "sessions.judged_edit", "sessions.save_edit")
FRAGMENT = [0, 10, 0, 10, 0, 60000, 25, True]
FAILED_JOB = text(
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) "
    "VALUES ('default', 'registration.save_roster', '{}', 'failed') RETURNING id"
)


TAKEN_BACK = """
    INSERT INTO former_grant (uid, user_id, role, reach, body_id, held_since, ended_at, ended_by, ended_by_name,
      ended_by_role, how, reason)
    SELECT gen_random_uuid(), user_id, role, reach, body_id, created_at, now(), gen_random_uuid(), '李婷',
      'coordinator', 'taken_back', '离职' FROM role_grant WHERE user_id = :user
"""
LINK = """
    INSERT INTO password_link (uid, user_id, code_digest, made_by, made_by_name, made_at, expires_at)
    VALUES (gen_random_uuid(), :user, :digest, gen_random_uuid(), '李婷', now(), :until)
"""


@made_once
def make_stocked_place(make: Factory, clock: Clock, **where: Any) -> Place:
    """A place where the form of every endpoint can succeed."""
    place = make_place(make, clock, **where)
    room, batch = _room(place, make), _batch(place, make)
    if "site" not in where:  # a second site of a body that may assess it already
        make.body_occupation(place.body)
    _batches(place, make)
    _sessions(place, make, batch, room)
    _absent(place, make, batch, room)
    _broken(place, make, batch, room)
    _second_guest(place, make, batch, clock)
    _door(place, make, batch, room, clock)
    _withdrawable(place, make, batch)
    _rosters(place, make, batch)
    _lists(place, make)
    _segments(place, make)
    _cameras(place, make)
    _keys(place, make, clock)
    _accounts(place, make, clock)
    make.session.commit()
    return place


def _room(place: Place, make: Factory) -> Room:
    return make.session.get_one(Room, place.session.room_id)


def _batch(place: Place, make: Factory) -> Batch:
    return make.session.get_one(Batch, place.session.batch_id)


def _batches(place: Place, make: Factory) -> None:
    """Nobody has applied to these yet: all of them may still change."""
    for endpoint in ("batches.save", "batches.close"):
        place.instead[endpoint] = {"batch_uid": make.batch(place.body).uid}


def _sessions(place: Place, make: Factory, batch: Batch, room: Room) -> None:
    draft, _ = make.session_with_turns(batch, room, starts_at=DAY + timedelta(days=7), state="draft")
    place.instead |= {endpoint: {"session_uid": draft.uid} for endpoint in EDITING}
    for days, state in ((8, "running"), (9, "declared")):
        session, _ = make.session_with_turns(batch, room, starts_at=DAY + timedelta(days=days), state=state)
        place.more[state] = session.uid
    place.instead["sessions.move"] = {"session_uid": place.more["running"]}
    _replaceable(place, make, batch, room)
    booked, (turn,) = make.session_with_turns(batch, room, starts_at=DAY + timedelta(days=5))
    place.more["open_turn"] = turn.uid
    for endpoint in BOOKING:
        place.instead[endpoint] = {"session_uid": booked.uid}
        place.more[f"applicant {endpoint}"] = make.application(batch, make.candidate(place.body)).uid
    for endpoint in RELEASE:
        booking = make.booking(turn, make.application(batch, make.candidate(place.body)))
        place.instead[endpoint] = {"session_uid": booked.uid, "booking_uid": booking.uid}


def _replaceable(place: Place, make: Factory, batch: Batch, room: Room) -> None:
    """Somebody on duty in an approved session, and somebody else who could come."""
    for days, endpoints in enumerate(REPLACING, 14):
        approved, _ = make.session_with_turns(batch, room, starts_at=DAY + timedelta(days=days), state="approved")
        going, coming = (make.staff(place.body, "proctor") for _ in range(2))
        duty = make.duty(approved, going, "proctor")
        for endpoint in endpoints:
            place.instead[endpoint] = {"session_uid": approved.uid, "duty_uid": duty.uid}
            place.more[f"coming {endpoint}"] = coming.uid


def _absent(place: Place, make: Factory, batch: Batch, room: Room) -> None:
    """Somebody who did not come to a session that is over, listed by the clock."""
    session, (turn,) = make.session_with_turns(batch, room, starts_at=DAY - timedelta(days=5), state="finished")
    booking = make.booking(turn, make.application(batch, make.candidate(place.body)))
    booking.no_show_proposed_at = DAY
    make.save(booking)
    place.instead["sessions.confirm_absent"] = {"session_uid": session.uid}
    place.more["absent"] = booking.uid


def _broken(place: Place, make: Factory, batch: Batch, room: Room) -> None:
    """Somebody to move to a later turn, and a session that something out of service breaks."""
    session, (first, later) = make.session_with_turns(batch, room, turns=2, starts_at=DAY + timedelta(days=12))
    place.more["movable"] = make.booking(first, make.application(batch, make.candidate(place.body))).uid
    place.more["later_turn"] = later.uid
    place.instead |= {endpoint: {"session_uid": session.uid} for endpoint in ("outages.move", "outages.no_place")}
    known = {"known_by": "李婷", "known_at": DAY, "out_from": DAY, "reason": "漏电", "people": 1}
    names = {"stations": ["A-01"], "cameras": [], "told": [], "act_uid": uuid.uuid4()}
    place.more["break"] = make.save(SessionBreak(**place.owner, session_id=session.id, **known, **names)).uid


def _second_guest(place: Place, make: Factory, batch: Batch, clock: Clock) -> None:
    """Somebody else who is expected now: each of the two desks admits one."""
    first = make.session.query(Turn).filter_by(session_id=place.session.id, number=1).one()
    application = make.application(batch, make.candidate(place.body))
    make.booking(first, application)
    place.more["second_code"] = code_of(issue_ticket(application, clock=clock, actor=Actor.system("test")))


def _door(place: Place, make: Factory, batch: Batch, room: Room, clock: Clock) -> None:
    """People of turns that began an hour ago: for what ends a sitting, or decides about one."""
    handed_in, others = (_early_turn(place, make, number) for number in (8, 9))
    stations = make.stations(room)
    _seated(place, make, batch, handed_in, stations[1])
    place.instead["checkin.hand_in_of_turn"] = {"turn_uid": handed_in.uid}
    place.more["mismatched"] = _seated(place, make, batch, others, stations[2]).uid
    place.more["compared_late"] = _seated(place, make, batch, others, stations[1]).uid
    moving = _seated(place, make, batch, _early_turn(place, make, 10), stations[0])
    sitting = select(Sitting.uid).where(Sitting.booking_id == moving.booking_id)
    place.instead["checkin.change_seat"] = {"sitting_uid": make.session.execute(sitting).scalar_one()}
    waits = make.booking(others, make.application(batch, make.candidate(place.body)))
    scan = _scan(place, make, waits, "unsettled", {"admitted": False, "at": DAY.isoformat()}, reason="time_unclear")
    place.instead["checkin.settle_scan"] = {"scan_uid": scan.uid}


def _early_turn(place: Place, make: Factory, number: int) -> Turn:
    first = make.session.query(Turn).filter_by(session_id=place.session.id, number=1).one()
    during = Range(DAY - timedelta(minutes=60), DAY - timedelta(minutes=20))
    place_of = {"session_id": first.session_id, "group_id": first.group_id}
    return make.save(Turn(**place.owner, **place_of, number=number, during=during, capacity=3))


def _seated(place: Place, make: Factory, batch: Batch, turn: Turn, station: Workstation) -> Scan:
    booking = make.booking(turn, make.application(batch, make.candidate(place.body)), "checked_in")
    seat = {"session_id": turn.session_id, "turn_id": turn.id, "workstation_id": station.id}
    make.save(Sitting(**place.owner, **seat, booking_id=booking.id, entered_at=DAY, admitted_by="监考"))
    return _scan(place, make, booking, "admitted", {"admitted": True, "at": DAY.isoformat()})


def _scan(place: Place, make: Factory, booking: Booking, outcome: str, answer: dict[str, Any], **more: str) -> Scan:
    by = {"desk": "签到台 1", "operator_uid": uuid.uuid4(), "nonce": uuid.uuid4(), "via": "camera"}
    times = {"scanned_at": DAY, "received_at": DAY}
    of = {**place.owner, "session_id": booking.session_id, "booking_id": booking.id}
    return make.save(Scan(**of, **by, **times, **more, outcome=outcome, answer=answer))


def _cameras(place: Place, make: Factory) -> None:
    """Cameras that no session counts on, one of them tried, and a room to hang another in."""
    room, other = make.room(place.site, stations=1), make.room(place.site, stations=1)
    tried = {"trial": {"state": "passed", "number": "SY2026-0001", "day": "2026-11-20"}}
    for act in ("admit", "change", "move", "retire", "save_login"):
        more = {"fitness": tried, "admitted_at": None} if act == "admit" else {}
        place.instead[f"cameras.{act}"] = {"camera_uid": make.camera(room, covers_all=False, **more).uid}
    for act in ("admit_one_camera", "change_one_camera", "retire_one_camera"):
        more = {"fitness": tried, "admitted_at": None} if act == "admit_one_camera" else {}
        place.instead[f"cameras_api.{act}"] = {"camera_uid": make.camera(room, covers_all=False, **more).uid}
    place.instead["trials_api.ask_for_trial"] = {"camera_uid": make.camera(room, covers_all=False).uid}
    station = make.stations(room)[0].uid
    for act in ("put_mark", "end_mark"):
        camera = make.camera(room, covers_all=act == "end_mark")
        place.instead[f"marks_api.{act}"] = {"camera_uid": camera.uid, "station_uid": station}
    place.more["camera_room"] = other.uid
    place.instead["cameras_api.enter_camera"] = {"room_uid": other.uid}


def _withdrawable(place: Place, make: Factory, batch: Batch) -> None:
    somebody = make.candidate(place.body)
    objects = {"candidate_uid": somebody.uid, "application_uid": make.application(batch, somebody).uid}
    place.instead["candidates.withdraw_application"] = objects
    place.more["withdrawn"] = make.application(batch, make.candidate(place.body)).uid


def _rosters(place: Place, make: Factory, batch: Batch) -> None:
    model = make.session.query(Roster).filter_by(uid=place.params["roster_uid"]).one()
    kept = {name: getattr(model, name) for name in ("batch_id", "name", "content_digest", "document_key", "sheet")}
    states = {"roster_photos.upload": "saved"} | dict.fromkeys(
        (
            *("rosters.change_rows", "rosters.columns", "rosters.confirm", "rosters.correct", "rosters.save"),
            *("rosters.stop", "rosters.undo_change", "rosters.answer_employer", "rosters.take_back"),
        ),
        "examined",
    )
    for endpoint, state in states.items():
        counts = {"ok": 1, "no": 0, "unclear": 0}
        roster = make.save(Roster(**place.owner, **kept, state=state, row_count=1, counts=counts))
        row = _row(place, make, roster)
        if endpoint in ("rosters.confirm", "rosters.take_back"):  # a person is named by the ID number
            row.id_hash, row.id_sealed = seal_id_number(keyring(), "440606199001010011")
            make.save(row)
        if endpoint == "rosters.take_back" and row.id_hash:
            told = {place.params["group"]: {"by": "李婷", "on": "2026-11-23"}}
            roster.sheet = {**roster.sheet, "seen": {row.id_hash.hex(): told}}
            make.save(roster)
        if endpoint == "rosters.answer_employer":
            roster.sheet = {**roster.sheet, "reading": {"employers": [["别家公司", 1, False]]}}
            make.save(roster)
        if endpoint == "rosters.undo_change":
            row.reasons, row.outcome, roster.counts = [DROPPED], "no", {"ok": 0, "dropped": 1}
            change = {"number": 1, "kind": "dropped", "rows": [2]}
            roster.sheet = {**roster.sheet, "dropped": [2], "changes": [change]}
            make.save(row, roster)
        place.instead[endpoint] = {"roster_uid": roster.uid}


def _lists(place: Place, make: Factory) -> None:
    """Examined lists of people: one with a question, one to put in force, one to put away."""
    filing = make.session.query(Filing).filter_by(uid=place.params["filing_uid"]).one()
    asked = ("filings.choose_names", "filing_lists_api.put_names")
    acts = ("filings.put_list_in_force", "filings.cancel_list")
    for endpoint in (*asked, *acts, "filing_lists_api.count_by_list", "filing_lists_api.put_list_away"):
        listed = make.filing_list(filing, state="examined")
        if endpoint in asked:
            question = {"masked": "4406**********0018", "names": [["何兰", 2], ["何蓝", 3]], "chosen": None}
            listed.findings = {**listed.findings, "questions": [question], "question_count": 1}
            make.save(listed)
        place.instead[endpoint] = {"list_uid": listed.uid}


def _row(place: Place, make: Factory, roster: Roster) -> RosterRow:
    cells = {"raw": ["何兰", "4406**********0011"]}
    return make.save(
        RosterRow(
            **place.owner,
            roster_id=roster.id,
            row_number=2,
            name="何兰",
            id_masked="4406**********0011",
            outcome="ok",
            cells=cells,
            problems=[],
            facts={},
            lines=[],
            reasons=[],
        )
    )


def _segments(place: Place, make: Factory) -> None:
    """A minute that is verified and can be played, and one whose bytes wait to be confirmed."""
    model = make.session.query(Segment).filter_by(uid=place.params["segment_uid"]).one()
    verified = _segment(place, make, model, 2, state="verified", version_id="1", verified_at=DAY, fragments=[FRAGMENT])
    waiting = _segment(place, make, model, 4, state="announced", **parts_of(BYTES, 60_000))
    store().put("footage", waiting.object_key, BYTES)
    place.more |= {"announced": waiting.uid, "verified": verified.uid}


BYTES = payload(500)


def _segment(place: Place, make: Factory, model: Segment, minute: int, **columns: Any) -> Segment:
    names = ("session_id", "camera_id", "arming_id", "device_id", "media_start_ticks", "media_ms", "init_length")
    kept = {name: getattr(model, name) for name in names}
    at = DAY + timedelta(minutes=minute)
    columns = kept | {"fragments": [], "sidecar": {}, "sidecar_digest": b"0" * 32} | columns
    return make.save(
        Segment(
            **place.owner,
            **columns,
            run_uid=uuid.uuid4(),
            sequence=0,
            started_at=at,
            ended_at=at + timedelta(minutes=1),
            size=len(BYTES),
            sha256=hashlib.sha256(BYTES).digest(),
            object_key=f"k/{uuid.uuid4()}",
            announced_at=at,
        )
    )


def _keys(place: Place, make: Factory, clock: Clock) -> None:
    """Codes for one device of each kind, an account that signs in, and a job that failed."""
    place.more |= {f"{kind}_code": create_pairing_code(place.site, kind, clock=clock) for kind in ("desk", "recorder")}
    place.more |= {"login": make.user("operator").login, "password": PASSWORD}
    place.more["notice"] = notice_given_up(make).uid
    for act in ("notices.told", "notices.correct_address"):
        place.instead |= {act: {"notice_uid": notice_given_up(make).uid}}
    place.more["failed_job"] = make.session.execute(FAILED_JOB).scalar_one()


def _unfiled(place: Place, make: Factory) -> None:
    """A body that nobody has entered yet, and an entity of which nothing was handed in."""
    for endpoint in ("entities_api.invite_coordinator_again", "entities.invite", "entities.correct_entity"):
        body = make.body(district=place.body.district, state="draft")
        entity = make.session.get_one(LegalEntity, body.legal_entity_id)
        place.instead |= {endpoint: {"entity_uid": entity.uid, "body_uid": body.uid}}
    for endpoint in ANSWERING:
        place.instead |= {endpoint: {"opening_uid": make.opening_request(place.body.district).uid}}
    said = {"state": "returned", "decided_at": DAY, "decided_by_name": "区局经办", "reason": "执照看不清"}
    place.more["own_openings"] = {
        **{f"openings.{name}": _unproven(place, make) for name in ("prove", "send_again")},
        "openings.correct": make.opening_request(place.body.district, **said).uid,
    }
    place.instead |= {"entities.show": {"entity_uid": entity.uid}}  # with every form of the page
    place.more["unfiled_seen"] = f"{entity.credit_code}|{entity.name}"


def _unproven(place: Place, make: Factory) -> uuid.UUID:
    """A request whose code is 000000."""
    number, later = f"KH{secrets.token_hex(5).upper()}", DAY + timedelta(days=1)
    digest = keyring().lookup(f"{number}:000000", "opening-code")
    waits = {"state": "unproven", "proven_at": None, "code_digest": digest, "code_until": later}
    uid: uuid.UUID = make.opening_request(place.body.district, number=number, **waits).uid
    return uid


def _accounts(place: Place, make: Factory, clock: Clock) -> None:
    """Somebody of the body for each act of its administrators, and a link that waits to be used."""
    acts = ("change_body", "end", "export_list", "give_back", "send_link", "show")
    joined, free = (make.user("security", place.body) for _one in range(2))
    linked, unlinked = make.staff(place.body, user_id=joined.id), make.staff(place.body)
    place.more |= {"linked": linked.uid, "unlinked": unlinked.uid}
    place.instead |= {"account_person.end": {"account_uid": joined.uid}}
    by_api = [make.user("security", place.body) for _one in range(2)]
    there, free_one = make.staff(place.body, user_id=by_api[0].id), make.staff(place.body)
    place.instead["account_person_api.link_person"] = {"account_uid": by_api[1].uid, "person_uid": free_one.uid}
    place.instead["account_person_api.unlink_person"] = {"account_uid": by_api[0].uid, "person_uid": there.uid}
    place.instead |= {"account_person.save": {"account_uid": free.uid}}
    people = {act: make.user("security", place.body) for act in acts}
    place.params["account_uid"] = people["show"].uid
    place.instead |= {f"account_admin.{act}": {"account_uid": one.uid} for act, one in people.items()}
    gone = people["give_back"]
    make.run_as_owner(TAKEN_BACK, user=gone.id)
    make.run_as_owner("DELETE FROM role_grant WHERE user_id = :user", user=gone.id)
    link = secrets.token_urlsafe(24)
    until = clock.now() + timedelta(days=3650)
    values = {"digest": digest_of(link), "user": people["show"].id, "until": until}
    make.run_as_owner(LINK, **values)
    _unfiled(place, make)
    place.more |= {"link": link, "second_body": make.body(district=place.body.district).uid}

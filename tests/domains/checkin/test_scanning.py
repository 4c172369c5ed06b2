"""The desk: admitted once with a drawn seat, every refusal with its reason, repeats answered as the first."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from examops.audit.models import AuditEntry
from examops.checkin.finding import ScannedSession, lock_scan
from examops.checkin.models import Lot, LotDraw, Scan, Sitting
from examops.checkin.storing import KeptScan, store_scan
from examops.core import draws
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.extensions import store
from examops.core.transaction import transaction
from examops.eligibility.models import Candidate
from examops.sessions.booking.service import book_one
from examops.sessions.booking.tickets import code_of
from examops.sessions.models import Booking, Ticket
from tests.browsers import signed_in
from tests.domains.checkin.conftest import ID_NUMBER
from tests.factories import DAY
from tests.statements import counted


def test_the_person_is_admitted_with_a_drawn_seat(exam, codes, desk) -> None:
    answer = desk(codes[0]).json
    assert answer["admitted"] is True
    assert answer["seat"].startswith("A-")
    assert answer["turn"] == "第 1 轮"
    assert "*" in answer["name"]
    assert answer["state"]["present"] == 1
    assert answer["state"]["due"] == 4


def test_seats_can_be_recomputed_from_the_seed_by_anybody(exam, codes, desk) -> None:
    """A turn that was approved before lots were committed is bound at its first scan."""
    seats = {desk(code).json["seat"] for code in codes[:3]}
    assert len(seats) == 3
    draw = db.session.execute(select(LotDraw)).scalar_one()
    query = select(Booking.uid).join(Lot, Lot.booking_id == Booking.id).where(Lot.turn_id == draw.turn_id)
    uids = [str(uid) for uid in db.session.execute(query).scalars()]
    stations = [f"A-{n:02d}" for n in range(1, 13)]
    assert set(draws.allot(bytes(draw.seed), b"", uids, stations).values()) == seats
    assert draws.commit(bytes(draw.seed), uids, stations) == bytes(draw.commitment)


def test_nobody_enters_a_session_that_was_not_started(exam, codes, desk, make) -> None:
    exam[1].state = "closed"
    make.save(exam[1])
    answer = desk(codes[0]).json
    assert (answer["admitted"], answer["reason"]["code"]) == (False, "not_started")
    assert answer["reason"]["todo"]


def test_nobody_hands_in_before_the_earliest_minute(exam, codes, desk, make, sign_in, clock) -> None:
    desk(codes[0])
    sitting = db.session.execute(select(Sitting)).scalar_one()
    client = sign_in(make.on_duty(make.user("proctor", exam[0]), exam[1]))
    clock.instant = DAY + timedelta(minutes=29)
    refused = client.post(f"/desk/sittings/{sitting.uid}/hand_in", headers={"Accept": "application/json"})
    assert refused.status_code == 409
    assert "09:30" in refused.text
    clock.instant = DAY + timedelta(minutes=30)
    assert client.post(f"/desk/sittings/{sitting.uid}/hand_in").status_code == 302


def test_a_repeated_scan_gets_the_first_answer_even_after_things_changed(exam, codes, desk, clock) -> None:
    nonce = str(uuid.uuid4())
    first = desk(codes[0], nonce).json
    clock.instant += timedelta(hours=3)
    again = desk(codes[0], nonce).json
    assert again["repeated"] is True
    assert {key: again[key] for key in ("admitted", "seat", "at")} == {
        key: first[key] for key in ("admitted", "seat", "at")
    }
    assert db.session.execute(select(func.count(Scan.id))).scalar() == 1


def test_a_code_that_is_in_is_answered_as_the_first_time_with_the_seat(exam, codes, desk, clock) -> None:
    """One phone held still, or a person who comes back to the door: green stays green."""
    first = desk(codes[0]).json
    clock.instant += timedelta(minutes=7)
    again = desk(codes[0]).json
    shown = ("admitted", "seat", "name", "at", "turn")
    assert {key: again[key] for key in shown} == {key: first[key] for key in shown}
    assert (again["came_before"], again["state"]["present"], again["state"]["refused"]) == (True, 1, 0)
    assert again["scan_uid"] != first["scan_uid"], "what is said about this face is not said about the first"
    kept = select(Scan.outcome).where(Scan.booking_id.is_not(None)).order_by(Scan.id)
    assert list(db.session.execute(kept).scalars()) == ["admitted", "repeated"]


def test_who_has_handed_in_does_not_come_in_again(exam, codes, desk, make, sign_in, clock) -> None:
    desk(codes[0])
    sitting = db.session.execute(select(Sitting)).scalar_one()
    clock.instant = DAY + timedelta(minutes=35)  # past the time before which nobody may leave for good
    client = sign_in(make.on_duty(make.user("proctor", exam[0]), exam[1]))
    client.post(f"/desk/sittings/{sitting.uid}/hand_in")
    assert desk(codes[0]).json["reason"]["code"] == "handed_in"


def test_an_id_number_works_where_the_code_does_not(exam, codes, desk, clock) -> None:
    answer = desk(id_number=ID_NUMBER.lower()).json
    assert (answer["admitted"], answer["turn"]) == (True, "第 2 轮")


@pytest.mark.parametrize(("minutes", "code"), [(-90, "too_early"), (-30, ""), (15, ""), (16, "too_late")])
def test_the_window_of_a_turn_is_kept_to_the_minute(exam, codes, desk, clock, minutes: int, code: str) -> None:
    clock.instant = DAY + timedelta(minutes=minutes)
    answer = desk(codes[0]).json
    assert (answer.get("reason") or {}).get("code", "") == code


@pytest.fixture
def elsewhere(exam, make, clock) -> str:
    """The code of somebody with a photo, who is placed into another session of the same body."""
    body = exam[0]
    batch = make.batch(body)
    room = make.room(make.site(body), name="B栋 203")
    other, turns = make.session_with_turns(batch, room, starts_at=DAY + timedelta(hours=4))
    candidate = make.candidate(body, id_number="440604199001010034", photo_key="photos/elsewhere")
    application = make.application(batch, candidate)
    store().put("documents", "photos/elsewhere", b"a face")
    with transaction():
        book_one(application.uid, turns[0].uid, actor=Actor.system("test"), clock=clock)
    code = code_of(db.session.execute(select(Ticket).where(Ticket.application_id == application.id)).scalar_one())
    db.session.rollback()
    return code


def test_somebody_of_another_session_is_sent_to_the_right_door(elsewhere, desk) -> None:
    answer = desk(elsewhere).json
    assert answer["reason"]["code"] == "wrong_session"
    assert "13:00 B栋 203" in answer["reason"]["answer"]


def test_a_face_is_seen_by_the_desk_that_scanned_it_and_by_no_other(exam, elsewhere, desk, client, make) -> None:
    uid = db.session.execute(select(Candidate.uid).where(Candidate.photo_key == "photos/elsewhere")).scalar_one()
    db.session.rollback()
    assert client.get(f"/desk/photos/{uid}").status_code == 404, "nobody has come to this desk"
    shown = client.get(desk(elsewhere).json["photo_url"])
    assert (shown.status_code, shown.data) == (200, b"a face")
    another = client.application.test_client()
    with another.session_transaction() as browser:
        browser.update(signed_in(client.application, make.user("proctor", exam[0])))
    assert another.get(f"/desk/photos/{uid}").status_code == 404


def test_unknown_and_revoked_codes_are_refused_and_kept(exam, codes, desk, make, clock) -> None:
    assert desk("A" * 26).json["reason"]["code"] == "unknown"
    ticket = db.session.execute(select(Ticket).where(Ticket.application_id == exam[3][0].id)).scalar_one()
    ticket.revoked_at = clock.now()
    make.save(ticket)
    assert desk(codes[0]).json["reason"]["code"] == "revoked"
    assert db.session.execute(select(func.count(Scan.id)).where(Scan.outcome == "refused")).scalar() == 2


def test_a_late_record_wins_over_a_proposed_no_show(exam, codes, desk, make) -> None:
    booking = db.session.execute(select(Booking).where(Booking.application_id == exam[3][0].id)).scalar_one()
    booking.state = "no_show"
    make.save(booking)
    assert desk(codes[0]).json["admitted"] is True


def test_a_foreign_bodys_desk_sees_neither_session_nor_person(exam, codes, make, sign_in, clock) -> None:
    stranger = sign_in(make.user("proctor", make.body()))
    body = {"nonce": str(uuid.uuid4()), "scanned_at": clock.now().isoformat(), "code": codes[0]}
    assert stranger.post(f"/desk/{exam[1].uid}/scans", json=body).status_code == 404


def test_a_nonce_that_comes_with_another_code_is_a_conflict_and_no_answer(exam, codes, desk) -> None:
    nonce = str(uuid.uuid4())
    desk(codes[0], nonce)
    for other in ({"code": codes[1]}, {"id_number": ID_NUMBER}):
        answer = desk(nonce=nonce, **other)
        assert (answer.status_code, answer.json["code"]) == (409, "scan.nonce_used")
        assert answer.json["advice"]
    assert desk(codes[0].lower() + "\r", nonce).json["repeated"] is True, "the same code written otherwise"


@pytest.mark.parametrize("body", [{}, {"code": "A"}, {"nonce": "x", "scanned_at": "y", "code": "A"}, [1]])
def test_a_malformed_scan_is_refused_in_words(exam, make, sign_in, body) -> None:
    answer = sign_in(make.on_duty(make.user("proctor", exam[0]), exam[1])).post(f"/desk/{exam[1].uid}/scans", json=body)
    assert answer.status_code in (400, 422)
    assert answer.json["message"]


def test_leaving_coming_back_and_handing_in_are_kept(exam, codes, desk, make, sign_in, clock) -> None:
    desk(codes[0])
    clock.instant = DAY + timedelta(minutes=30)
    sitting = db.session.execute(select(Sitting)).scalar_one()
    client = sign_in(make.on_duty(make.user("proctor", exam[0]), exam[1]))
    for act in ("leave", "back", "hand_in"):
        assert client.post(f"/desk/sittings/{sitting.uid}/{act}").status_code == 302
    db.session.refresh(sitting)
    assert sitting.left_at is not None
    tags = list(
        db.session.execute(
            select(AuditEntry.tag).where(AuditEntry.tag.like("sitting:%")).order_by(AuditEntry.id)
        ).scalars()
    )
    assert tags == ["sitting:left", "sitting:back", "sitting:ended"]


def test_who_was_moved_while_the_desk_looked_is_judged_by_the_new_turn(exam, codes, desk, make, monkeypatch) -> None:
    turn, application = exam[2][1], exam[3][0]
    turn_id, application_id, during = turn.id, application.id, turn.during

    def move_first(nonce: uuid.UUID, booking_id: int | None) -> None:
        moved = "UPDATE booking SET turn_id = :turn, during = tstzrange(:since, :until) WHERE application_id = :one"
        make.run_as_owner(moved, turn=turn_id, since=during.lower, until=during.upper, one=application_id)
        lock_scan(nonce, booking_id)

    monkeypatch.setattr("examops.checkin.scanning.lock_scan", move_first)
    answer = desk(codes[0]).json
    assert (answer["admitted"], answer["turn"]) == (True, "第 2 轮")


@pytest.mark.parametrize("change", ["state = 'cancelled'", "turn_id = :turn, during = tstzrange(:since, :until)"])
def test_who_was_moved_between_look_and_entry_is_judged_anew(exam, codes, desk, make, monkeypatch, change) -> None:
    """With the lots drawn nothing is locked before the scan is written: the statement itself sees the other row."""
    desk(codes[1])  # draws the lots
    turn, application = exam[2][1], exam[3][0]
    given = {"turn": turn.id, "since": turn.during.lower, "until": turn.during.upper, "one": application.id}

    def move_first(kept: KeptScan, session: ScannedSession, *, actor: Actor) -> dict[str, object]:
        monkeypatch.undo()
        asked = {name: value for name, value in given.items() if f":{name}" in f"{change} :one"}
        make.run_as_owner(f"UPDATE booking SET {change} WHERE application_id = :one", **asked)
        return store_scan(kept, session, actor=actor)

    monkeypatch.setattr("examops.checkin.scanning.store_scan", move_first)
    answer = desk(codes[0]).json
    if "cancelled" in change:
        assert answer["admitted"] is False
        return
    assert (answer["admitted"], answer["turn"]) == (True, "第 2 轮")
    kept = db.session.execute(select(func.count(Scan.id))).scalar()
    assert kept == 2, "what was judged by the old place left nothing behind"


def test_a_scan_that_another_connection_kept_meanwhile_is_answered_as_kept(app, exam, desk, make, clock, monkeypatch):
    """The database refuses the second row of a nonce, and with it the line in the log."""
    login = signed_in(app, make.on_duty(make.user("proctor", exam[0]), exam[1]))
    nonce, uid, instant = str(uuid.uuid4()), exam[1].uid, clock.now().isoformat()
    unknown, first = "A" * 26, {}

    def scan_elsewhere() -> None:
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(login)
        body = {"nonce": nonce, "scanned_at": instant, "code": unknown}
        first.update(client.post(f"/desk/{uid}/scans", json=body).json)

    def keep_first(kept: KeptScan, session: ScannedSession, *, actor: Actor) -> dict[str, object]:
        monkeypatch.undo()
        monkeypatch.setattr("examops.checkin.scanning.lock_scan", lambda *_: None)  # this test's own request holds it
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(scan_elsewhere).result()
        monkeypatch.undo()
        return store_scan(kept, session, actor=actor)

    monkeypatch.setattr("examops.checkin.scanning.store_scan", keep_first)
    again = desk(unknown, nonce).json
    assert (again["repeated"], again["scan_uid"], again["admitted"]) == (True, first["scan_uid"], False)
    assert db.session.execute(select(func.count(Scan.id))).scalar() == 1
    refused = select(func.count(AuditEntry.id)).where(AuditEntry.tag == "scan:refused")
    assert db.session.execute(refused).scalar() == 1


def test_a_scan_takes_no_more_statements_than_it_needs(app, exam, codes, desk) -> None:
    """Who asks with the scope, everything a scan is judged by, what is written, the desk's new state."""
    desk(codes[0])  # draws the lots of the turn
    with counted(app) as seen:
        assert desk(codes[1]).json["admitted"]
    assert len(seen) == 4, seen


@pytest.mark.race
def test_eight_desks_scanning_one_code_at_once_admit_once(app, exam, codes, make, clock) -> None:
    user = make.on_duty(make.user("proctor", exam[0]), exam[1])
    login = signed_in(app, user)
    uid, instant = exam[1].uid, clock.now().isoformat()
    db.session.remove()
    barrier, answers = Barrier(8), []

    def run() -> None:
        with app.app_context():
            client = app.test_client()
            with client.session_transaction() as session:
                session.update(login)
            barrier.wait()
            answers.append(
                client.post(
                    f"/desk/{uid}/scans", json={"nonce": str(uuid.uuid4()), "scanned_at": instant, "code": codes[0]}
                ).json
            )

    threads = [Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.get("came_before", False) for answer in answers) == [False] + [True] * 7
    assert len({answer["seat"] for answer in answers}) == 1
    assert db.session.execute(select(func.count(Sitting.id))).scalar() == 1

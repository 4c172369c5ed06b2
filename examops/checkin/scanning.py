"""One scan at the desk: nonce first, then who, when and whether; whatever is answered is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from config.rulebook import Rulebook
from examops.checkin.admission import Refusal, Window, refuse, settle_later
from examops.checkin.answers import admitted_answer, elsewhere_words, here_words, refused_answer, repeated_answer
from examops.checkin.door import Visitor
from examops.checkin.finding import (
    FirstAnswer,
    Place,
    ScanMatch,
    ScannedSession,
    Seen,
    lock_scan,
    place_and_answer,
    see,
    see_at_door,
)
from examops.checkin.moments import BelievedMoment, ScanTimes, believe
from examops.checkin.readings import ReadText, read_text
from examops.checkin.seating import seated, values_of_sitting
from examops.checkin.storing import KeptScan, Moved, RepeatedAtOnce, store_scan
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.keys import Keyring, digest_of, id_number_hashes
from examops.core.language import N_
from examops.sessions.models import ExamSession


class NonceUsed(Conflict):
    code, message = "scan.nonce_used", N_("这个请求号已经用在另一个人身上")
    advice = N_("请重新扫一次码")


@dataclass(frozen=True)
class Reading:
    """What came in, how, when, and on which desk. ``handed_over``: from a tablet that may not scan any more."""

    nonce: UUID
    via: str
    read: ReadText
    times: ScanTimes
    desk: str
    device_uid: UUID | None = None
    handed_over: bool = False

    @classmethod
    def at_once(cls, text: str, at: datetime, desk: str) -> Reading:
        """A code scanned and sent at the moment ``at``. Raises Misread."""
        return cls(uuid4(), "scanner", read_text(text), ScanTimes(at, at, timedelta(), at), desk)


@dataclass(frozen=True)
class Means:
    """Who scans, and what a scan is judged with."""

    actor: Actor
    clock: Clock
    rules: Rulebook
    ring: Keyring


def scan(
    reading: Reading, session: ExamSession, *, actor: Actor, clock: Clock, rules: Rulebook, ring: Keyring
) -> dict[str, Any]:
    """The answer of the desk. A repeated nonce is answered as the first time, whatever happened since.

    Raises NonceUsed where the nonce came with another code or number before.
    """
    return _scan(reading, see(reading.read, reading.nonce, session.id, ring), Means(actor, clock, rules, ring))


def scan_at_door(reading: Reading, session_uid: UUID, by: Visitor, means: Means) -> tuple[dict[str, Any], int]:
    """The same by somebody at the desk, with the session's number. Raises as a desk that one may not open, too."""
    seen = see_at_door(reading.read, reading.nonce, session_uid, by, means.ring)
    return _scan(reading, seen, means), seen.session.id


def _scan(reading: Reading, seen: Seen, means: Means) -> dict[str, Any]:
    """Without a lock first: an admission is written only where nothing has moved since it was seen, so all but the
    first scan of a turn, and what two desks do at one moment, are one query and one statement."""
    try:
        return _judge(reading, seen, means)
    except Moved:
        lock_scan(reading.nonce, seen.booking_id)
    place, first = place_and_answer(seen.booking_id, reading.nonce)
    try:
        return _judge(reading, replace(seen, place=place, first=first), means, is_locked=True)
    except Moved as error:  # by somebody who does not take these locks, as a release
        raise RepeatedAtOnce() from error


def _judge(reading: Reading, seen: Seen, means: Means, *, is_locked: bool = False) -> dict[str, Any]:
    """Raises Moved, of an unlocked place also where a seat has to be found for it first."""
    session, place, actor = seen.session, seen.place, means.actor
    digests = _digests(reading.read, means.ring)
    if seen.first is not None:
        return _first_answer(seen.first, digests, session)
    moment = _moment(reading, session, means.rules)
    refusal = seen.missing() or _refusal(place, session, moment, means.rules)
    if refusal is None and place is not None and place.station_id is None:
        if not is_locked:
            raise Moved()
        place = seated(place, db.session.get_one(ExamSession, session.id), actor=actor, clock=means.clock)
    outcome, answer = _answer(refusal, seen.person, place, session, moment)
    sitting = values_of_sitting(place, moment.at, actor) if outcome == "admitted" and place else None
    reason = refusal.code if refusal else ""
    kept = KeptScan(reading, moment, digests[0], outcome, reason, answer, seen.booking_id, sitting)
    return store_scan(kept, session, actor=actor)


def _digests(read: ReadText, ring: Keyring) -> tuple[bytes, ...]:
    """The digest to keep first; those of before that a repeated request may have been kept with behind it."""
    return (digest_of(read.key),) if read.codes else id_number_hashes(ring, read.id_number)


def _first_answer(first: FirstAnswer, digests: tuple[bytes, ...], session: ScannedSession) -> dict[str, Any]:
    # Rows of 0.1.0 and of before a change of the secret carry no digest; their nonces are random and long over.
    if first.session_id != session.id or first.digest not in (None, *digests):
        raise NonceUsed()
    return {**first.answer, "repeated": True}


def _moment(reading: Reading, session: ScannedSession, rules: Rulebook) -> BelievedMoment:
    received = reading.times.received_at
    tolerance = timedelta(seconds=rules.value("session.scan_clock_tolerance_seconds", local_day(received)))
    moment = believe(reading.times, session.desk_opens_at, tolerance)
    if reading.handed_over and not moment.doubt and received - moment.at > tolerance:
        return BelievedMoment(received, moment.claimed, "handed_over")
    return moment


def _refusal(place: Place | None, session: ScannedSession, moment: BelievedMoment, rules: Rulebook) -> Refusal | None:
    day = local_day(moment.at)
    window = Window(rules.value("session.early_minutes", day), rules.value("session.late_minutes", day))
    return settle_later(refuse(place.as_seen_from(session) if place else None, session.id, moment.at, window), moment)


def _answer(
    refusal: Refusal | None,
    found: ScanMatch | None,
    place: Place | None,
    session: ScannedSession,
    moment: BelievedMoment,
) -> tuple[str, dict[str, Any]]:
    """The outcome as it is stored, and the answer."""
    if found and place and place.seat and (refusal is None or refusal.code == "already_in"):
        at = moment.at if place.entered_at is None else place.entered_at
        answer = admitted_answer(found, place, place.seat, at)
        return ("admitted", answer) if refusal is None else ("repeated", repeated_answer(answer))
    assert refusal
    elsewhere = elsewhere_words(place) if place and refusal.code == "wrong_session" else ""
    answer = refused_answer(refusal, found.person if found else None, moment.at, elsewhere, here_words(session))
    return ("unsettled" if answer["unsettled"] else "refused"), answer

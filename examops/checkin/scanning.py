"""One scan at the desk: nonce first, then who, when and whether; whatever is answered is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from config.rulebook import Rulebook
from examops.checkin.admission import Refusal, Window, refuse, settle_later
from examops.checkin.answers import admitted_answer, elsewhere_words, here_words, refused_answer, repeated_answer
from examops.checkin.finding import FirstAnswer, Place, ScanMatch, find, lock_scan, place_and_answer
from examops.checkin.moments import BelievedMoment, ScanTimes, believe
from examops.checkin.readings import ReadText, read_text
from examops.checkin.seating import seated, values_of_sitting
from examops.checkin.storing import KeptScan, store_scan
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
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


def scan(
    reading: Reading, session: ExamSession, *, actor: Actor, clock: Clock, rules: Rulebook, ring: Keyring
) -> dict[str, Any]:
    """The answer of the desk. A repeated nonce is answered as the first time, whatever happened since.

    Raises NonceUsed where the nonce came with another code or number before.
    """
    digests = _digests(reading.read, ring)
    found, missing = find(reading.read, session, ring)
    booking_id = found.booking_id if found else None
    lock_scan(reading.nonce, booking_id)
    place, first = place_and_answer(booking_id, reading.nonce)
    if first is not None:
        return _first_answer(first, digests, session)
    moment = _moment(reading, session, rules)
    refusal = missing or _refusal(place, session, moment, rules)
    if refusal is None and place is not None:
        place = seated(place, session, actor=actor, clock=clock)
    outcome, answer = _answer(refusal, found, place, session, moment)
    sitting = values_of_sitting(place, moment.at, actor) if outcome == "admitted" and place else None
    reason = refusal.code if refusal else ""
    kept = KeptScan(reading, moment, digests[0], outcome, reason, answer, booking_id, sitting)
    return store_scan(kept, session, actor=actor)


def _digests(read: ReadText, ring: Keyring) -> tuple[bytes, ...]:
    """The digest to keep first; those of before that a repeated request may have been kept with behind it."""
    return (digest_of(read.key),) if read.codes else id_number_hashes(ring, read.id_number)


def _first_answer(first: FirstAnswer, digests: tuple[bytes, ...], session: ExamSession) -> dict[str, Any]:
    # Rows of 0.1.0 and of before a change of the secret carry no digest; their nonces are random and long over.
    if first.session_id != session.id or first.digest not in (None, *digests):
        raise NonceUsed()
    return {**first.answer, "repeated": True}


def _moment(reading: Reading, session: ExamSession, rules: Rulebook) -> BelievedMoment:
    received = reading.times.received_at
    tolerance = timedelta(seconds=rules.value("session.scan_clock_tolerance_seconds", local_day(received)))
    moment = believe(reading.times, session.desk_opens_at, tolerance)
    if reading.handed_over and not moment.doubt and received - moment.at > tolerance:
        return BelievedMoment(received, moment.claimed, "handed_over")
    return moment


def _refusal(place: Place | None, session: ExamSession, moment: BelievedMoment, rules: Rulebook) -> Refusal | None:
    day = local_day(moment.at)
    window = Window(rules.value("session.early_minutes", day), rules.value("session.late_minutes", day))
    return settle_later(refuse(place.as_seen_from(session) if place else None, session.id, moment.at, window), moment)


def _answer(
    refusal: Refusal | None, found: ScanMatch | None, place: Place | None, session: ExamSession, moment: BelievedMoment
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

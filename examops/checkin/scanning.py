"""One scan at the desk: nonce first, then who, when and whether; whatever is answered is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.checkin.admission import Refusal, Window, refuse, settle_later
from examops.checkin.answers import elsewhere_words, here_words, refused_answer, repeated_answer
from examops.checkin.finding import ScanMatch, find, seat_placement
from examops.checkin.models import Scan
from examops.checkin.moments import BelievedMoment, ScanTimes, believe
from examops.checkin.readings import ReadText, read_text
from examops.checkin.seating import admit, seated_answer
from examops.checkin.storing import KeptScan, store_scan
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.keys import Keyring, digest_of, id_number_hashes
from examops.core.language import N_
from examops.core.locking import lock_all
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
    lock_all(("scan", int.from_bytes(reading.nonce.bytes[:7], "big")))
    digests = _digests(reading.read, ring)
    before = db.session.execute(select(Scan).where(Scan.nonce == reading.nonce)).scalar_one_or_none()
    if before is not None:
        return _first_answer(before, digests, session)
    moment = _moment(reading, session, rules)
    found, missing = find(reading.read, session, ring)
    refusal = missing or _refusal(found, session, moment, rules)
    outcome, answer = _answer(refusal, found, session, moment, actor, clock)
    kept = KeptScan(reading, moment, digests[0], outcome, refusal.code if refusal else "", answer)
    return store_scan(kept, session, found.booking if found else None, actor=actor)


def _digests(read: ReadText, ring: Keyring) -> tuple[bytes, ...]:
    """The digest to keep first; those of before that a repeated request may have been kept with behind it."""
    return (digest_of(read.key),) if read.codes else id_number_hashes(ring, read.id_number)


def _first_answer(before: Scan, digests: tuple[bytes, ...], session: ExamSession) -> dict[str, Any]:
    # Rows of 0.1.0 and of before a change of the secret carry no digest; their nonces are random and long over.
    if before.session_id != session.id or before.reading_digest not in (None, *digests):
        raise NonceUsed()
    return {**before.answer, "repeated": True}


def _moment(reading: Reading, session: ExamSession, rules: Rulebook) -> BelievedMoment:
    received = reading.times.received_at
    tolerance = timedelta(seconds=rules.value("session.scan_clock_tolerance_seconds", local_day(received)))
    moment = believe(reading.times, session.desk_opens_at, tolerance)
    if reading.handed_over and not moment.doubt and received - moment.at > tolerance:
        return BelievedMoment(received, moment.claimed, "handed_over")
    return moment


def _refusal(found: ScanMatch | None, session: ExamSession, moment: BelievedMoment, rules: Rulebook) -> Refusal | None:
    if found is None:
        return Refusal("unknown")
    day = local_day(moment.at)
    window = Window(rules.value("session.early_minutes", day), rules.value("session.late_minutes", day))
    return settle_later(refuse(seat_placement(found, session), session.id, moment.at, window), moment)


def _answer(
    refusal: Refusal | None,
    found: ScanMatch | None,
    session: ExamSession,
    moment: BelievedMoment,
    actor: Actor,
    clock: Clock,
) -> tuple[str, dict[str, Any]]:
    """The outcome as it is stored, and the answer."""
    if refusal is None:
        assert found
        return "admitted", admit(session, found, moment.at, actor=actor, clock=clock)
    booking = found.booking if found else None
    if refusal.code == "already_in" and found:
        return "repeated", repeated_answer(seated_answer(session, found))
    elsewhere = elsewhere_words(booking) if booking and refusal.code == "wrong_session" else ""
    candidate = found.candidate if found else None
    answer = refused_answer(refusal, candidate, moment.at, elsewhere, here_words(session))
    return ("unsettled" if answer["unsettled"] else "refused"), answer

"""Which filings an officer may accept in one act, and why the others are left out. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.language import N_, Message, message
from examops.filings.acting import must_be_another
from examops.filings.gathering import Dossier, dossier, lines_of
from examops.filings.hands import Hand, hand_of
from examops.filings.judging import Line
from examops.filings.models import Filing
from examops.filings.rulings import OF_CITY
from examops.filings.standing import named, not_met
from examops.filings.versions import must_be_read

# Whose turn → the act that accepts.
ACCEPTS = {"district_bureau": "reviewed", "city_bureau": "filed"}


@dataclass(frozen=True)
class Candidate:
    """``why`` is empty for one that may be accepted; ``seen`` as forms carry it."""

    found: Dossier
    hand: Hand
    why: Message

    @property
    def is_fit(self) -> bool:
        return not self.why.text


def candidates(actor: Actor, day: date, now: datetime, book: Rulebook) -> list[Candidate]:
    """Everything that waits for this person's office in their scope, the most urgent first, up to the rule's limit."""
    query = (
        select(Filing)
        .where(Filing.clock_owner == actor.role)
        .order_by(Filing.due_on, Filing.id)
        .limit(book.value("filing.accept_at_once_max", day))
    )
    return [candidate(filing, actor, day, now, book) for filing in db.session.execute(query).scalars()]


def candidate(filing: Filing, actor: Actor, day: date, now: datetime, book: Rulebook) -> Candidate:
    found, act = dossier(filing), ACCEPTS[actor.role]
    try:
        hand = hand_of(filing, act, None, actor=actor, now=now)
        must_be_another(found, act, hand)
        must_be_read(found.versions, found.documents)
    except DomainError as error:
        return Candidate(found, Hand(actor), error.wording)
    return Candidate(found, hand, _open_lines(lines_of(found, day, book), actor.role))


def _open_lines(lines: Sequence[Line], role: str) -> Message:
    """The conditions with ✗ or "?"; the district leaves out those that only the city rules on."""
    theirs = [line for line in not_met(lines) if role == "city_bureau" or line.rule.key not in OF_CITY]
    if not lines:
        return message(N_("没有条件可判"))
    if not theirs:
        return Message("")
    return message(N_("{count} 项没有落实：{missing}"), count=len(theirs), missing=named(theirs))

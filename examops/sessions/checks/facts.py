"""What the checks look at. Everything is in values already: nothing here asks the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from examops.core.errors import DomainError
from examops.sessions.capacity.standards import Standard
from examops.sessions.capacity.terms import NATIONAL, Terms
from examops.sites import SiteFinding

EXAMINERS = ("leader", "examiner")
EXAMINER_CARDS = ("examiner", "senior_examiner")


@dataclass(frozen=True)
class Card:
    kind: str
    occupation_code: str
    valid_from: date
    valid_until: date
    levels: tuple[str, ...] = ()  # none: the card does not say which, and covers all

    def holds(self, kinds: tuple[str, ...], code: str, day: date, level: str = "") -> bool:
        is_kind = self.kind in kinds and self.occupation_code in ("", code)
        fits = not level or not self.levels or level in self.levels
        return is_kind and fits and self.valid_from <= day <= self.valid_until


@dataclass(frozen=True)
class PersonOnDuty:
    """``serves`` are numbers of groups, empty for all. ``recusal`` is pass, fail or unclear: who has not stated their
    relations, or not to everybody on the list, is unclear. ``is_signed_in``: came, in person."""

    staff_id: int
    name: str
    role: str
    serves: tuple[int, ...] = ()
    cards: tuple[Card, ...] = ()
    recusal: str = "unclear"
    is_signed_in: bool = False

    def examines(self, code: str, day: date, level: str = "") -> bool:
        """On duty as examiner with a card for the occupation and level that is valid on the day."""
        return self.role in EXAMINERS and any(card.holds(EXAMINER_CARDS, code, day, level) for card in self.cards)

    def leads(self, code: str, day: date, level: str = "") -> bool:
        is_senior = any(card.holds(("senior_examiner",), code, day, level) for card in self.cards)
        return self.role == "leader" and is_senior


@dataclass(frozen=True)
class GroupFacts:
    """``minutes`` of its shortest turn; ``capacity`` of its tightest, ``most`` people in one (booked or to come)."""

    number: int
    title: str
    occupation_code: str
    level: str
    part: str
    standard_version: str
    minutes: int
    capacity: int
    most: int
    people: tuple[PersonOnDuty, ...]
    terms: Terms = NATIONAL

    @property
    def standard(self) -> Standard:
        return Standard(self.occupation_code, self.standard_version, self.level, self.terms)


@dataclass(frozen=True)
class PlannedLine:
    """What a body's work plan says of one occupation and level. ``site`` is a uid, "" where none was named."""

    parts: tuple[str, ...]
    site: str
    site_name: str
    examiners: int
    proctors: int


@dataclass(frozen=True)
class FiledPlan:
    """The work plan in force when the session begins. ``lines`` by occupation code and level."""

    version: int
    lines: Mapping[tuple[str, str], PlannedLine]


@dataclass(frozen=True)
class SessionFacts:
    """``lead_days`` are working days from the (first) declaration, or from today, to the day of the exam;
    ``is_late`` once that day has come for a session that is not approved.

    ``covered`` of the ``stations`` admitted cameras see throughout; ``dark`` are cameras out of service meanwhile.
    ``booked`` and ``held`` count places; None before the session is saved. ``filing`` refuses what is not filed.
    ``site``: by what right the body has the site, and whether it was verified; ``held_at`` is its uid, ``lender``
    who lent it, "" for one's own. ``plan`` is None where the body has none in force, or the reader does not see it.
    """

    day: date
    lead_days: int
    is_late: bool
    groups: tuple[GroupFacts, ...]
    people: tuple[PersonOnDuty, ...]
    stations: int = 0
    covered: int = 0
    dark: tuple[str, ...] = ()
    cameras: int = 0
    admitted: int = 0
    booked: int | None = None
    held: int = 0
    filing: DomainError | None = None
    site: tuple[SiteFinding, ...] = ()
    plan: FiledPlan | None = None
    held_at: str = ""
    held_at_name: str = ""
    lender: str = ""

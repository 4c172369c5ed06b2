"""A plan beside the rows it names: which workstations each group gets, who serves it, and what each turn can take."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.dialects.postgresql import Range

from examops.catalogue import LEVELS, PARTS, occupation
from examops.core.language import N_, Message, join_messages, message
from examops.registration.models import Batch, BatchOccupation
from examops.sessions.capacity.limits import CapacityLimit, capacity
from examops.sessions.capacity.standards import Norm, Standard
from examops.sessions.capacity.terms import NATIONAL, Terms
from examops.sessions.models import ExamSession
from examops.sessions.planning.plan import Duty, GroupPlan, SessionPlan
from examops.sessions.planning.reading import Member, PlanRows
from examops.sites import Station
from examops.sites.models import Room

TITLE = "{occupation} {level} {part}"


@dataclass(frozen=True)
class Fault:
    """Something wrong: ``group`` is its place in the plan, from 0 (None: the whole session), ``subject`` what of it.
    ``names_people``: the words name who is booked, so a look at them is written down."""

    subject: str
    words: str
    group: int | None = None
    names_people: bool = False


@dataclass
class TurnDraft:
    number: int
    during: Range[datetime]
    factors: list[CapacityLimit]

    @property
    def capacity(self) -> int:
        return capacity(self.factors)


@dataclass
class GroupDraft:
    plan: GroupPlan
    offered: BatchOccupation | None
    terms: Terms = NATIONAL
    stations: list[Station] = field(default_factory=list)
    turns: list[TurnDraft] = field(default_factory=list)
    norms: list[Norm] = field(default_factory=list)

    @property
    def title(self) -> Message:
        return group_title(self.plan.occupation_code, self.plan.level, self.plan.part)

    @property
    def standard_version(self) -> str:
        return self.offered.standard_version if self.offered else ""

    @property
    def capacity(self) -> int:
        return sum(turn.capacity for turn in self.turns)

    @property
    def standard(self) -> Standard:
        return Standard(self.plan.occupation_code, self.standard_version, self.plan.level, self.terms)


@dataclass
class Draft:
    plan: SessionPlan
    batch: Batch
    room: Room
    groups: list[GroupDraft]
    staff: list[tuple[Member, Duty]]
    faults: list[Fault]
    rows: PlanRows
    changing: ExamSession | None = None  # the saved session this draft would change

    @property
    def stations(self) -> list[Station]:
        """Everything the session holds, once each, by code."""
        held = {station.id: station for group in self.groups for station in group.stations}
        return sorted(held.values(), key=lambda station: station.code)

    @property
    def title(self) -> Message:
        return join_messages(N_("、"), list(dict.fromkeys(group.title for group in self.groups)))


def group_title(code: str, level: str, part: str) -> Message:
    """``电工 四级 实操``"""
    name = message(occupation(code).name)
    return message(TITLE, occupation=name, level=message(LEVELS[level]), part=message(PARTS[part]))

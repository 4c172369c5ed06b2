"""What the planning page shows: the form judged by the server, faults beside their fields, and what
there is to choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import load_only

from config.levels import order_of
from config.rulebook import Rulebook
from examops.core.clock import Clock, midnight
from examops.core.database import among
from examops.core.errors import NotFound
from examops.core.language import _
from examops.core.queries import records_of, rows_of
from examops.core.scope import current_scope
from examops.registration.models import Batch, BatchOccupation
from examops.sessions.checks.findings import Check
from examops.sessions.models import ExamSession
from examops.sessions.planning.conflicts import Clash
from examops.sessions.planning.draft import Fault
from examops.sessions.planning.forms import Form, read_plans
from examops.sessions.planning.validation import PlanFindings, validate_plan
from examops.sites import lent_to
from examops.sites.models import EXAM_KINDS, Room, Site, Workstation
from examops.staff.models import Qualification, StaffMember

GROUP_FIELDS = {"target", "starts_at", "turns", "minutes", "pause", "stations"}


@dataclass(frozen=True)
class ValidatedForm:
    """``faults`` by field; ``judged`` has one entry for each room that could be judged."""

    judged: list[PlanFindings]
    places: list[list[int]]
    faults: dict[str, str]

    @property
    def names_people(self) -> bool:
        """Whether a fault says who is booked."""
        return any(fault.names_people for one in self.judged for fault in one.faults)

    @property
    def clashes(self) -> list[tuple[str, Clash]]:
        """With the field each belongs to."""
        return [
            (_field(clash.subject, None if clash.subject.startswith("duty") else 0, places), clash)
            for one, places in zip(self.judged, self.places, strict=True)
            for clash in one.clashes
        ]

    @property
    def is_ready(self) -> bool:
        return bool(self.judged) and not self.faults and not self.clashes

    @property
    def cautions(self) -> list[Check]:
        """What a declaration would refuse."""
        return [check for one in self.judged for check in one.cautions if not check.is_report]

    @property
    def reports(self) -> list[Check]:
        """What differs from the body's work plan, and is only told."""
        return [check for one in self.judged for check in one.cautions if check.is_report]

    @property
    def capacity(self) -> int:
        return sum(group.capacity for one in self.judged for group in one.draft.groups)


def validate_form(form: Form, *, clock: Clock, rules: Rulebook, changing: ExamSession | None = None) -> ValidatedForm:
    """Everything wrong at once: what could not be read, what is not allowed, and what is taken."""
    read = read_plans(form)
    faults, judged, places = dict(read.faults), [], []
    if changing and len(read.plans) > 1:
        faults.setdefault(f"g{read.places[1][0]}-room", _("一个场次只在一个考场：改成同一处，或另排一个场次"))
    for plan, its_places in zip(read.plans, read.places, strict=True):
        try:
            found = validate_plan(plan, clock=clock, rules=rules, changing=changing)
        except NotFound as error:
            faults.setdefault("batch", error.words)
            continue
        judged.append(found)
        places.append(its_places)
        _keep(faults, found.faults, its_places)
    return ValidatedForm(judged, places, faults)


def _keep(faults: dict[str, str], found: Sequence[Fault], places: list[int]) -> None:
    for fault in found:
        name = _field(fault.subject, fault.group, places)
        faults[name] = _("；").join(dict.fromkeys([*filter(None, [faults.get(name)]), fault.words]))


def _field(subject: str, group: int | None, places: list[int]) -> str:
    """``gN-subject`` of the form for a group of a plan; else the subject itself."""
    return f"g{places[group]}-{subject}" if group is not None else subject


@dataclass(frozen=True)
class Person:
    """Somebody who may be on duty, with the cards valid on the day."""

    member: StaffMember
    cards: list[Qualification]


@dataclass(frozen=True)
class Choices:
    batches: list[Batch]
    targets: list[tuple[str, str]]
    rooms: list[tuple[Room, str, int]]
    people: list[Person]


def choices(day: date) -> Choices:
    """Open batches, what they offer, rooms with their usable workstations, and active staff."""
    batches = _open_batches()
    offers = _offered([batch.id for batch in batches])
    return Choices(
        batches, sorted(((code, level) for code, level in offers), key=_highest_first), _rooms(day), _people(day)
    )


@records_of
def _open_batches() -> Select[Batch]:
    return select(Batch).where(Batch.state == "open").order_by(Batch.id.desc())


@rows_of
def _offered(batch_ids: list[int]) -> Select[str, str]:
    offered = select(BatchOccupation.occupation_code, BatchOccupation.level)
    return offered.where(among(BatchOccupation.batch_id, batch_ids)).distinct()


def _highest_first(target: tuple[str, str]) -> tuple[str, int]:
    code, level = target
    return code, -order_of(level)


def _rooms(day: date) -> list[tuple[Room, str, int]]:
    """Exam rooms of the reader's bodies, and of sites that are lent to them."""
    own = list(current_scope().bodies)
    return [
        (room, site if room.body_id in own else _("{site}（借用）", site=site), int(n))
        for room, site, n in _usable_rooms(own, midnight(day))
    ]


@rows_of
def _usable_rooms(own: list[int], since: datetime) -> Select[Room, str, int]:
    usable = (
        select(Workstation.room_id, func.count().label("count"))
        .where(Workstation.is_usable)
        .group_by(Workstation.room_id)
        .subquery()
    )
    return (
        select(Room, Site.name, func.coalesce(usable.c.count, 0))
        .join(Site, Site.id == Room.site_id)
        .outerjoin(usable, usable.c.room_id == Room.id)
        .where(Room.kind.in_(EXAM_KINDS), or_(among(Room.body_id, own), Site.id.in_(lent_to(own, since))))
        .order_by(Site.name, Room.name)
    )


def _people(day: date) -> list[Person]:
    cards: dict[int, list[Qualification]] = {}
    for card in _valid_cards(day):
        cards.setdefault(card.staff_id, []).append(card)
    return [Person(member, cards.get(member.id, [])) for member in _active_people()]


# What the page shows of each of a body's people, who may be hundreds.
_OF_CARD = tuple(getattr(Qualification, name) for name in ("staff_id", "kind", "occupation_code", "valid_until"))
_OF_MEMBER = tuple(getattr(StaffMember, name) for name in ("uid", "body_id", "name", "team"))


@records_of
def _valid_cards(day: date) -> Select[Qualification]:
    valid = select(Qualification).where(Qualification.valid_from <= day, Qualification.valid_until >= day)
    return valid.order_by(Qualification.id).options(load_only(*_OF_CARD))


@records_of
def _active_people() -> Select[StaffMember]:
    active = select(StaffMember).where(StaffMember.is_active).order_by(StaffMember.name)
    return active.options(load_only(*_OF_MEMBER))

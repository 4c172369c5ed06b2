"""What turns have to work with, counted from the rows: stations, cameras, examiners with a valid card, proctors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import Rulebook
from examops.core.clock import local_day
from examops.core.database import db
from examops.registration.models import BatchOccupation
from examops.sessions.capacity.limits import CapacityLimit, TurnResources, capacity, factors
from examops.sessions.capacity.standards import Standard
from examops.sessions.capacity.supposed import NOTHING, Supposed
from examops.sessions.capacity.terms import NATIONAL, Terms, of_batch, terms_columns, terms_from
from examops.sessions.models import ExamSession, SessionDuty, SessionGroup, SessionStation, Turn
from examops.sessions.turn_locks import lock_turns_of
from examops.sites import Coverage, coverage_of
from examops.sites.models import Room, Workstation, WorkstationOutage
from examops.specifications import Specification
from examops.staff import Saying, days_around, in_the_way, said_around
from examops.staff.models import Qualification

EXAMINES = ("leader", "examiner")


@dataclass(frozen=True)
class TurnSlot:
    """A turn as capacity sees it: ``group`` is its number, ``stations`` and ``people`` are inner numbers.

    ``people`` maps everybody on duty for this group to their role.
    """

    group: int
    occupation_code: str
    part: str
    during: Range[datetime]
    stations: frozenset[int]
    people: dict[int, str]
    level: str = ""
    standard_version: str = ""
    is_paper_room: bool = False
    terms: Terms = NATIONAL

    @property
    def standard(self) -> Standard:
        return Standard(self.occupation_code, self.standard_version, self.level, self.terms)

    @property
    def minutes(self) -> int:
        assert self.during.lower
        assert self.during.upper
        return int((self.during.upper - self.during.lower).total_seconds() // 60)

    @property
    def day(self) -> date:
        assert self.during.lower
        return local_day(self.during.lower)


def slot_factors(
    slots: Sequence[TurnSlot], rules: Rulebook, supposed: Supposed = NOTHING, ground: Ground | None = None
) -> list[list[CapacityLimit]]:
    """Every limit of each slot of one session, the tightest first. Groups are served in the order of their numbers:
    people who watch two groups at once are counted once. ``ground``: what was read already."""
    ground = ground or Ground.of(slots, supposed)
    answers: dict[int, list[CapacityLimit]] = {}
    for place in sorted(range(len(slots)), key=lambda place: (slots[place].group, slots[place].during.lower)):
        slot = slots[place]
        means = _means(place, slots, answers, ground, rules)
        answers[place] = factors(slot.part, means, rules, slot.day, slot.standard)
    return [answers[place] for place in range(len(slots))]


@dataclass(frozen=True)
class Ground:
    """What the rows say about the stations and people of some slots."""

    outages: Sequence[tuple[int, Range[datetime]]]
    coverage: Coverage
    cards: list[tuple[int, str, list[str], date, date]]
    said: Mapping[int, list[Saying]]

    @classmethod
    def of(cls, slots: Sequence[TurnSlot], supposed: Supposed) -> Ground:
        stations = {station for slot in slots for station in slot.stations}
        people = {person for slot in slots for person in slot.people}
        outages = select(WorkstationOutage.workstation_id, WorkstationOutage.during)
        cards = select(
            Qualification.staff_id,
            Qualification.occupation_code,
            Qualification.levels,
            Qualification.valid_from,
            Qualification.valid_until,
        ).where(Qualification.kind.in_(("examiner", "senior_examiner")))
        ask = db.session.execute
        known = [(row[0], row[1]) for row in ask(outages.where(WorkstationOutage.workstation_id.in_(stations)))]
        return cls(
            [*known, *supposed.stations.items()],
            coverage_of(stations, supposed.cameras),
            [(row[0], row[1], row[2], row[3], row[4]) for row in ask(cards.where(Qualification.staff_id.in_(people)))],
            _said(people, slots),
        )

    def working(self, slot: TurnSlot) -> frozenset[int]:
        return slot.stations - {station for station, during in self.outages if during.overlaps(slot.during)}

    def watchers(self, slot: TurnSlot) -> frozenset[int]:
        """Proctors of a theory turn; else examiners whose card for this occupation and level is valid on the day.
        Whoever has said that they cannot come then is not counted."""
        coming = {
            person: role
            for person, role in slot.people.items()
            if in_the_way(self.said.get(person, ()), slot.during) is None
        }
        if slot.part == "theory":
            return frozenset(person for person, role in coming.items() if role == "proctor")
        valid = {
            person
            for person, code, levels, since, until in self.cards
            if code == slot.occupation_code
            and since <= slot.day <= until
            and (not slot.level or not levels or slot.level in levels)
        }
        return frozenset(person for person, role in coming.items() if role in EXAMINES and person in valid)


def _days(slots: Sequence[TurnSlot]) -> Range[datetime] | None:
    firsts = [slot.during.lower for slot in slots if slot.during.lower]
    lasts = [slot.during.upper for slot in slots if slot.during.upper]
    return Range(min(firsts), max(lasts)) if firsts and lasts else None


def _said(people: set[int], slots: Sequence[TurnSlot]) -> dict[int, list[Saying]]:
    """What the people said about the days of these slots."""
    during = _days(slots)
    return said_around(people, during) if people and during else {}


def said_about(said: Mapping[int, list[Saying]], slots: Sequence[TurnSlot]) -> dict[int, list[Saying]]:
    """The same of what was read already."""
    during = _days(slots)
    days = Range(*days_around(during)) if during else None
    return {person: [one for one in rows if days and one.during.overlaps(days)] for person, rows in said.items()}


def _means(
    place: int, slots: Sequence[TurnSlot], answers: dict[int, list[CapacityLimit]], ground: Ground, rules: Rulebook
) -> TurnResources:
    slot = slots[place]
    working, watchers = ground.working(slot), ground.watchers(slot)
    is_theory = slot.part == "theory"
    return TurnResources(
        stations=len(working),
        covered=len(working & ground.coverage.throughout(slot.during)),
        examiners=0 if is_theory else len(watchers),
        proctors=len(watchers) if is_theory else 0,
        elsewhere=_elsewhere(slot, slots, answers, ground, rules),
        minutes=slot.minutes,
        is_paper_room=slot.is_paper_room,
    )


def _elsewhere(
    slot: TurnSlot, slots: Sequence[TurnSlot], answers: dict[int, list[CapacityLimit]], ground: Ground, rules: Rulebook
) -> int:
    """Candidates of groups served before, whom people of this slot must watch at the same time."""
    mine = ground.watchers(slot)
    burden: dict[int, int] = {}
    for place, found in answers.items():
        other = slots[place]
        if other.group == slot.group or not other.during.overlaps(slot.during):
            continue
        theirs = ground.watchers(other)
        if theirs & mine:
            watched = max(0, capacity(found) - _ratio(other, rules) * len(theirs - mine))
            burden[other.group] = max(watched, burden.get(other.group, 0))
    return sum(burden.values())


def _ratio(slot: TurnSlot, rules: Rulebook) -> int:
    """How many candidates one person watches; members of a review board see them together."""
    if slot.part == "review":
        return 0
    if slot.part == "theory":
        return int(rules["capacity.candidates_per_proctor"].on(slot.day).value)
    return int(slot.standard.candidates_per_examiner(rules, slot.day).value)


def group_stations(group: SessionGroup) -> list[Workstation]:
    """Workstations in order that the session holds for this group, by code."""
    return stations_by_group(group.session_id, [group])[group.id]


def stations_by_group(session_id: int, groups: Iterable[SessionGroup]) -> dict[int, list[Workstation]]:
    """The same for several groups of one session, by group."""
    return usable_by_group(held_stations(session_id), groups)


def held_stations(session_id: int) -> Sequence[Any]:
    """Rows of (Workstation, serves, is_released) by code: all that a session holds or held, usable or not."""
    query = (
        select(Workstation, SessionStation.serves, SessionStation.is_released)
        .join(SessionStation, SessionStation.workstation_id == Workstation.id)
        .where(SessionStation.session_id == session_id)
        .order_by(Workstation.code)
    )
    return db.session.execute(query).all()


def usable_by_group(held: Sequence[Any], groups: Iterable[SessionGroup]) -> dict[int, list[Workstation]]:
    """Of :func:`held_stations` those that are still held and can be used, by group."""
    usable = [row for row in held if not row.is_released and row.Workstation.is_usable]
    return {group.id: [row.Workstation for row in usable if _serves(row.serves, group)] for group in groups}


def _serves(numbers: Sequence[int], group: SessionGroup) -> bool:
    """Rows are there for this group when they name it, or name none."""
    return not numbers or group.number in numbers


def turn_stations(session: ExamSession, turn: Turn) -> list[Workstation]:
    """Workstations of the turn's group that work during the whole turn, by code."""
    group = db.session.execute(select(SessionGroup).where(SessionGroup.id == turn.group_id)).scalar_one()
    stations = group_stations(group)
    broken = select(WorkstationOutage.workstation_id).where(
        WorkstationOutage.workstation_id.in_([station.id for station in stations]),
        WorkstationOutage.during.overlaps(turn.during),
    )
    out = set(db.session.execute(broken).scalars())
    return [station for station in stations if station.id not in out]


def recount(session: ExamSession, rules: Rulebook) -> list[Turn]:
    """Set every turn's capacity anew; returns the turns that now hold more people than places.

    A turn with an overflow keeps its capacity at what is taken (the CHECK holds) and says so in its factors.
    """
    lock_turns_of(session.id)
    overflowing = []
    for turn, found in measured(session, rules):
        turn.factors = [factor.to_json() for factor in found]
        turn.capacity = max(capacity(found), turn.taken)
        if capacity(found) < turn.taken:
            overflowing.append(turn)
    return overflowing


def measured(
    session: ExamSession, rules: Rulebook, supposed: Supposed = NOTHING
) -> list[tuple[Turn, list[CapacityLimit]]]:
    """Each turn as it stands in the database now, with its limits; nothing is locked or written."""
    rows = db.session.execute(_turns_of(session), execution_options={"populate_existing": True}).all()
    groups = {row.SessionGroup.id: row.SessionGroup for row in rows}
    stations, people = stations_by_group(session.id, groups.values()), _people_by_group(session.id, groups.values())
    means = {key: (stations[key], people[key]) for key in groups}
    kind = db.session.execute(select(Room.kind).where(Room.id == session.room_id)).scalar_one()
    begins = session.starts_at
    slots = [
        replace(
            _slot(row.Turn, row.SessionGroup, *means[row.SessionGroup.id], kind == "paper"),
            terms=terms_from(row, row.SessionGroup.level, begins),
        )
        for row in rows
    ]
    return list(zip([row.Turn for row in rows], slot_factors(slots, rules, supposed), strict=True))


def _turns_of(session: ExamSession) -> Any:
    """With their groups, and what these are examined by."""
    columns = terms_columns(SessionGroup.occupation_code, SessionGroup.level)
    query = select(Turn, SessionGroup, *columns).join(SessionGroup, SessionGroup.id == Turn.group_id)
    query = query.outerjoin(BatchOccupation, of_batch(session.batch_id))
    query = query.outerjoin(Specification, Specification.id == BatchOccupation.specification_id)
    return query.where(Turn.session_id == session.id).order_by(Turn.number)


def _slot(
    turn: Turn, group: SessionGroup, stations: list[Workstation], people: dict[int, str], is_paper_room: bool
) -> TurnSlot:
    return TurnSlot(
        group.number,
        group.occupation_code,
        group.part,
        turn.during,
        frozenset(station.id for station in stations),
        people,
        group.level,
        group.standard_version,
        is_paper_room,
    )


def _people_by_group(session_id: int, groups: Iterable[SessionGroup]) -> dict[int, dict[int, str]]:
    query = select(SessionDuty.staff_id, SessionDuty.role, SessionDuty.serves).where(
        SessionDuty.session_id == session_id, ~SessionDuty.is_released
    )
    rows = db.session.execute(query).all()
    return {group.id: {row.staff_id: row.role for row in rows if _serves(row.serves, group)} for group in groups}

"""What somebody else holds while a plan wants it, in one query: sessions of its room, its workstations and its people,
and what the people said about those days. Sees what the reader may see; two functions of the database answer for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    false,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range

from examops.core.clock import local
from examops.core.language import Message
from examops.core.prepared import Prepared
from examops.sessions.models import LONGEST_SESSION, ExamSession, SessionDuty, SessionStation
from examops.sessions.planning.plan import SessionPlan
from examops.sites import Station
from examops.sites.models import Room
from examops.staff import CardFacts, Saying, days_around, in_the_way
from examops.staff.models import Availability, Qualification, StaffMember

LIVE = ExamSession.state.not_in(("cancelled", "void"))
NEW = 0  # no row has this id
LAST_HOUR = 21


@dataclass(frozen=True)
class Wanted:
    """What is asked about: a room and workstations, members with the human beings they are, and the time.

    ``but`` is the saved session that the plan would change, by inner number.
    """

    room: int
    stations: tuple[int, ...]
    persons: dict[int, int]
    begins: datetime
    ends: datetime
    but: int = NEW

    @classmethod
    def of(
        cls,
        plan: SessionPlan,
        room: Room,
        persons: Mapping[int, int],
        stations: Iterable[Station],
        changing: ExamSession | None,
    ) -> Wanted:
        during = plan.during
        assert during.lower
        assert during.upper
        return cls(
            room.id,
            tuple(station.id for station in stations),
            dict(persons),
            during.lower,
            during.upper,
            changing.id if changing else NEW,
        )

    @cached_property
    def day_ends(self) -> datetime:
        """Until when something later the same day is looked for."""
        return local(self.begins).replace(hour=LAST_HOUR, minute=0)


@dataclass(frozen=True)
class HeldSession:
    """A session as far as a clash names it."""

    id: int
    uid: UUID
    number: str
    title: Message
    starts_at: datetime
    ends_at: datetime
    during: Range[datetime]


@dataclass(frozen=True)
class Held:
    """``room``: sessions of the room until the evening, the earliest first; ``stations`` and ``duties`` are pairs of an
    inner number (workstation; human being) and a session that holds it; ``busy`` are members who are on duty at
    whatever body; ``said`` what members said, by inner number."""

    room: Sequence[HeldSession] = ()
    is_taken_unseen: bool = False
    stations: Sequence[tuple[int, HeldSession]] = ()
    duties: Sequence[tuple[int, HeldSession]] = ()
    busy: frozenset[int] = frozenset()
    said: Mapping[int, list[Saying]] = field(default_factory=dict)

    def not_free(self, during: Range[datetime]) -> dict[int, Saying]:
        """Members who have said that they cannot come then, each with what says so."""
        found = {member: in_the_way(rows, during) for member, rows in self.said.items()}
        return {member: row for member, row in found.items() if row is not None}


def held_now(wanted: Wanted) -> Held:
    """As it stands at this moment; nothing is locked."""
    return _sorted(HELD.all(**_values(wanted)))


Spare = tuple[str, list[CardFacts]]


def able_now(body_id: int, day: date, wanted: Wanted) -> tuple[dict[int, Spare], Held]:
    """Active members of a body who are not among those wanted and hold a card that day: by inner number, in the order
    of their names, name and cards; and what of them is ``busy`` and ``said`` in the same time."""
    asked = {"body_id": body_id, "day": day, "persons": sorted(wanted.persons.values()), "but": wanted.but}
    rows = ABLE.all(**asked, **_times(wanted), **_days(wanted))
    able: dict[int, Spare] = {}
    for row in sorted((row for row in rows if row.kind == "able"), key=lambda row: row.place):
        card = CardFacts(row.card, row.occupation_code, row.levels, row.valid_from, row.valid_until)
        able.setdefault(row.subject, (row.name, []))[1].append(card)
    said: dict[int, list[Saying]] = {}
    for row in rows:
        if row.kind == "said":
            said.setdefault(row.subject, []).append(Saying(row.is_free, row.during))
    return able, Held(busy=frozenset(row.subject for row in rows if row.kind == "busy"), said=said)


def _values(wanted: Wanted) -> dict[str, Any]:
    until = max(wanted.day_ends, wanted.ends)
    return {
        "room": wanted.room,
        "stations": list(wanted.stations),
        "members": sorted(wanted.persons),
        "persons": sorted(wanted.persons.values()),
        "but": wanted.but,
        **_times(wanted),
        **_days(wanted),
        "until": until,
        "not_before": wanted.begins - LONGEST_SESSION,
    }


def _times(wanted: Wanted) -> dict[str, datetime]:
    return {"begins": wanted.begins, "ends": wanted.ends}


def _days(wanted: Wanted) -> dict[str, datetime]:
    """Whole days: whoever can come from eight to twelve has said that they cannot in the afternoon."""
    days = days_around(Range(wanted.begins, wanted.ends))
    return {"first": days[0], "last": days[1]}


def _sorted(found: Sequence[Any]) -> Held:
    rows: dict[str, list[Any]] = {}
    for row in found:
        rows.setdefault(row.kind, []).append(row)

    def sessions(kind: str) -> list[tuple[int, HeldSession]]:
        pairs = [(row.subject, HeldSession(*row[3:])) for row in rows.get(kind, ())]
        return sorted(pairs, key=lambda pair: (pair[1].starts_at, pair[1].id))

    said: dict[int, list[Saying]] = {}
    for row in sorted(rows.get("said", ()), key=lambda row: row.id):
        said.setdefault(row.subject, []).append(Saying(row.is_free, row.during))
    return Held(
        [session for _room, session in sessions("room")],
        "unseen" in rows,
        sessions("station"),
        sessions("duty"),
        frozenset(row.subject for row in rows.get("busy", ())),
        said,
    )


def _asked(name: str, type_: Any = None) -> Any:
    return bindparam(name, type_=type_ or DateTime(timezone=True))


def _of_session(kind: str, subject: Any) -> Select[Any]:
    return select(
        literal(kind).label("kind"),
        subject.label("subject"),
        false().label("is_free"),
        ExamSession.id,
        ExamSession.uid,
        ExamSession.number,
        ExamSession.title,
        ExamSession.starts_at,
        ExamSession.ends_at,
        ExamSession.during,
    ).where(ExamSession.id != BUT)


def _bare(kind: str, subject: Any, is_free: Any = None, number: Any = None, during: Any = None) -> Select[Any]:
    """A row that tells of no session that is seen."""
    nothing = cast(null(), Boolean)
    columns = (
        nothing if is_free is None else is_free,
        cast(null(), BigInteger) if number is None else number,
        cast(null(), Uuid),
        cast(null(), Text),
        cast(null(), Text),
        cast(null(), DateTime(timezone=True)),
        cast(null(), DateTime(timezone=True)),
        cast(null(), TSTZRANGE) if during is None else during,
    )
    named = [column.label(name) for column, name in zip(columns, COLUMNS, strict=True)]
    return select(literal(kind).label("kind"), subject.label("subject"), *named)


COLUMNS = ("is_free", "id", "uid", "number", "title", "starts_at", "ends_at", "during")
BUT, NUMBERS = _asked("but", BigInteger), ARRAY(BigInteger)
ROOM, MEMBERS = _asked("room", BigInteger), _asked("members", NUMBERS)
BEGINS, ENDS = _asked("begins"), _asked("ends")
TIME = func.tstzrange(BEGINS, ENDS, type_=TSTZRANGE)
# By their start as well, which an index answers for any reader.
IN_ROOM = _of_session("room", ExamSession.room_id).where(
    ExamSession.room_id == ROOM,
    ExamSession.during.overlaps(func.tstzrange(BEGINS, _asked("until"))),
    ExamSession.starts_at.between(_asked("not_before"), _asked("until")),
    LIVE,
)
# Those that a session of another room holds; of this room's sessions the room itself is told.
AT_STATIONS = (
    _of_session("station", SessionStation.workstation_id)
    .join(SessionStation, SessionStation.session_id == ExamSession.id)
    .where(
        SessionStation.workstation_id == func.any(_asked("stations", NUMBERS)),
        ExamSession.room_id != ROOM,
        SessionStation.during.overlaps(TIME),
        ~SessionStation.is_released,
    )
)
ON_DUTY = (
    _of_session("duty", SessionDuty.person_id)
    .join(SessionDuty, SessionDuty.session_id == ExamSession.id)
    .where(
        SessionDuty.person_id == func.any(_asked("persons", NUMBERS)),
        SessionDuty.during.overlaps(TIME),
        ~SessionDuty.is_released,
    )
)
UNSEEN = _bare("unseen", cast(null(), BigInteger)).where(
    func.room_taken_elsewhere(ROOM, BEGINS, ENDS, BUT, type_=Boolean)
)
SAID = _bare("said", Availability.staff_id, Availability.is_free, Availability.id, Availability.during).where(
    Availability.staff_id == func.any(MEMBERS),
    Availability.withdrawn_at.is_(None),
    Availability.during.overlaps(func.tstzrange(_asked("first"), _asked("last"))),
)
BUSY = _bare("busy", func.staff_busy(MEMBERS, BEGINS, ENDS, BUT).column_valued("busy"))
HELD = Prepared(union_all(IN_ROOM, AT_STATIONS, ON_DUTY, UNSEEN, SAID, BUSY))

_CARD_TODAY = (Qualification.valid_from <= _asked("day", Date()), Qualification.valid_until >= _asked("day", Date()))
_ABLE = (
    select(StaffMember.id, StaffMember.name)
    .where(
        StaffMember.body_id == _asked("body_id", BigInteger()),
        StaffMember.is_active,
        StaffMember.person_id != func.all(_asked("persons", NUMBERS)),
        select(Qualification.id).where(Qualification.staff_id == StaffMember.id, *_CARD_TODAY).exists(),
    )
    .cte("able")
)
_EVERY_ABLE = func.array(select(_ABLE.c.id).scalar_subquery(), type_=NUMBERS)
_CARDS = (
    select(
        literal("able").label("kind"),
        _ABLE.c.id.label("subject"),
        func.row_number().over(order_by=(_ABLE.c.name, _ABLE.c.id, Qualification.id)).label("place"),
        _ABLE.c.name,
        Qualification.kind.label("card"),
        Qualification.occupation_code,
        Qualification.levels,
        Qualification.valid_from,
        Qualification.valid_until,
        false().label("is_free"),
        cast(null(), TSTZRANGE).label("during"),
    )
    .join(Qualification, Qualification.staff_id == _ABLE.c.id)
    .where(*_CARD_TODAY)
)
_NO_CARD = (null(), null(), null(), null(), null(), null(), null())
_SAID = select(literal("said"), Availability.staff_id, *_NO_CARD, Availability.is_free, Availability.during).where(
    Availability.staff_id.in_(select(_ABLE.c.id)),
    Availability.withdrawn_at.is_(None),
    Availability.during.overlaps(func.tstzrange(_asked("first"), _asked("last"))),
)
_BUSY = func.staff_busy(_EVERY_ABLE, BEGINS, ENDS, BUT).column_valued("busy")
ABLE = Prepared(union_all(_CARDS, _SAID, select(literal("busy"), _BUSY, *_NO_CARD, null(), null())))

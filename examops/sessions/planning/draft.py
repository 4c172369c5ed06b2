"""A plan beside the rows it names: which workstations each group gets, who serves it, and what each turn can take.

Nothing is saved and nothing is locked: the same draft is shown while a coordinator edits and checked before saving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import Rulebook
from examops.catalogue import LEVELS, PARTS, named_occupation, occupation
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_, Message, _, join_messages, message
from examops.registration.models import Batch, BatchOccupation
from examops.sessions.capacity.limits import CapacityLimit, capacity
from examops.sessions.capacity.resources import TurnSlot, slot_factors
from examops.sessions.models import ExamSession
from examops.sessions.planning.plan import Duty, GroupPlan, SessionPlan, meet
from examops.sites.models import Room, Workstation
from examops.staff.models import StaffMember


@dataclass(frozen=True)
class Fault:
    """Something wrong: ``group`` is its place in the plan, from 0 (None: the whole session), ``subject`` what of it."""

    subject: str
    words: str
    group: int | None = None


TITLE = "{occupation} {level} {part}"


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
    stations: list[Workstation] = field(default_factory=list)
    turns: list[TurnDraft] = field(default_factory=list)

    @property
    def title(self) -> Message:
        return group_title(self.plan.occupation_code, self.plan.level, self.plan.part)

    @property
    def capacity(self) -> int:
        return sum(turn.capacity for turn in self.turns)


@dataclass
class Draft:
    plan: SessionPlan
    batch: Batch
    room: Room
    groups: list[GroupDraft]
    staff: list[tuple[StaffMember, Duty]]
    faults: list[Fault]
    changing: ExamSession | None = None  # the saved session this draft would change

    @property
    def stations(self) -> list[Workstation]:
        """Everything the session holds, once each, by code."""
        held = {station.id: station for group in self.groups for station in group.stations}
        return sorted(held.values(), key=lambda station: station.code)

    @property
    def title(self) -> Message:
        return join_messages(N_("、"), list(dict.fromkeys(group.title for group in self.groups)))


def group_title(code: str, level: int, part: str) -> Message:
    """``电工 四级 实操``"""
    name = message(occupation(code).name)
    return message(TITLE, occupation=name, level=message(LEVELS[level]), part=message(PARTS[part]))


def draft_session(plan: SessionPlan, rules: Rulebook, changing: ExamSession | None = None) -> Draft:
    """Raises :class:`NotFound` for a batch or room that is not the reader's; everything else is a fault in the draft."""
    batch = db.session.execute(select(Batch).where(Batch.uid == plan.batch_uid)).scalar_one_or_none()
    room = db.session.execute(select(Room).where(Room.uid == plan.room_uid)).scalar_one_or_none()
    is_foreign = bool(changing and room and changing.body_id != room.body_id)
    if batch is None or room is None or room.body_id != batch.body_id or is_foreign:
        raise NotFound(N_("没有找到批次或考场"))
    groups = [GroupDraft(group, _offer(batch, group)) for group in plan.groups]
    draft = Draft(plan, batch, room, groups, _staff(plan, batch), [], changing)
    _share_stations(draft)
    _measure(draft, rules)
    return draft


def _offer(batch: Batch, group: GroupPlan) -> BatchOccupation | None:
    query = select(BatchOccupation).where(
        BatchOccupation.batch_id == batch.id,
        BatchOccupation.occupation_code == group.occupation_code,
        BatchOccupation.level == group.level,
    )
    return db.session.execute(query).scalar_one_or_none()


def _staff(plan: SessionPlan, batch: Batch) -> list[tuple[StaffMember, Duty]]:
    duties = {duty.staff_uid: duty for duty in plan.duties}
    rows = db.session.execute(
        select(StaffMember)
        .where(StaffMember.uid.in_(duties), StaffMember.is_active, StaffMember.body_id == batch.body_id)
        .order_by(StaffMember.id)
    ).scalars()
    return [(member, duties[member.uid]) for member in rows]


def _share_stations(draft: Draft) -> None:
    """Named ones first, then counted ones, then all that is left; groups at different hours may use the same."""
    usable = list(
        db.session.execute(
            select(Workstation)
            .where(Workstation.room_id == draft.room.id, Workstation.is_usable)
            .order_by(Workstation.code)
        ).scalars()
    )
    wishes = [group.plan.stations for group in draft.groups]
    order = sorted(range(len(wishes)), key=lambda place: (wishes[place] is None, isinstance(wishes[place], int), place))
    for place in order:
        group = draft.groups[place]
        code = group.plan.occupation_code
        fitting = [station for station in usable if not station.occupations or code in station.occupations]
        group.stations = _choose(draft, place, fitting)


def _choose(draft: Draft, place: int, fitting: Sequence[Workstation]) -> list[Workstation]:
    mine, booking_request = draft.groups[place], draft.groups[place].plan.stations
    taken = {
        station.id: other
        for other, group in enumerate(draft.groups)
        if other != place and meet(mine.plan, group.plan)
        for station in group.stations
    }
    free = [station for station in fitting if station.id not in taken]
    if isinstance(booking_request, tuple):
        return _named(draft, place, booking_request, {station.code: station for station in fitting}, taken)
    wanted = len(free) if booking_request is None else booking_request
    if not free or wanted > len(free):
        words = _too_few(fitting, free, wanted) if fitting else _unfit(draft, place)
        draft.faults.append(Fault("stations" if fitting else "room", words, place))
    return free[:wanted]


def _named(
    draft: Draft, place: int, booking_request: tuple[str, ...], fitting: dict[str, Workstation], taken: dict[int, int]
) -> list[Workstation]:
    unknown = [code for code in booking_request if code not in fitting]
    if unknown:
        words = _(
            "考场里没有适合本职业的可用工位 {unknown}；可用的是 {fitting}", unknown=_("、").join(unknown),
            fitting=station_words(list(fitting.values())),
        )  # fmt: skip
        draft.faults.append(Fault("stations", words, place))
    chosen = [fitting[code] for code in booking_request if code in fitting]
    doubled = [station for station in chosen if station.id in taken]
    if doubled:
        words = _(
            "工位 {stations} 同一时间已给第 {group} 组", stations=station_words(doubled), group=taken[doubled[0].id] + 1
        )
        draft.faults.append(Fault("stations", words, place))
    return [station for station in chosen if station.id not in taken]


def _too_few(fitting: Sequence[Workstation], free: Sequence[Workstation], wanted: int) -> str:
    if not free:
        return _("工位都给了同时进行的别组：写明每组用哪些工位，或错开时间")
    return _(
        "只剩 {left} 个工位（{stations}），不够 {wanted} 个",
        left=len(free),
        stations=station_words(free),
        wanted=wanted,
    )


def _unfit(draft: Draft, place: int) -> str:
    """That the room has nothing for this occupation, and which rooms of the same body have."""
    code = draft.groups[place].plan.occupation_code
    fits = or_(func.cardinality(Workstation.occupations) == 0, Workstation.occupations.contains([code]))
    query = (
        select(Room.name, func.count())
        .join(Workstation, Workstation.room_id == Room.id)
        .where(Room.body_id == draft.room.body_id, Workstation.is_usable, fits)
        .group_by(Room.id)
        .order_by(func.count().desc(), Room.name)
        .limit(4)
    )
    rooms = [_("{room}（{count} 个工位）", room=name, count=count) for name, count in db.session.execute(query)]
    advice = _("适合的有 {rooms}", rooms=_("、").join(rooms)) if rooms else _("先在考点里登记工位")
    name = named_occupation(code).name
    return _("{room} 没有适合{occupation}的可用工位；{advice}", room=draft.room.name, occupation=name, advice=advice)


def station_words(stations: Sequence[Workstation]) -> str:
    """``A-01–A-06、A-09``: neighbours by code are drawn together."""
    runs: list[list[str]] = []
    for code in [station.code for station in stations]:
        if runs and _follows(runs[-1][-1], code):
            runs[-1].append(code)
        else:
            runs.append([code])
    return _("、").join("–".join(dict.fromkeys((run[0], run[-1]))) for run in runs)


def _follows(code: str, after: str) -> bool:
    head, digits = split_code(code)
    next_head, next_digits = split_code(after)
    return bool(digits and next_digits) and head == next_head and int(next_digits) == int(digits) + 1


def split_code(code: str) -> tuple[str, str]:
    """``A-07`` → (``A-``, ``07``)"""
    head = code.rstrip("0123456789")
    return head, code[len(head) :]


def _measure(draft: Draft, rules: Rulebook) -> None:
    """Number the turns through the session by time and say what each can take."""
    turns = [
        (place, group.plan.turn(number)) for place, group in enumerate(draft.groups) for number in range(1, group.plan.turns + 1)
    ]  # fmt: skip
    turns.sort(key=lambda turn: (turn[1].lower, turn[0]))
    slots = [
        TurnSlot(
            place + 1, draft.groups[place].plan.occupation_code, draft.groups[place].plan.part, during,
            frozenset(station.id for station in draft.groups[place].stations),
            {member.id: duty.role for member, duty in draft.staff if duty.group in (None, place)},
        )
        for place, during in turns
    ]  # fmt: skip
    for number, ((place, during), found) in enumerate(zip(turns, slot_factors(slots, rules), strict=True), start=1):
        draft.groups[place].turns.append(TurnDraft(number, during, found))

"""Making a session: the plan is checked whole, every clash is named, and the constraints have the last word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from config.rulebook import Rulebook
from examops.audit import Tag, record
from examops.catalogue import occupation
from examops.core.actor import Actor
from examops.core.clock import SHANGHAI, Clock
from examops.core.database import db
from examops.core.errors import Invalid, NotFound
from examops.core.locking import lock_all
from examops.core.numbers import next_number
from examops.core.transaction import broken_constraint
from examops.sessions.capacity import capacity
from examops.sessions.means import turn_factors
from examops.sessions.models import (
    Batch,
    BatchOccupation,
    ExamSession,
    SessionDuty,
    SessionGroup,
    SessionStation,
    Turn,
)
from examops.sessions.refusals import PlanConflict, from_constraint
from examops.sites.models import Room, Workstation
from examops.staff.models import StaffMember

PART_WORDS = {"theory": "理论", "skill": "实操", "review": "评审"}
LEVEL_WORDS = {5: "五级", 4: "四级", 3: "三级", 2: "二级", 1: "一级"}


@dataclass(frozen=True)
class Duty:
    staff_uid: UUID
    role: str


@dataclass(frozen=True)
class Plan:
    """What a coordinator asks for. Times carry a zone; ``minutes`` is one turn, ``pause`` between two."""

    batch_uid: UUID
    room_uid: UUID
    occupation_code: str
    level: int
    part: str
    starts_at: datetime
    turns: int
    minutes: int
    pause: int
    duties: Sequence[Duty]
    desk_minutes: int = 60
    clear_minutes: int = 15

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.turns * self.minutes + (self.turns - 1) * self.pause)

    @property
    def desk_opens_at(self) -> datetime:
        return self.starts_at - timedelta(minutes=self.desk_minutes)

    @property
    def during(self) -> Range[datetime]:
        return Range(self.desk_opens_at, self.ends_at + timedelta(minutes=self.clear_minutes))

    def turn(self, number: int) -> Range[datetime]:
        start = self.starts_at + timedelta(minutes=(number - 1) * (self.minutes + self.pause))
        return Range(start, start + timedelta(minutes=self.minutes))


@dataclass
class _Parts:
    batch: Batch
    offered: BatchOccupation
    room: Room
    stations: list[Workstation]
    staff: list[tuple[StaffMember, str]]


def create_session(plan: Plan, *, actor: Actor, clock: Clock, rules: Rulebook) -> ExamSession:
    """Save a draft session with group, turns, workstations and duties; or raise with every fault at once."""
    parts = _find(plan)
    _check(plan, parts, clock, rules)
    lock_all(
        ("room", parts.room.id),
        *[("workstation", station.id) for station in parts.stations],
        *[("staff", member.id) for member, _ in parts.staff],
    )
    _refuse_clashes(plan, parts)
    session = _insert(plan, parts, rules)
    record(Tag.SESSION_CREATED, actor, session, words=f"{session.number} {session.title}")
    return session


def _find(plan: Plan) -> _Parts:
    batch = db.session.execute(select(Batch).where(Batch.uid == plan.batch_uid)).scalar_one_or_none()
    room = db.session.execute(select(Room).where(Room.uid == plan.room_uid)).scalar_one_or_none()
    if batch is None or room is None or room.body_id != batch.body_id:
        raise NotFound("没有找到批次或考场")
    offered = db.session.execute(
        select(BatchOccupation).where(
            BatchOccupation.batch_id == batch.id,
            BatchOccupation.occupation_code == plan.occupation_code,
            BatchOccupation.level == plan.level,
        )
    ).scalar_one_or_none()
    if offered is None or plan.part not in offered.parts:
        raise Invalid("这个批次没有公告这个职业、等级或科目", advice="在批次里先加上，或选别的职业等级")
    stations = db.session.execute(
        select(Workstation).where(Workstation.room_id == room.id, Workstation.is_usable).order_by(Workstation.code)
    ).scalars()
    fitting = [s for s in stations if not s.occupations or plan.occupation_code in s.occupations]
    return _Parts(batch, offered, room, fitting, _staff(plan, batch))


def _staff(plan: Plan, batch: Batch) -> list[tuple[StaffMember, str]]:
    roles = {duty.staff_uid: duty.role for duty in plan.duties}
    rows = db.session.execute(select(StaffMember).where(StaffMember.uid.in_(roles), StaffMember.is_active)).scalars()
    return [(member, roles[member.uid]) for member in rows if member.body_id == batch.body_id]


def _check(plan: Plan, parts: _Parts, clock: Clock, rules: Rulebook) -> None:
    """Everything wrong at once, in words."""
    faults = []
    day = plan.starts_at.astimezone(SHANGHAI).date()
    if plan.starts_at <= clock.now():
        faults.append("开始时间已过")
    if not parts.batch.held_from <= day <= parts.batch.held_until:
        faults.append(f"不在批次的考试日期 {parts.batch.held_from} 至 {parts.batch.held_until} 之内")
    if not 1 <= plan.turns <= 20 or not 10 <= plan.minutes <= 600:
        faults.append("轮次须为 1–20，每轮须为 10–600 分钟")
    if len(parts.staff) != len(plan.duties):
        faults.append("有考务人员不在本机构或已停用")
    if not parts.stations:
        faults.append("这个考场没有适合本职业的可用工位")
    if faults:
        raise Invalid("；".join(faults), advice="改好后再保存，已填的内容不会丢")


def _refuse_clashes(plan: Plan, parts: _Parts) -> None:
    """Name the sessions in the way, before the constraint says only that there is one."""
    live = ExamSession.state.not_in(("cancelled", "void"))
    in_room = select(ExamSession.number, ExamSession.title).where(
        ExamSession.room_id == parts.room.id, ExamSession.during.overlaps(plan.during), live
    )
    faults = [f"{parts.room.name} 已有场次 {row.number}（{row.title}）" for row in db.session.execute(in_room)]
    on_duty = (
        select(StaffMember.name, ExamSession.number)
        .join(SessionDuty, SessionDuty.staff_id == StaffMember.id)
        .join(ExamSession, ExamSession.id == SessionDuty.session_id)
        .where(
            SessionDuty.staff_id.in_([member.id for member, _ in parts.staff]),
            SessionDuty.during.overlaps(plan.during),
            ~SessionDuty.is_released,
        )
    )
    faults += [f"{row.name} 已在场次 {row.number} 当值" for row in db.session.execute(on_duty)]
    if faults:
        raise PlanConflict("；".join(faults), advice="换时间、换考场或换人")


def _insert(plan: Plan, parts: _Parts, rules: Rulebook) -> ExamSession:
    owner = {"body_id": parts.batch.body_id, "district": _district(parts)}
    title = f"{occupation(plan.occupation_code).name} {LEVEL_WORDS[plan.level]} {PART_WORDS[plan.part]}"
    year = plan.starts_at.astimezone(SHANGHAI).year
    session = ExamSession(
        **owner,
        number=f"{year}-{next_number(f'session:{year}'):04d}",
        batch_id=parts.batch.id,
        site_id=parts.room.site_id,
        room_id=parts.room.id,
        title=title,
        during=plan.during,
        desk_opens_at=plan.desk_opens_at,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        bookings_close_at=plan.desk_opens_at,
    )
    try:
        with db.session.begin_nested():
            db.session.add(session)
            db.session.flush()
            _insert_holdings(plan, parts, session, owner)
    except IntegrityError as error:
        refusal = from_constraint(broken_constraint(error))
        if refusal is None:
            raise
        raise refusal from error
    _insert_turns(plan, parts, session, owner, rules)
    return session


def _district(parts: _Parts) -> str:
    return parts.room.district


def _insert_holdings(plan: Plan, parts: _Parts, session: ExamSession, owner: dict) -> None:
    held = {**owner, "session_id": session.id, "during": plan.during}
    db.session.add_all(SessionStation(**held, workstation_id=station.id) for station in parts.stations)
    db.session.add_all(SessionDuty(**held, staff_id=member.id, role=role) for member, role in parts.staff)
    db.session.flush()


def _insert_turns(plan: Plan, parts: _Parts, session: ExamSession, owner: dict, rules: Rulebook) -> None:
    group = SessionGroup(
        **owner,
        session_id=session.id,
        occupation_code=plan.occupation_code,
        level=plan.level,
        part=plan.part,
        standard_version=parts.offered.standard_version,
    )
    db.session.add(group)
    db.session.flush()
    for number in range(1, plan.turns + 1):
        during = plan.turn(number)
        found = turn_factors(session, group, during, rules)
        db.session.add(
            Turn(
                **owner,
                session_id=session.id,
                group_id=group.id,
                number=number,
                during=during,
                capacity=capacity(found),
                factors=[factor.to_json() for factor in found],
            )
        )
    db.session.flush()

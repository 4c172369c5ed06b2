"""Making a draft: the rows that a plan names, workstations shared out, turns measured.

Nothing is saved and nothing is locked: the same draft is shown while a coordinator edits and checked before saving.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.core.clock import local_day
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_, _
from examops.registration.models import Batch, BatchOccupation
from examops.sessions.capacity.resources import TurnSlot, slot_factors
from examops.sessions.capacity.terms import NATIONAL, Terms, terms_columns, terms_from
from examops.sessions.models import ExamSession
from examops.sessions.planning.draft import Draft, Fault, GroupDraft, TurnDraft
from examops.sessions.planning.plan import Duty, GroupPlan, SessionPlan
from examops.sessions.planning.sharing import share_stations
from examops.sites import NoExamRoom, NotLent, is_lent, was_lent
from examops.sites.models import EXAM_KINDS, Room
from examops.specifications import Specification, WorkPlan, plan_in_force
from examops.staff.models import StaffMember


def draft_session(plan: SessionPlan, rules: Rulebook, changing: ExamSession | None = None) -> Draft:
    """Raises :class:`NotFound` for a batch or room that is not the reader's;
    everything else is a fault in the draft.
    """
    batch, work_plan = _batch_and_plan(plan)
    room = db.session.execute(select(Room).where(Room.uid == plan.room_uid)).scalar_one_or_none()
    is_foreign = bool(changing and batch and changing.body_id != batch.body_id)
    if batch is None or room is None or is_foreign or not _is_within_reach(room, batch):
        raise NotFound(N_("没有找到批次或考场"))
    groups = [GroupDraft(group, *_offer(batch, group)) for group in plan.groups]
    faults = list(_room_faults(plan, batch, room))
    draft = Draft(plan, batch, room, groups, _staff(plan, batch), faults, changing, work_plan)
    share_stations(draft)
    _measure(draft, rules)
    return draft


def _batch_and_plan(plan: SessionPlan) -> tuple[Batch | None, WorkPlan | None]:
    query = select(Batch, WorkPlan).outerjoin(WorkPlan, plan_in_force(Batch.body_id, plan.starts_at))
    row = db.session.execute(query.where(Batch.uid == plan.batch_uid)).one_or_none()
    return (row.Batch, row.WorkPlan) if row else (None, None)


def _is_within_reach(room: Room, batch: Batch) -> bool:
    """Of the batch's own body, or of a site that is or was lent to it."""
    return room.body_id == batch.body_id or was_lent(room.site_id, batch.body_id)


def _room_faults(plan: SessionPlan, batch: Batch, room: Room) -> Iterator[Fault]:
    if room.kind not in EXAM_KINDS:
        yield Fault("room", _(NoExamRoom.message), 0)
    if room.body_id != batch.body_id and not is_lent(room.site_id, batch.body_id, plan.during):
        yield Fault("room", _("；").join((_(NotLent.message), _(NotLent.advice))), 0)


def _offer(batch: Batch, group: GroupPlan) -> tuple[BatchOccupation | None, Terms]:
    """What the batch was announced with for this occupation and level, and by what it is examined."""
    query = select(BatchOccupation, *terms_columns(BatchOccupation.occupation_code, BatchOccupation.level))
    query = query.outerjoin(Specification, Specification.id == BatchOccupation.specification_id).where(
        BatchOccupation.batch_id == batch.id,
        BatchOccupation.occupation_code == group.occupation_code,
        BatchOccupation.level == group.level,
    )
    row = db.session.execute(query).one_or_none()
    return (row.BatchOccupation, terms_from(row, group.level)) if row else (None, NATIONAL)


def _staff(plan: SessionPlan, batch: Batch) -> list[tuple[StaffMember, Duty]]:
    duties = {duty.staff_uid: duty for duty in plan.duties}
    rows = db.session.execute(
        select(StaffMember)
        .where(StaffMember.uid.in_(duties), StaffMember.is_active, StaffMember.body_id == batch.body_id)
        .order_by(StaffMember.id)
    ).scalars()
    return [(member, duties[member.uid]) for member in rows]


def _measure(draft: Draft, rules: Rulebook) -> None:
    """Number the turns through the session by time and say what each can take."""
    turns = [
        (place, group.plan.turn(number))
        for place, group in enumerate(draft.groups)
        for number in range(1, group.plan.turns + 1)
    ]
    turns.sort(key=lambda turn: (turn[1].lower, turn[0]))
    slots = [
        TurnSlot(
            place + 1,
            draft.groups[place].plan.occupation_code,
            draft.groups[place].plan.part,
            during,
            frozenset(station.id for station in draft.groups[place].stations),
            {member.id: duty.role for member, duty in draft.staff if duty.group in (None, place)},
            draft.groups[place].plan.level,
            draft.groups[place].standard_version,
            draft.room.kind == "paper",
            draft.groups[place].terms,
        )
        for place, during in turns
    ]
    for number, ((place, during), found) in enumerate(zip(turns, slot_factors(slots, rules), strict=True), start=1):
        draft.groups[place].turns.append(TurnDraft(number, during, found))
    for group in draft.groups:
        group.norms = list(group.standard.norms(group.plan.part, rules, local_day(group.plan.starts_at)))

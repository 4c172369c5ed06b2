"""The rows that a plan names, read in four queries however many groups and people it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, Uuid, and_, bindparam, func, select, tuple_
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range, aggregate_order_by

from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.core.prepared import Prepared
from examops.organisations import FILED_LEVELS
from examops.organisations.models import Body
from examops.registration.models import Batch, BatchOccupation
from examops.sessions.capacity.terms import Terms, terms_columns, terms_from
from examops.sessions.models import ExamSession
from examops.sessions.planning.held import Held, Wanted, held_now
from examops.sessions.planning.plan import SessionPlan
from examops.sites import RoomGround, SitePapers, admitted_now, lent_times, newest, room_ground
from examops.sites.models import Camera, CameraOutage, Room, Site, SiteTenure, SiteVerification
from examops.specifications import Specification, WorkPlan, plan_in_force
from examops.staff import CardFacts
from examops.staff.models import Qualification, StaffMember


class Member(NamedTuple):
    """Somebody of the body who is planned."""

    id: int
    uid: UUID
    name: str
    person_id: int


@dataclass(frozen=True)
class PlanRows:
    """``offers``: what the batch was announced with, and by what it is examined; ``work_plan``: the body's, in force
    when the session begins; ``lent``: when the room's site is lent to the body, None where it is the body's own;
    ``filed`` are levels by occupation; ``cameras``: how many the room has, how many of them are admitted, and the
    names of those out of service meanwhile."""

    batch: Batch
    room: Room
    site: Site
    body: Body
    work_plan: WorkPlan | None
    offers: Mapping[tuple[str, str], tuple[BatchOccupation, Terms]]
    filed: Mapping[str, Sequence[str]]
    cameras: tuple[int, int, Sequence[str]]
    lent: Sequence[Range[datetime]] | None
    papers: SitePapers
    staff: Sequence[Member]
    cards: Mapping[int, list[CardFacts]]
    ground: RoomGround
    held: Held = field(repr=False)


def read_rows(plan: SessionPlan, changing: ExamSession | None = None) -> PlanRows:
    """Raises :class:`NotFound` for a batch or room that is not the reader's."""
    rows = db.session.execute(NAMED, _named(plan)).all()
    head = rows[0] if rows else None
    if head is None or (changing and changing.body_id != head.Batch.body_id):
        raise NotFound(N_("没有找到批次或考场"))
    batch, room = head.Batch, head.Room
    lent = None if room.body_id == batch.body_id else lent_times(room.site_id, batch.body_id)
    if lent == []:
        raise NotFound(N_("没有找到批次或考场"))
    offers = [(row.BatchOccupation, terms_from(row, row.BatchOccupation.level)) for row in rows if row.BatchOccupation]
    staff, cards = _staff(plan, batch)
    ground = room_ground(room.id)
    return PlanRows(
        batch,
        room,
        head.Site,
        head.Body,
        head.WorkPlan,
        {(offer.occupation_code, offer.level): (offer, terms) for offer, terms in offers},
        head.filed or {},
        (head.cameras, head.admitted, head.dark or ()),
        lent,
        SitePapers(head.SiteTenure, head.SiteVerification),
        staff,
        cards,
        ground,
        held_now(Wanted.of(plan, room, {one.id: one.person_id for one in staff}, ground.stations, changing)),
    )


def _cameras(counted: Any) -> Any:
    in_use = (Camera.room_id == Room.id, Camera.retired_at.is_(None))
    return select(counted).select_from(Camera).where(*in_use).correlate(Room).scalar_subquery()


def _dark() -> Any:
    meanwhile = CameraOutage.during.overlaps(bindparam("during", type_=TSTZRANGE))
    out = select(CameraOutage.id).where(CameraOutage.camera_id == Camera.id, meanwhile)
    return func.array_agg(aggregate_order_by(Camera.label, Camera.label)).filter(out.correlate(Camera).exists())


# Made once: it is asked at every change of a plan, and making it cost more than its answer.
_OFFERED = tuple_(BatchOccupation.occupation_code, BatchOccupation.level).in_(bindparam("offered", expanding=True))
NAMED = (
    select(
        Batch,
        Room,
        Site,
        Body,
        WorkPlan,
        BatchOccupation,
        *terms_columns(BatchOccupation.occupation_code, BatchOccupation.level),
        SiteTenure,
        SiteVerification,
        FILED_LEVELS.label("filed"),
        _cameras(func.count()).label("cameras"),
        _cameras(func.count(admitted_now())).label("admitted"),
        _cameras(_dark()).label("dark"),
    )
    .select_from(Batch)
    .join(Room, Room.uid == bindparam("room_uid", type_=Uuid))
    .join(Site, Site.id == Room.site_id)
    .join(Body, Body.id == Batch.body_id)
    .outerjoin(WorkPlan, plan_in_force(Batch.body_id, bindparam("starts_at", type_=DateTime(timezone=True))))
    .outerjoin(SiteTenure, SiteTenure.id == newest(SiteTenure, Room.site_id))
    .outerjoin(SiteVerification, SiteVerification.id == newest(SiteVerification, Room.site_id))
    .outerjoin(BatchOccupation, and_(BatchOccupation.batch_id == Batch.id, _OFFERED))
    .outerjoin(Specification, Specification.id == BatchOccupation.specification_id)
    .where(Batch.uid == bindparam("batch_uid", type_=Uuid))
)


def _named(plan: SessionPlan) -> dict[str, Any]:
    """The parameters of :data:`NAMED`."""
    offered = list({(group.occupation_code, group.level) for group in plan.groups})
    named = {"batch_uid": plan.batch_uid, "room_uid": plan.room_uid, "offered": offered}
    return {**named, "starts_at": plan.starts_at, "during": plan.during}


STAFF = Prepared(
    select(
        StaffMember.id,
        StaffMember.uid,
        StaffMember.name,
        StaffMember.person_id,
        Qualification.kind,
        Qualification.occupation_code,
        Qualification.levels,
        Qualification.valid_from,
        Qualification.valid_until,
    )
    .outerjoin(Qualification, Qualification.staff_id == StaffMember.id)
    .where(
        StaffMember.uid == func.any(bindparam("uids", type_=ARRAY(Uuid))),
        StaffMember.body_id == bindparam("body_id", type_=BigInteger),
        StaffMember.is_active,
    )
    .order_by(StaffMember.id, Qualification.id)
)


def _staff(plan: SessionPlan, batch: Batch) -> tuple[list[Member], dict[int, list[CardFacts]]]:
    """Active people of the body who are planned, with all their cards."""
    uids = [duty.staff_uid for duty in plan.duties]
    members: dict[int, Member] = {}
    cards: dict[int, list[CardFacts]] = {}
    for row in STAFF.all(uids=uids, body_id=batch.body_id) if uids else ():
        members[row.id] = Member(*row[:4])
        if row.kind is not None:
            cards.setdefault(row.id, []).append(CardFacts(*row[4:]))
    return list(members.values()), cards

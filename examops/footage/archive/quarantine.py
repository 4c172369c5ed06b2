"""Segments that the server would not trust: what is wrong with each, and a named person's decision with its reason.

Released: the box may upload the segment after all; the store's own digest decides as for any other. Kept: it stays
outside. Decisions are added, never changed; the newest about the present reason counts.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, select

from examops.accounts import Identity
from examops.accounts.models import Device
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import among, db, owner_of
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.language import N_
from examops.core.queries import records_of, rows_of
from examops.core.reading import read
from examops.footage.cameras.alarms import end_alarm
from examops.footage.models import QuarantineDecision, Segment
from examops.footage.tags import Tag
from examops.sessions.models import ExamSession
from examops.sites.models import Camera, Room
from examops.web.inputs.fields import MAX_YEAR, MIN_YEAR

PAGE = 50
# What a person may overrule. Time that was not armed is the factory's own, and other bytes prove nothing.
RELEASABLE = ("signature.invalid", "chain.broken", "time.future", "time.late", "time.overlap")
DECISIONS = ("released", "kept")


class NotReleasable(Conflict):
    code, message = "quarantine.not_releasable", N_("这一种隔离不能放行")
    advice = N_("布防时间以外的画面不得使用；字节与清单不符的录像不能作证。可以保持隔离并写明情况")


@dataclass(frozen=True)
class QuarantineLine:
    """``decision`` is the newest about the reason the segment is held for now, None while nobody has decided."""

    segment: Segment
    session: ExamSession
    camera: Camera
    room: Room
    device: Device
    decision: QuarantineDecision | None

    @property
    def has_time(self) -> bool:
        """Whether its times can be worded: releases up to 0.1.0 took in any year."""
        return all(MIN_YEAR <= at.year <= MAX_YEAR for at in (self.segment.started_at, self.segment.ended_at))

    @property
    def may_release(self) -> bool:
        is_held = self.segment.state == "quarantined"
        return is_held and self.segment.quarantine_reason in RELEASABLE and not self.is_released

    @property
    def may_keep(self) -> bool:
        return self.segment.state == "quarantined" and (self.decision is None or self.is_released)

    @property
    def is_released(self) -> bool:
        return self.decision is not None and self.decision.decision == "released"


def _about_it() -> ColumnElement[bool]:
    return and_(QuarantineDecision.segment_id == Segment.id, QuarantineDecision.reason == Segment.quarantine_reason)


def quarantined(
    *, decided: bool, before: int | None = None, site_ids: Iterable[int] | None = None
) -> list[QuarantineLine]:
    """A page and one more, newest first: those nobody has decided on, or those somebody has."""
    is_first = not decided and before is None and site_ids is None
    rows = _undecided() if is_first else read(held_query(decided, before, site_ids))
    newest = _newest([row.Segment for row in rows])
    return [QuarantineLine(*row, newest.get(row.Segment.id)) for row in rows]


def held_query(
    decided: bool, before: int | None, site_ids: Iterable[int] | None
) -> Select[Segment, ExamSession, Camera, Room, Device]:
    query = (
        select(Segment, ExamSession, Camera, Room, Device)
        .join(ExamSession, ExamSession.id == Segment.session_id)
        .join(Camera, Camera.id == Segment.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .join(Device, Device.id == Segment.device_id)
        .where(
            Segment.quarantine_reason != "", exists().where(_about_it()) if decided else ~exists().where(_about_it())
        )
        .order_by(Segment.id.desc())
        .limit(PAGE + 1)
    )
    query = query.where(Segment.id < before) if before else query
    return query.where(Room.site_id.in_(list(site_ids))) if site_ids is not None else query


@rows_of
def _undecided() -> Select[Segment, ExamSession, Camera, Room, Device]:
    return held_query(False, None, None)


def _newest(segments: list[Segment]) -> dict[int, QuarantineDecision]:
    return {decision.segment_id: decision for decision in _decided([segment.id for segment in segments])}


@records_of
def _decided(segment_ids: list[int]) -> Select[QuarantineDecision]:
    about = select(QuarantineDecision).join(Segment, _about_it()).where(among(Segment.id, segment_ids))
    return about.order_by(QuarantineDecision.id)


def decide(uid: uuid.UUID, decision: str, note: str, *, actor: Actor, clock: Clock) -> None:
    """Release or keep a held segment. Deciding the same again changes nothing; a reason must be given."""
    if decision not in DECISIONS:
        raise Invalid(N_("没有这种决定"))
    if not note.strip():
        raise Invalid(N_("请写明理由"), advice=N_("例如核对了什么、和谁确认的"))
    segment = db.session.execute(
        select(Segment).where(Segment.uid == uid, Segment.quarantine_reason != "").with_for_update()
    ).scalar_one_or_none()
    if segment is None:
        raise NotFound(N_("没有这个被隔离的录像段"))
    before = _newest([segment]).get(segment.id)
    if before is not None and before.decision == decision:
        return
    if segment.state != "quarantined":
        raise Conflict(N_("这一段已经放行并收到，不能再改"))
    if decision == "released" and segment.quarantine_reason not in RELEASABLE:
        raise NotReleasable(reason=segment.quarantine_reason)
    _write_down(segment, decision, note.strip()[:500], actor, clock)


def _write_down(segment: Segment, decision: str, note: str, actor: Actor, clock: Clock) -> None:
    db.session.add(
        QuarantineDecision(
            **owner_of(segment),
            segment_id=segment.id,
            reason=segment.quarantine_reason,
            decision=decision,
            note=note,
            decided_by=actor.name,
            decided_by_uid=actor.uid,
            decided_at=clock.now(),
        )
    )
    db.session.flush()
    tag, details = Tag.QUARANTINE_DECIDED, {"decision": decision, "reason": segment.quarantine_reason}
    record(tag, actor, segment, words=note, at=clock.now(), sha256=segment.sha256.hex(), **details)
    undecided = select(Segment.id).where(
        Segment.camera_id == segment.camera_id, Segment.state == "quarantined", ~exists().where(_about_it())
    )
    if db.session.execute(undecided.limit(1)).first() is None:
        end_alarm(db.session.get_one(Camera, segment.camera_id), "quarantined", clock=clock)


def is_released(segment: Segment) -> bool:
    decision = _newest([segment]).get(segment.id)
    return decision is not None and decision.decision == "released"


def released_for(device: Identity) -> list[str]:
    """Held segments of the site that its box may announce and upload after all."""
    query = (
        select(Segment)
        .join(Camera, Camera.id == Segment.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .where(Room.site_id == device.site_id, Segment.state == "quarantined", exists().where(_about_it()))
        .order_by(Segment.id)
    )
    held = list(db.session.execute(query).scalars())
    newest = _newest(held)
    return [str(segment.uid) for segment in held if newest[segment.id].decision == "released"]

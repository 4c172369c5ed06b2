"""Making sessions: the plan is judged whole, every clash is named, and the constraints have the last word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from config.rulebook import Rulebook, rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local, local_day
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.language import N_, _
from examops.core.locking import lock_all
from examops.core.numbers import next_number
from examops.core.refusals import constraints_as
from examops.sessions.capacity.outages import any_out
from examops.sessions.capacity.resources import recount
from examops.sessions.models import ExamSession, SessionDuty, SessionGroup, SessionStation, Turn
from examops.sessions.planning.conflicts import Clash, find_clashes
from examops.sessions.planning.draft import Draft, GroupDraft, TurnDraft
from examops.sessions.planning.plan import Duty, Plan, SessionPlan
from examops.sessions.planning.validation import PlanFindings, validate_plan
from examops.sessions.refusals import CONSTRAINTS, PlanConflict
from examops.sessions.tags import Tag

__all__ = ["Duty", "Plan", "SessionPlan", "create_session", "create_sessions", "save_judged"]


def create_session(plan: Plan | SessionPlan, *, actor: Actor, clock: Clock, rules: Rulebook) -> ExamSession:
    """Save a draft session with groups, turns, workstations and duties; or raise with every fault at once."""
    return create_sessions([plan], actor=actor, clock=clock, rules=rules)[0]


def create_sessions(
    plans: Sequence[Plan | SessionPlan], *, actor: Actor, clock: Clock, rules: Rulebook
) -> list[ExamSession]:
    """Several rooms at once: all of them are saved, or none."""
    return save_judged([validate_plan(plan.whole(), clock=clock, rules=rules) for plan in plans], actor=actor)


def save_judged(judged: Sequence[PlanFindings], *, actor: Actor) -> list[ExamSession]:
    """Raises :class:`Invalid` for faults, :class:`PlanConflict` for clashes, also those of the last moment."""
    refuse_faults(judged)
    drafts = [one.draft for one in judged]
    lock_all(*[key for draft in drafts for key in scarce(draft)])
    refuse_clashes([clash for draft in drafts for clash in find_clashes(draft)])
    saved = [_save(draft, actor) for draft in drafts]
    for draft, session in zip(drafts, saved, strict=True):
        count_outages(draft, session)
    return saved


def count_outages(draft: Draft, session: ExamSession) -> None:
    """A workstation or camera may have gone out of service after the draft was measured: behind the locks, places are
    counted once more where one is out."""
    if any_out([station.id for station in draft.stations], draft.plan.during):
        db.session.flush()
        recount(session, rulebook())


def refuse_faults(judged: Sequence[PlanFindings]) -> None:
    """Raises :class:`Invalid` with everything wrong; clashes are told with it."""
    faults = [fault.words for one in judged for fault in one.faults]
    if faults:
        clashes = [clash.words for one in judged for clash in one.clashes]
        raise Invalid(_("；").join(dict.fromkeys([*faults, *clashes])), advice=N_("改好后再保存，已填的内容不会丢"))


def scarce(draft: Draft) -> list[tuple[str, int]]:
    stations = [("workstation", station.id) for station in draft.stations]
    return [("room", draft.room.id), *stations, *[("person", member.person_id) for member, _duty in draft.staff]]


def refuse_clashes(clashes: Sequence[Clash]) -> None:
    if clashes:
        advice = _("；").join(dict.fromkeys(clash.advice for clash in clashes))
        raise PlanConflict(_("；").join(clash.words for clash in clashes), advice=advice)


def _save(draft: Draft, actor: Actor) -> ExamSession:
    owner = {"body_id": draft.batch.body_id, "district": draft.room.district}
    session = _new_session(draft, owner)
    with constraints_as(CONSTRAINTS):
        db.session.add(session)
        db.session.flush()
        insert_holdings(draft, session, owner)
    for number, group in enumerate(draft.groups, start=1):
        insert_group(group, number, session, owner)
    record(Tag.SESSION_CREATED, actor, session, words=session.words, groups=len(draft.groups))
    return session


def _new_session(draft: Draft, owner: dict) -> ExamSession:
    plan, year = draft.plan, local(draft.plan.starts_at).year
    return ExamSession(
        **owner,
        number=f"{year}-{next_number(f'session:{year}'):04d}",
        batch_id=draft.batch.id,
        site_id=draft.room.site_id,
        room_id=draft.room.id,
        title=draft.title,
        during=plan.during,
        desk_opens_at=plan.desk_opens_at,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        bookings_close_at=bookings_close_at(plan),
    )


def bookings_close_at(plan: SessionPlan) -> datetime:
    """Some hours before the exam, and never after its desk opens."""
    hours = rulebook().value("session.booking_close_hours", local_day(plan.starts_at))
    return min(plan.desk_opens_at, plan.starts_at - timedelta(hours=hours))


def insert_holdings(draft: Draft, session: ExamSession, owner: dict) -> None:
    held = {**owner, "session_id": session.id, "during": draft.plan.during}
    db.session.add_all(
        SessionStation(**held, workstation_id=station.id, serves=_groups_of(draft, station.id))
        for station in draft.stations
    )
    db.session.add_all(
        SessionDuty(**held, staff_id=member.id, role=duty.role, serves=[] if duty.group is None else [duty.group + 1])
        for member, duty in draft.staff
    )
    db.session.flush()


def _groups_of(draft: Draft, station_id: int) -> list[int]:
    """Numbers of the groups that use this workstation; empty when all do."""
    users = [
        number
        for number, group in enumerate(draft.groups, start=1)
        if any(station.id == station_id for station in group.stations)
    ]
    return [] if len(users) == len(draft.groups) else users


def insert_group(draft: GroupDraft, number: int, session: ExamSession, owner: dict) -> None:
    assert draft.offered  # a draft without one has a fault and is never saved
    group = SessionGroup(
        **owner,
        session_id=session.id,
        number=number,
        occupation_code=draft.plan.occupation_code,
        level=draft.plan.level,
        part=draft.plan.part,
        standard_version=draft.offered.standard_version,
    )
    db.session.add(group)
    db.session.flush()
    insert_turns(draft.turns, group, session, owner)


def insert_turns(turns: Sequence[TurnDraft], group: SessionGroup, session: ExamSession, owner: dict) -> None:
    of = {**owner, "session_id": session.id, "group_id": group.id}
    db.session.add_all(Turn(**of, **turn_values(turn)) for turn in turns)
    db.session.flush()


def turn_values(turn: TurnDraft) -> dict[str, Any]:
    factors = [factor.to_json() for factor in turn.factors]
    return {"number": turn.number, "during": turn.during, "capacity": turn.capacity, "factors": factors}

"""Writing a changed session down: rows that stay are moved, the rest is made or goes;
the constraints have the last word.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from examops.audit import record
from examops.core.actor import Actor
from examops.core.database import db, owner_of
from examops.core.locking import lock_all
from examops.core.refusals import constraints_as
from examops.sessions.editing.rules import as_refusal, check_changeable
from examops.sessions.models import Booking, ExamSession, SessionDuty, SessionGroup, SessionStation, Turn
from examops.sessions.planning.booked_places import booked_faults, pair_groups, pair_turns
from examops.sessions.planning.conflicts import find_clashes
from examops.sessions.planning.draft import Draft, GroupDraft, TurnDraft
from examops.sessions.planning.forms import ROLES
from examops.sessions.planning.saving import (
    bookings_close_at,
    count_outages,
    insert_group,
    insert_holdings,
    insert_turns,
    refuse_clashes,
    refuse_faults,
    scarce,
    turn_values,
)
from examops.sessions.planning.validation import PlanFindings
from examops.sessions.refusals import CONSTRAINTS
from examops.sessions.states import LIVE_BOOKING
from examops.sessions.tags import Tag
from examops.sessions.turn_locks import lock_turns_of

APART = 1000  # numbers of turns while they change places; a session has a few dozen


def change_session(judged: PlanFindings, *, actor: Actor) -> ExamSession:
    """Raises what saving a new one raises, :class:`NotChangeable`, and a conflict that names people
    who would lose out.
    """
    draft = judged.draft
    session = draft.changing
    assert session
    refuse_faults([judged])
    lock_all(*scarce(draft))
    lock_turns_of(session.id)
    db.session.refresh(session, with_for_update=True)
    check_changeable(session)
    refuse_clashes(find_clashes(draft))
    refusal = as_refusal(booked_faults(session, draft))
    if refusal:
        raise refusal
    before = _said(session)
    with constraints_as(CONSTRAINTS):
        _write(session, draft)
    count_outages(draft, session)
    after = _said(session)
    changes: Any = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    record(Tag.SESSION_CHANGED, actor, session, words=session.words, **changes)
    return session


def _said(session: ExamSession) -> dict[str, Any]:
    """What the log tells about a session, to be compared before and after."""
    turns = db.session.execute(select(Turn).where(Turn.session_id == session.id).order_by(Turn.number)).scalars().all()
    stations = select(SessionStation.workstation_id).where(SessionStation.session_id == session.id)
    duties = select(SessionDuty.staff_id, SessionDuty.role).where(
        SessionDuty.session_id == session.id, ~SessionDuty.is_released
    )
    return {
        "title": session.title,
        "room": session.room_id,
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "turns": [f"{turn.during.lower:%F %R} {turn.capacity}" for turn in turns],
        "stations": len(db.session.execute(stations).all()),
        "people": sorted(f"{row.staff_id} {row.role}" for row in db.session.execute(duties)),
    }


def _write(session: ExamSession, draft: Draft) -> None:
    plan = draft.plan
    db.session.execute(delete(SessionStation).where(SessionStation.session_id == session.id))
    # A supervisor of the city is not planned here and stays; whoever was replaced stays on record.
    planned = SessionDuty.session_id == session.id, SessionDuty.role.in_(ROLES), ~SessionDuty.is_released
    db.session.execute(delete(SessionDuty).where(*planned))
    session.batch_id, session.room_id, session.site_id = draft.batch.id, draft.room.id, draft.room.site_id
    session.title, session.during = draft.title, plan.during
    session.desk_opens_at, session.bookings_close_at = plan.desk_opens_at, bookings_close_at(plan)
    session.starts_at, session.ends_at = plan.starts_at, plan.ends_at
    db.session.flush()
    owner = owner_of(session)
    insert_holdings(draft, session, owner)
    _write_groups(session, draft, owner)
    db.session.expire_all()


def _write_groups(session: ExamSession, draft: Draft, owner: dict[str, Any]) -> None:
    groups, turns = pair_groups(session, draft), pair_turns(session, draft)
    _make_room(session)
    kept = {place: group for group, place in groups if place is not None}
    for place, wanted in enumerate(draft.groups):
        if place not in kept:
            insert_group(wanted, place + 1, session, owner)
    for place, group in kept.items():
        offered = draft.groups[place].offered
        assert offered
        group.number, group.standard_version = place + 1, offered.standard_version
    taken: dict[int, list[TurnDraft]] = {}
    for pair in turns:
        if pair.place is not None and pair.fresh is not None:
            _move(pair.turn, pair.fresh)
            taken.setdefault(pair.place, []).append(pair.fresh)
    db.session.flush()
    for place, group in kept.items():
        rest: GroupDraft = draft.groups[place]
        insert_turns([turn for turn in rest.turns if turn not in taken.get(place, [])], group, session, owner)
    _drop([pair.turn for pair in turns if pair.fresh is None], session)
    for group, stays_at in groups:
        if stays_at is None:
            db.session.delete(group)
    db.session.flush()


def _make_room(session: ExamSession) -> None:
    """Numbers are unique at every moment: move all out of the way before they are given anew."""
    db.session.execute(
        update(SessionGroup).where(SessionGroup.session_id == session.id).values(number=-SessionGroup.number)
    )
    db.session.execute(update(Turn).where(Turn.session_id == session.id).values(number=Turn.number + APART))
    db.session.expire_all()


def _move(turn: Turn, fresh: TurnDraft) -> None:
    """The turn as drafted; those booked into it move with it."""
    for name, value in turn_values(fresh).items():
        setattr(turn, name, value)
    db.session.execute(
        update(Booking).where(Booking.turn_id == turn.id, Booking.state.in_(LIVE_BOOKING)).values(during=fresh.during)
    )


def _drop(turns: list[Turn], session: ExamSession) -> None:
    """Nobody holds a place in them. Places given back long ago keep their row, at a turn that is left."""
    if not turns:
        return
    gone = [turn.id for turn in turns]
    left = select(Turn.id).where(Turn.session_id == session.id, Turn.id.not_in(gone)).order_by(Turn.number).limit(1)
    db.session.execute(
        update(Booking).where(Booking.turn_id.in_(gone)).values(turn_id=db.session.execute(left).scalar_one())
    )
    db.session.execute(delete(Turn).where(Turn.id.in_(gone)))

"""Changing a saved session before it is declared: judged like a new one, and nobody who is booked loses a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from sqlalchemy import ARRAY, Text, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import aliased

from examops.accounts import shown_name
from examops.core.database import db
from examops.core.language import _
from examops.eligibility.models import Candidate
from examops.registration.models import Application
from examops.sessions.models import Booking, ExamSession, SessionGroup, Turn
from examops.sessions.planning.draft import Draft, Fault, TurnDraft
from examops.sessions.states import LIVE_BOOKING

MAX_NAMED = 8


_BOOKED = (
    select(func.array_agg(aggregate_order_by(Candidate.name, Booking.id), type_=ARRAY(Text())))
    .select_from(Booking)
    .join(Application, Application.id == Booking.application_id)
    .join(Candidate, Candidate.id == Application.candidate_id)
    .where(Booking.turn_id == Turn.id, Booking.state.in_(LIVE_BOOKING))
    .correlate(Turn)
    .scalar_subquery()
)


@dataclass(frozen=True)
class TurnPair:
    """A saved turn, the group's place in the draft and the turn that takes its place; both None where it goes.

    ``names`` of those who have a place in it.
    """

    turn: Turn
    place: int | None
    fresh: TurnDraft | None
    names: list[str]


@dataclass
class Holder:
    """Somebody with a place, of the body that holds the session."""

    name: str
    body_id: int


def pair_groups(session: ExamSession, draft: Draft) -> list[tuple[SessionGroup, int | None]]:
    """Saved groups with their places in the draft: the same occupation, level and part is the same group."""
    groups = select(SessionGroup).where(SessionGroup.session_id == session.id).order_by(SessionGroup.number)
    return [(group, _place(group, draft)) for group in db.session.execute(groups).scalars()]


def _place(group: SessionGroup, draft: Draft) -> int | None:
    wanted = group.occupation_code, group.level, group.part
    plans = [one.plan for one in draft.groups]
    found = [n for n, plan in enumerate(plans) if (plan.occupation_code, plan.level, plan.part) == wanted]
    return found[-1] if found else None


def pair_turns(session: ExamSession, draft: Draft) -> list[TurnPair]:
    """Turns of a group are matched one by one in their order; what is left over at the end goes."""
    query = (
        select(SessionGroup, Turn, _BOOKED.label("names"))
        .join(Turn, Turn.group_id == SessionGroup.id)
        .where(SessionGroup.session_id == session.id)
        .order_by(SessionGroup.number, Turn.number)
    )
    pairs: list[TurnPair] = []
    for _group, rows in groupby(db.session.execute(query).all(), key=lambda row: row.SessionGroup.id):
        turns = list(rows)
        place = _place(turns[0].SessionGroup, draft)
        fresh = [] if place is None else draft.groups[place].turns
        pairs += [TurnPair(row.Turn, place, turn, row.names or []) for row, turn in zip_longest(turns, fresh) if row]
    return pairs


def booked_faults(session: ExamSession, draft: Draft) -> list[Fault]:
    """What would take a place from somebody, or seat somebody twice; names as the reader may see them."""
    pairs = pair_turns(session, draft)
    people = [name for pair in pairs for name in pair.names]
    found = [fault for pair in pairs if pair.names for fault in _lost(pair)]
    if people and draft.batch.id != session.batch_id:
        names = _names(people, session.body_id)
        found.append(
            Fault("batch", _("已排 {names}，不能换批次：先退出他们，或另排一个场次", names=names), names_people=True)
        )
    if draft.room.district != session.district:
        found.append(Fault("room", _("考场在另一个区，由那里审批：请另排一个场次"), 0))
    return [*found, *_elsewhere(session, pairs)]


def _lost(pair: TurnPair) -> Iterator[Fault]:
    names = pair.names
    if pair.fresh is None:
        words = _(
            "第 {number} 轮已排 {names}，去不掉：先退出或换轮次",
            number=pair.turn.number,
            names=_names(names, pair.turn.body_id),
        )
        yield Fault("turns" if pair.place is not None else "groups", words, pair.place, names_people=True)
    elif pair.fresh.capacity < len(names):
        words = _(
            "第 {number} 轮已排 {count} 人（{names}），改后只能排 {capacity} 人，限制是{limit}",
            number=pair.turn.number,
            count=len(names),
            names=_names(names, pair.turn.body_id),
            capacity=pair.fresh.capacity,
            limit=pair.fresh.factors[0].word,
        )
        yield Fault("turns", words, pair.place, names_people=True)


def _elsewhere(session: ExamSession, pairs: Sequence[TurnPair]) -> Iterator[Fault]:
    """People of a turn that moves who sit somewhere else at its new time, as far as the reader may see it."""
    moved = {
        pair.turn.id: (pair.place, pair.fresh.during)
        for pair in pairs
        if pair.fresh and pair.fresh.during != pair.turn.during
    }
    if not moved:
        return
    mine = aliased(Booking)
    query = (
        select(mine.turn_id, Candidate.name, Candidate.body_id, ExamSession.number)
        .join(Booking, Booking.person_id == mine.person_id)
        .join(Application, Application.id == Booking.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(ExamSession, ExamSession.id == Booking.session_id)
        .where(mine.state.in_(LIVE_BOOKING), Booking.state.in_(LIVE_BOOKING), Booking.session_id != session.id)
        .where(or_(*[(mine.turn_id == turn) & Booking.during.overlaps(at) for turn, (_place, at) in moved.items()]))
        .order_by(mine.turn_id, Booking.id)
    )
    for turn_id, name, body_id, number in db.session.execute(query):
        who = shown_name(Holder(name, body_id))
        words = _("{name} 那时在场次 {number} 有另一场考试", name=who, number=number)
        yield Fault("starts_at", words, moved[turn_id][0], names_people=True)


def _names(names: Sequence[str], body_id: int) -> str:
    """``陈小明、何秀兰`` inside the body, else ``陈*明、何*兰``, and how many more."""
    shown = [shown_name(Holder(name, body_id)) for name in names[:MAX_NAMED]]
    more = _(" 等 {count} 人", count=len(names)) if len(names) > MAX_NAMED else ""
    return "、".join(shown) + more

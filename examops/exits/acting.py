"""Telling the body, hearing it, deciding, withdrawing, lifting: one way through for each, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day, today
from examops.core.database import db
from examops.core.errors import Conflict, Invalid
from examops.core.language import N_, message
from examops.core.transitions import check_transition
from examops.exits.effects import apply, bar_day, end_exit, move_body, undo
from examops.exits.grounds import clause_of
from examops.exits.history import (
    BODY,
    BUREAUS,
    CITY,
    add_act,
    facts_of,
    hand_of,
    held,
    must_be_another,
    must_be_stranger,
    other_open_cases,
)
from examops.exits.labels import GROUND_WORDS
from examops.exits.letters import write_letter
from examops.exits.models import ExitAct, ExitCase
from examops.exits.notices import tell_decision, tell_hearing, tell_lifted, tell_set_aside, tell_withdrawn
from examops.exits.opening import LEAVING, start_clock
from examops.exits.refusals import BarOnly, HearingRuns, NoFacts, NothingToLeave, NotRemovedByThis, OtherCaseOpen
from examops.exits.sessions import choose, has_undecided
from examops.exits.states import BARRING, CASE_TRANSITIONS, LEFT, CaseState
from examops.exits.tags import Tag
from examops.filings import hold_on_top
from examops.offices import Hand
from examops.organisations import BODY_STATES
from examops.organisations.models import Body, LegalEntity

S = CaseState


@dataclass(frozen=True)
class Decision:
    """``outcome``: dismissed, suspended or removed. ``bar_until`` counts for misconduct only."""

    outcome: str
    reason: str
    bar_until: date | None = None


def tell_body(case: ExitCase, seen: str, *, actor: Actor, clock: Clock, for_officer: UUID | None = None) -> None:
    """The letter goes out, the body may state its case until a day. Raises :class:`NoFacts`."""
    held(case, seen, actor, BUREAUS)
    hand = hand_of(actor, for_officer, clock)
    _must_follow(case, S.TOLD)
    if not facts_of(case):
        raise NoFacts()
    body = body_of(case)
    start_clock(case, S.TOLD, clock)
    case.told_at, case.told_by, case.hearing_until = clock.now(), actor.uid, case.due_on
    act = _acted(case, "told", Tag.TOLD, hand, clock)
    write_letter(case, body, act, "told", clock=clock)
    tell_hearing(case, body, clock)


def state_case(case: ExitCase, statement: str, seen: str, *, actor: Actor, clock: Clock) -> None:
    """The body's own words, once. The city decides from here on."""
    held(case, seen, actor, BODY)
    _must_follow(case, S.HEARD)
    if not statement:
        raise Invalid(N_("没有写陈述申辩"), advice=N_("写明事实是否属实、理由和要求"))
    case.statement, case.stated_by, case.stated_by_name = statement, actor.uid, actor.name
    case.heard_at = clock.now()
    start_clock(case, S.HEARD, clock)
    _acted(case, "stated", Tag.STATED, Hand(actor), clock)


def term_is_over(case: ExitCase, clock: Clock) -> bool:
    """The body was told, has stated nothing, and its last day to do so has passed."""
    return case.state == S.TOLD and case.hearing_until is not None and case.hearing_until < today(clock)


def end_term(case: ExitCase, *, actor: Actor, clock: Clock) -> bool:
    """The day until which the body could state its case is over, and it has not. False: it is not over."""
    if not term_is_over(case, clock):
        return False
    case.heard_at = clock.now()
    start_clock(case, S.HEARD, clock)
    _acted(case, "term_over", Tag.TERM_OVER, Hand(actor), clock)
    return True


def decide(
    case: ExitCase, what: Decision, seen: str, *, actor: Actor, clock: Clock, for_officer: UUID | None = None
) -> ExitAct:
    """A named officer of the city, who had no hand in the case. Body, bar, directory, letter and notice follow.

    Raises :class:`HearingRuns` while the body may still speak, :class:`OwnCase`, :class:`NothingToLeave`,
    :class:`BarOnly`, and :class:`OtherCaseOpen` where the body would leave by its own wish before that is settled.
    """
    acts, hand = held(case, seen, actor, CITY), hand_of(actor, for_officer, clock)
    must_be_another(acts, hand)
    _must_be_heard(case, clock)
    _must_be_complete(case, what)
    if what.outcome == "removed":
        hold_on_top(case.body_id)
    body = _locked_body(case)
    _must_leave_nothing_open(case, body, what)
    _must_fit(case, body, what)
    return _decided(case, body, what, hand, clock)


def _must_fit(case: ExitCase, body: Body, what: Decision) -> None:
    """Raises :class:`BarOnly` where a body that has left would leave again, or one that has not is only barred;
    :class:`Invalid` for a bar without a day."""
    has_left, state = body.state in LEFT, message(BODY_STATES[body.state])
    if what.outcome == "barred" and case.ground == "misconduct" and has_left:
        if what.bar_until is None:
            raise Invalid(N_("没有写限制申请到哪一天"), advice=N_("选限制申请的最后一天，十年以内"))
    elif what.outcome == "barred" or (has_left and case.ground == "misconduct" and what.outcome != "dismissed"):
        raise BarOnly(body=body.name, state=state)
    elif what.outcome != "dismissed" and (body.state not in LEAVING or body.state == what.outcome):
        raise NothingToLeave(body=body.name, state=state)


def _must_be_heard(case: ExitCase, clock: Clock) -> None:
    if case.state == S.TOLD and not end_term(case, actor=Actor.system(N_("陈述期满")), clock=clock):
        raise HearingRuns(until=case.hearing_until.isoformat() if case.hearing_until else "")
    _must_follow(case, S.DECIDED)


def _must_be_complete(case: ExitCase, what: Decision) -> None:
    if not what.reason:
        raise Invalid(N_("没有写决定的理由"), advice=N_("写明采信哪些事实、如何看待机构的陈述"))
    if case.ground == "own_wish" and what.outcome == "suspended":
        raise Invalid(N_("自愿退出的，同意或不同意，不作暂停"), advice=N_("选同意或不同意"))


def _must_leave_nothing_open(case: ExitCase, body: Body, what: Decision) -> None:
    """Before a body leaves by its own wish; for other grounds the open ones are only shown."""
    others = other_open_cases(case)
    if case.ground == "own_wish" and what.outcome == "removed" and others:
        other = others[0]
        raise OtherCaseOpen(
            clause=clause_of(other.ground, local_day(other.opened_at)),
            body=body.name,
            number=other.number,
            ground=message(GROUND_WORDS[other.ground]),
        )


def _decided(case: ExitCase, body: Body, what: Decision, hand: Hand, clock: Clock) -> ExitAct:
    day, actor = today(clock), hand.actor
    waits = what.outcome in ("suspended", "removed") and has_undecided(case, clock.now())
    case.decision, case.reason, case.clause = what.outcome, what.reason, clause_of(case.ground, day)
    case.decided_at, case.decided_by, case.decided_by_name = clock.now(), actor.uid, actor.name
    case.decided_for_name = hand.for_name
    case.bar_until = bar_day(case.ground, what.bar_until, day) if what.outcome in BARRING else None
    start_clock(case, S.WINDING_DOWN if waits else S.DECIDED, clock)
    act = add_act(case, "decided", hand=hand, clock=clock, outcome=what.outcome, reason=what.reason)
    apply(case, body, actor=actor, clock=clock)
    write_letter(case, body, act, "decided", clock=clock)
    tell_decision(case, body, clock)
    bar = case.bar_until.isoformat() if case.bar_until else ""
    told = {"outcome": what.outcome, "reason": what.reason, "bar_until": bar, **hand.logged}
    record(Tag.DECIDED, actor, case, words=case.number, **told)
    return act


def withdraw(
    case: ExitCase, reason: str, seen: str, *, actor: Actor, clock: Clock, for_officer: UUID | None = None
) -> None:
    """An office takes back a case that is not decided, and tells the body that knew of it; the body its own wish."""
    held(case, seen, actor, (*BUREAUS, *(BODY if case.ground == "own_wish" else ())))
    hand = hand_of(actor, for_officer, clock)
    _must_follow(case, S.WITHDRAWN)
    if not reason:
        raise Invalid(N_("没有写撤销的原因"), advice=N_("写明为什么不再办"))
    start_clock(case, S.WITHDRAWN, clock)
    _acted(case, "withdrawn", Tag.WITHDRAWN, hand, clock, reason)
    if actor.role not in BODY and (case.told_at is not None or case.ground == "own_wish"):
        tell_withdrawn(case, body_of(case), clock)


def lift(
    case: ExitCase, reason: str, seen: str, *, actor: Actor, clock: Clock, for_officer: UUID | None = None
) -> None:
    """The suspension that this case decided ends: the body is filed again."""
    held(case, seen, actor, CITY)
    hand = hand_of(actor, for_officer, clock)
    body = _locked_body(case)
    if case.decision != "suspended" or case.lifted_at is not None or body.state != "suspended":
        raise Conflict(N_("这件事项没有正在暂停的备案"), advice=N_("看机构现在的状态"))
    if not reason:
        raise Invalid(N_("没有写恢复的理由"), advice=N_("写明条件怎样恢复、查过什么"))
    case.lifted_at = clock.now()
    if case.state == S.WINDING_DOWN:
        start_clock(case, S.DECIDED, clock)
    move_body(body, "filed", actor=actor, clock=clock)
    act = _acted(case, "lifted", Tag.LIFTED, hand, clock, reason)
    write_letter(case, body, act, "lifted", clock=clock)
    tell_lifted(case, body, clock)


def set_aside(
    case: ExitCase,
    reason: str,
    document: str,
    seen: str,
    *,
    actor: Actor,
    clock: Clock,
    for_officer: UUID | None = None,
) -> None:
    """A removal or a bar does not stand, by a review or a court: a named officer of the city who had no hand in the
    case says so on paper. From today the body stands as before and its entity is not barred; cancelled sessions stay
    cancelled.

    Raises :class:`SetAsideByOther`, :class:`NotRemovedByThis` where something else was decided about the body since.
    """
    acts, hand = held(case, seen, actor, CITY), hand_of(actor, for_officer, clock)
    must_be_stranger(acts, hand)
    body = _locked_body(case)
    stands = case.decision == "barred" or (case.decision == "removed" and _is_last_removal(case, body))
    if case.set_aside_at is not None or not stands:
        raise NotRemovedByThis(body=body.name)
    if not reason:
        raise Invalid(N_("没有写撤销的理由"), advice=N_("写明决定错在哪里、由谁认定"))
    if not document:
        raise Invalid(N_("没有写依据的文号"), advice=N_("写复议决定书、判决书或本局文件的文号"))
    case.set_aside_at, case.set_aside_by = clock.now(), actor.uid
    start_clock(case, S.DECIDED, clock)
    undo(case, body, actor=actor, clock=clock)
    act = add_act(case, "set_aside", hand=hand, clock=clock, reason=reason, document=document)
    write_letter(case, body, act, "set_aside", clock=clock)
    tell_set_aside(case, body, clock)
    told = {"reason": reason, "document_number": document, **hand.logged}
    record(Tag.SET_ASIDE, actor, case, words=case.number, **told)


def _is_last_removal(case: ExitCase, body: Body) -> bool:
    """Whether the body is out by this case and no other."""
    later = select(ExitCase.id).where(
        ExitCase.body_id == body.id,
        ExitCase.decision == "removed",
        ExitCase.set_aside_at.is_(None),
        ExitCase.decided_at > case.decided_at,
    )
    return body.state in ("exiting", "exited") and db.session.execute(later).first() is None


def decide_session(
    case: ExitCase,
    session_uid: UUID,
    choice: str,
    note: str,
    *,
    actor: Actor,
    clock: Clock,
    for_officer: UUID | None = None,
) -> None:
    """One session; when it was the last without a decision the case has no clock any more."""
    held(case, None, actor, CITY)
    hand = hand_of(actor, for_officer, clock)
    if case.decision not in ("suspended", "removed") or case.lifted_at is not None or case.set_aside_at is not None:
        raise Conflict(N_("没有暂停或取消备案，场次照常"), advice=N_("先作出决定"))
    row = choose(case, session_uid, choice, note, hand=hand, clock=clock)
    add_act(case, "session", hand=hand, clock=clock, outcome=row.choice, reason=note)
    settle(case, actor=actor, clock=clock)


def settle(case: ExitCase, *, actor: Actor, clock: Clock) -> None:
    """Follow what became of the sessions: the case's clock ends, and the body that was exiting has left."""
    if case.state == S.WINDING_DOWN and not has_undecided(case, clock.now()):
        start_clock(case, S.DECIDED, clock)
        _acted(case, "settled", Tag.SETTLED, Hand(actor), clock)
    if case.state == S.DECIDED and case.decision == "removed" and case.set_aside_at is None:
        end_exit(_locked_body(case), actor=actor, clock=clock)


def body_of(case: ExitCase) -> Body:
    return db.session.get_one(Body, case.body_id)


def _locked_body(case: ExitCase) -> Body:
    """The entity first: whoever files a body of it meanwhile waits, and then meets the bar."""
    db.session.execute(select(LegalEntity.id).where(LegalEntity.id == case.legal_entity_id).with_for_update())
    body = body_of(case)
    db.session.refresh(body, with_for_update=True)
    return body


def _must_follow(case: ExitCase, to: CaseState) -> None:
    check_transition(CASE_TRANSITIONS, S(case.state), to)


def _acted(case: ExitCase, name: str, tag: Tag, hand: Hand, clock: Clock, reason: str = "") -> ExitAct:
    act = add_act(case, name, hand=hand, clock=clock, reason=reason)
    told: dict[str, Any] = {**({"reason": reason} if reason else {}), **hand.logged}
    record(tag, hand.actor, case, words=case.number, **told)
    return act

"""A case, found and locked; its acts and facts; who may act on it and who may not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, true

from examops.core.actor import Actor
from examops.core.clock import Clock, local
from examops.core.database import db, owner_of
from examops.core.errors import NotAllowed, NotFound
from examops.core.language import N_, Message, message
from examops.exits.labels import ACTS, decisions_of
from examops.exits.models import ExitAct, ExitCase, ExitFact
from examops.exits.refusals import CaseOvertaken, OwnCase, SetAsideByOther
from examops.exits.states import OPEN_STATES
from examops.offices import Hand, acting_for, signed_by

BODY, BUREAUS, CITY = ("coordinator",), ("district_bureau", "city_bureau"), ("city_bureau",)
HANDS = ("opened", "gathered", "told", "stated")  # whoever did one of these decides nothing


def told_to(role: str) -> ColumnElement[bool]:
    """Whether a case is told to this role: the body learns of it when it is told, with the time to state its case, and
    not while offices still gather facts."""
    return ExitCase.told_at.is_not(None) | (ExitCase.ground == "own_wish") if role in BODY else true()


def case_by_uid(uid: UUID, role: str) -> ExitCase:
    query = select(ExitCase).where(ExitCase.uid == uid, told_to(role))
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这件退出事项，或不在您的管理范围内"))
    return found


def other_open_cases(case: ExitCase) -> Sequence[ExitCase]:
    """Of the same body and not decided yet, oldest first; its own wish to leave is none."""
    query = select(ExitCase).where(ExitCase.body_id == case.body_id, ExitCase.id != case.id)
    query = query.where(ExitCase.state.in_(OPEN_STATES), ExitCase.ground != "own_wish").order_by(ExitCase.id)
    return db.session.execute(query).scalars().all()


def acts_of(case: ExitCase) -> Sequence[ExitAct]:
    """Oldest first."""
    return db.session.execute(select(ExitAct).where(ExitAct.case_id == case.id).order_by(ExitAct.id)).scalars().all()


def facts_of(case: ExitCase) -> Sequence[ExitFact]:
    query = select(ExitFact).where(ExitFact.case_id == case.id).order_by(ExitFact.id)
    return db.session.execute(query).scalars().all()


def seen_of(acts: Sequence[ExitAct]) -> str:
    """What a form carries, so that nobody acts on what they did not see."""
    return str(acts[-1].uid) if acts else ""


def held(case: ExitCase, seen: str | None, actor: Actor, roles: Sequence[str]) -> Sequence[ExitAct]:
    """Lock the case to the end of the transaction; its acts. ``seen`` None: whoever acts needs not have seen the last.

    Raises :class:`NotAllowed` for another role, :class:`CaseOvertaken` where somebody acted in between.
    """
    if actor.role not in roles:
        raise NotAllowed(
            N_("这一步由别的部门办"), advice=N_("区局或市局告知机构，市局决定；陈述由机构办"), role=actor.role
        )
    db.session.refresh(case, with_for_update=True)
    acts = acts_of(case)
    if seen is not None and seen != seen_of(acts):
        newest = acts[-1]
        by_whom = signed_by(newest.officer_name, newest.for_officer_name)
        raise CaseOvertaken(by=by_whom, at=f"{local(newest.acted_at):%m-%d %H:%M}", act=_what(case, newest))
    return acts


def _what(case: ExitCase, act: ExitAct) -> Message:
    """The act in words; of a decision also which one."""
    words = message(ACTS[act.act])
    if act.act != "decided":
        return words
    return message(N_("{act} {decision}"), act=words, decision=message(decisions_of(case.ground)[act.outcome]))


def hand_of(actor: Actor, wanted: UUID | None, clock: Clock) -> Hand:
    """``wanted``: the uid signed for as a deputy, None for oneself. Raises ``NotDeputy``."""
    return Hand(actor, acting_for(actor, wanted, clock.now()))


def had_a_hand(acts: Sequence[ExitAct], uids: set[UUID | None], *, in_anything: bool = False) -> bool:
    """Whether one of them did, by themselves or by a deputy, what bars from deciding; or anything at all."""
    counted = [one for one in acts if in_anything or one.act in HANDS]
    return any({one.officer, one.for_officer} & (uids - {None}) for one in counted)


def must_be_another(acts: Sequence[ExitAct], hand: Hand) -> None:
    """Raises :class:`OwnCase` where who acts, or whom they act for, had a hand in the case."""
    if had_a_hand(acts, hand.uids):
        raise OwnCase()


def must_be_stranger(acts: Sequence[ExitAct], hand: Hand) -> None:
    """Raises :class:`SetAsideByOther` where who acts, or whom they act for, did anything in the case."""
    if had_a_hand(acts, hand.uids, in_anything=True):
        raise SetAsideByOther()


def add_act(
    case: ExitCase,
    name: str,
    *,
    hand: Hand,
    clock: Clock,
    outcome: str = "",
    reason: str = "",
    document: str = "",
) -> ExitAct:
    act = ExitAct(
        **owner_of(case),
        case_id=case.id,
        act=name,
        outcome=outcome,
        reason=reason,
        document=document,
        **hand.signature(),
        officer_role=hand.actor.role,
        acted_at=clock.now(),
    )
    db.session.add(act)
    db.session.flush()
    return act


def by(actor: Actor) -> dict[str, Any]:
    return {"entered_by": actor.uid, "entered_by_name": actor.name}

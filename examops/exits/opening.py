"""A case begins: drafted by the nightly check, opened by a named officer, or asked for by the body itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from config.rulebook import rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Conflict, Invalid
from examops.core.language import N_, message
from examops.core.numbers import next_number
from examops.core.refusals import constraints_as
from examops.exits.grounds import clause_of
from examops.exits.history import add_act, by, held
from examops.exits.models import ExitCase, ExitFact
from examops.exits.refusals import AlreadyLeft, NothingToLeave, OneOpenCase
from examops.exits.states import CLOCKS, LEFT, OPEN_STATES, CaseState
from examops.exits.tags import Tag
from examops.filings import due_after
from examops.offices import Hand
from examops.organisations import BODY_STATES
from examops.organisations.models import Body

NUMBER = "TC{year}-{count:04d}"
LEAVING = ("filed", "suspended")
GATHERERS = ("district_bureau", "district_centre", "city_bureau", "city_centre")


@dataclass(frozen=True)
class Read:
    """What an officer read: in words, where, and as of which day."""

    text: str
    read_in: str
    read_on: date


@dataclass(frozen=True)
class Judged:
    """A rule as it was judged, enough to judge it again; ``inputs`` is JSON with the ``day``."""

    rule: str
    subject: str
    hash: str
    inputs: dict[str, Any]
    outcome: str
    why: str
    clause: str


def open_case(
    body: Body, ground: str, facts: Iterable[Read | Judged], *, actor: Actor, clock: Clock, reason: str = ""
) -> ExitCase:
    """Drafted, with its facts; the clock of whoever looks at it first begins.

    Raises :class:`NothingToLeave` for a body that is not filed, unless it has left and the ground is misconduct, and
    :class:`OneOpenCase` where one of this ground is open.
    """
    _must_be_open_to(body, ground, today(clock))
    year = today(clock).year
    case = ExitCase(
        body_id=body.id,
        district=body.district,
        legal_entity_id=body.legal_entity_id,
        number=NUMBER.format(year=year, count=next_number(f"exit-{year}")),
        ground=ground,
        opened_at=clock.now(),
        opened_by=actor.uid,
        opened_by_name=actor.name,
    )
    start_clock(case, CaseState.DRAFTED, clock)
    with constraints_as({"uq_exit_case_open": lambda: OneOpenCase(body=body.name)}):
        db.session.add(case)
    add_facts(case, facts, actor=actor, clock=clock)
    add_act(case, "opened", hand=Hand(actor), clock=clock, reason=reason)
    words = message("{number} {body}", number=case.number, body=body.name)
    record(Tag.OPENED, actor, case, words=words, ground=ground)
    return case


def _must_be_open_to(body: Body, ground: str, day: date) -> None:
    """What is found out afterwards of a body that has left can still bar its entity, and do nothing else."""
    if body.state in LEFT and ground == "misconduct":
        return
    if body.state in LEFT:
        raise AlreadyLeft(clause=clause_of("misconduct", day), body=body.name)
    must_be_leaving(body)


def must_be_leaving(body: Body) -> None:
    if body.state not in LEAVING:
        raise NothingToLeave(body=body.name, state=message(BODY_STATES[body.state]))


def ask_to_leave(body: Body, reason: str, *, actor: Actor, clock: Clock) -> ExitCase:
    """The body's own wish: its reason is its statement, so the city decides at once. It bars nobody."""
    if not reason:
        raise Invalid(N_("没有写退出的原因"), advice=N_("写明为什么退出，从哪一天起不再组织认定"))
    case = open_case(body, "own_wish", (), actor=actor, clock=clock, reason=reason)
    case.statement, case.stated_by, case.stated_by_name = reason, actor.uid, actor.name
    case.heard_at = clock.now()
    start_clock(case, CaseState.HEARD, clock)
    db.session.flush()
    return case


def gather(case: ExitCase, fact: Read, seen: str, *, actor: Actor, clock: Clock) -> None:
    """A further fact of a case that is not decided. Whoever gathers does not decide."""
    held(case, seen, actor, GATHERERS)
    if case.state not in OPEN_STATES:
        raise Conflict(N_("已经办结，不能再补充事实"), advice=N_("有新的情况另立一件"))
    if fact.read_on > today(clock):
        raise Invalid(N_("截止日期不能晚于今天"), advice=N_("选记录实际的截止日期"))
    add_facts(case, [fact], actor=actor, clock=clock)
    add_act(case, "gathered", hand=Hand(actor), clock=clock, reason=fact.text)
    record(Tag.GATHERED, actor, case, words=case.number)


def add_facts(case: ExitCase, facts: Iterable[Read | Judged], *, actor: Actor, clock: Clock) -> None:
    of_case = {"body_id": case.body_id, "district": case.district, "case_id": case.id, **by(actor)}
    for fact in facts:
        if isinstance(fact, Read):
            told = {"kind": "read", "text": fact.text, "read_in": fact.read_in, "read_on": fact.read_on}
        else:
            told = {"kind": "judged", "read_on": date.fromisoformat(fact.inputs["day"]), **vars(fact)}
        db.session.add(ExitFact(**of_case, **told))
    db.session.flush()


def start_clock(case: ExitCase, state: CaseState, clock: Clock) -> None:
    """Move to a state; with the clock that runs in it, or none."""
    case.state, case.due_on, case.clock_owner = state, None, ""
    if state in CLOCKS:
        owner, rule = CLOCKS[state]
        day = today(clock)
        case.due_on, case.clock_owner = due_after(day, rulebook().value(rule, day)), owner

"""What follows a decision, in the same transaction: the body's state, the bar on its entity, the public directory."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day, today
from examops.core.database import db
from examops.core.errors import Invalid
from examops.core.language import N_
from examops.exits.grounds import bar_months
from examops.exits.models import ExitCase
from examops.exits.sessions import holds_sessions
from examops.exits.tags import Tag
from examops.filings import end_on_top
from examops.filings.judging import months_later
from examops.organisations.directory import publish
from examops.organisations.models import Body, EntityBar

MOST_YEARS = 10  # of a bar that is decided case by case


def bar_day(ground: str, asked: date | None, day: date) -> date | None:
    """The last day of the bar: by rule for the grounds of the work plan, as decided for misconduct, else none.

    Raises :class:`Invalid` for a day that bars nobody, or for longer than ten years.
    """
    if months := bar_months(ground, day):
        return months_later(day, months)
    if ground != "misconduct" or asked is None:
        return None
    if not day < asked <= months_later(day, 12 * MOST_YEARS):
        raise Invalid(N_("限制申请的最后一天要在今天之后、十年以内"), advice=N_("改日期，或留空不限制"))
    return asked


def apply(case: ExitCase, body: Body, *, actor: Actor, clock: Clock) -> None:
    """Of a case that has just been decided. A dismissal changes nothing."""
    if case.decision == "suspended":
        move_body(body, "suspended", actor=actor, clock=clock)
    elif case.decision == "barred":
        _bar(case, clock)
    elif case.decision == "removed":
        if case.bar_until is not None:
            _bar(case, clock)
        end_on_top(body, case.number, case.clause, actor=actor, clock=clock)
        move_body(body, "exiting", actor=actor, clock=clock)
        end_exit(body, actor=actor, clock=clock)


def _bar(case: ExitCase, clock: Clock) -> None:
    assert case.bar_until is not None
    db.session.add(
        EntityBar(
            legal_entity_id=case.legal_entity_id,
            from_on=today(clock),
            until_on=case.bar_until,
            ground=case.ground,
            clause=case.clause,
            case_number=case.number,
            decided_by_name=case.decided_by_name,
            created_at=clock.now(),
        )
    )
    db.session.flush()


def undo(case: ExitCase, body: Body, *, actor: Actor, clock: Clock) -> None:
    """Of a decision that was set aside: its bar ends today, a body that it removed stands as it stood before. What was
    cancelled stays cancelled, an amendment that ended with the removal stays ended."""
    bar = db.session.execute(select(EntityBar).where(EntityBar.case_number == case.number)).scalar_one_or_none()
    if bar is not None:
        bar.lifted_on, bar.lifted_by_name = today(clock), actor.name
        db.session.flush()
    if case.decision == "removed":
        move_body(body, "suspended" if is_suspended(body) else "filed", actor=actor, clock=clock)


def is_suspended(body: Body) -> bool:
    """Whether a suspension lasts that was decided since the body was filed, whatever was decided after it."""
    lasts = ExitCase.decision == "suspended", ExitCase.lifted_at.is_(None)
    found = db.session.execute(select(ExitCase.decided_at).where(ExitCase.body_id == body.id, *lasts)).scalars()
    return any(at is not None and (body.filed_on is None or local_day(at) >= body.filed_on) for at in found)


def end_exit(body: Body, *, actor: Actor, clock: Clock) -> bool:
    """A body that is exiting has left once none of its sessions is running or will be held."""
    if body.state != "exiting" or holds_sessions(body.id, clock.now()):
        return False
    move_body(body, "exited", actor=actor, clock=clock)
    return True


def move_body(body: Body, state: str, *, actor: Actor, clock: Clock) -> None:
    """The directory follows."""
    before, body.state = body.state, state
    publish(body, today(clock))
    record(Tag.BODY_MOVED, actor, body, words=body.name, before=before, after=state)

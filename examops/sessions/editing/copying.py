"""A saved session planned again on other days, several at once: each day is judged like a plan of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from config.calendar import Calendar, CalendarFault
from config.rulebook import Rulebook
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
from examops.core.errors import Conflict, Invalid
from examops.core.language import N_, join_messages, message
from examops.sessions.editing.form import form_from_session
from examops.sessions.models import ExamSession
from examops.sessions.planning.page import ValidatedForm, validate_form
from examops.sessions.planning.saving import save_judged

MAX_DAYS = 31


@dataclass(frozen=True)
class JudgedDay:
    """``lines`` say what stands against the day, each with what to do where that is known; empty: it can be saved."""

    day: date
    found: ValidatedForm

    @property
    def is_ready(self) -> bool:
        return self.found.is_ready

    @property
    def lines(self) -> list[tuple[str, str]]:
        clashes = [(clash.words, clash.advice) for _field, clash in self.found.clashes]
        return list(dict.fromkeys([*((words, "") for words in self.found.faults.values()), *clashes]))


def days_between(since: date, until: date, weekdays: Sequence[int], calendar: Calendar) -> list[date]:
    """Days of these weekdays (ISO: Monday is 1), both ends included, without holidays. Raises :class:`Invalid`."""
    if until < since:
        raise Invalid(N_("最后一天早于第一天"), advice=N_("把最后一天改到第一天或以后"))
    if (until - since).days >= MAX_DAYS:
        raise Invalid(N_("一次最多排 {most} 天之内的场次"), advice=N_("分几次排，或把最后一天提前"), most=MAX_DAYS)
    days = (since + timedelta(days=n) for n in range((until - since).days + 1))
    return [day for day in days if day.isoweekday() in weekdays and not _is_holiday(day, calendar)]


def _is_holiday(day: date, calendar: Calendar) -> bool:
    """Of a year whose holidays nobody knows, none is."""
    try:
        return day in calendar.year(day.year).holidays
    except CalendarFault:
        return False


def judge_days(
    session: ExamSession, days: Sequence[date], batch: UUID | None, *, clock: Clock, rules: Rulebook
) -> list[JudgedDay]:
    """The same groups, turns, room, workstations and people on each of these days; in another batch if one is named."""
    form = form_from_session(session)
    form |= {"batch": str(batch)} if batch else {}
    first = local_day(session.starts_at)
    return [JudgedDay(day, validate_form(_moved(form, day - first), clock=clock, rules=rules)) for day in days]


def _moved(form: dict[str, str], by: timedelta) -> dict[str, str]:
    starts = {name: value for name, value in form.items() if name.endswith("-starts_at")}
    moved = {name: f"{datetime.fromisoformat(value) + by:%Y-%m-%dT%H:%M}" for name, value in starts.items()}
    return form | moved


def save_days(judged: Sequence[JudgedDay], *, actor: Actor) -> list[ExamSession]:
    """One session for each day: all of them, or none. Raises :class:`Conflict` with the days that cannot be saved."""
    if not judged:
        raise Invalid(N_("没有选哪一天"), advice=N_("勾选至少一天，再保存"))
    refused = [one for one in judged if not one.is_ready]
    if refused:
        days = join_messages(N_("、"), [message(one.day.isoformat()) for one in refused])
        raise Conflict(
            N_("{days} 现在排不了，没有保存任何一天"), advice=N_("看每天的原因，去掉这几天再保存"), days=days
        )
    return save_judged([plan for one in judged for plan in one.found.judged], actor=actor)

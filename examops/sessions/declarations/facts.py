"""A saved session as the checks see it, also on its day: who is planned, and who has come."""

from __future__ import annotations

from datetime import date

from config.calendar import Calendar
from config.rulebook import rulebook
from examops.core.clock import Clock, local_day, today
from examops.organisations import NotFiled, OutsideArea, area_refusal, refusal_by_filing
from examops.sessions.checks.facts import GroupFacts, PersonOnDuty, SessionFacts
from examops.sessions.checks.work_plan import filed_plan
from examops.sessions.models import SessionGroup
from examops.sessions.overview.session_view import SessionView
from examops.sessions.planning.draft import group_title
from examops.sessions.states import HELD_STATES, SessionState
from examops.sites import lender_of

UNDECIDED = (SessionState.DRAFT, SessionState.RETURNED, SessionState.DECLARED)


def session_facts(view: SessionView, calendar: Calendar, clock: Clock) -> SessionFacts:
    """Lead time counts from the first declaration: who was returned in time is not late for it. In years without a
    calendar weekends count."""
    session, day = view.session, local_day(view.session.starts_at)
    people = _people(view)
    return SessionFacts(
        day=day,
        lead_days=calendar.with_weekends_beyond().between(session.first_declared_on or today(clock), day),
        is_late=session.state in UNDECIDED and day <= today(clock),
        groups=tuple(_group(view, group, people) for group in view.groups),
        people=people,
        stations=len(view.stations),
        covered=sum(station.is_covered for station in view.stations),
        dark=tuple(row.camera.label for row in view.cameras if row.is_out),
        cameras=len(view.cameras),
        admitted=sum(row.camera.admitted_at is not None for row in view.cameras),
        booked=view.booked,
        held=view.held,
        site=tuple(view.site_papers.findings(day, rulebook())),
        filing=_unfiled(view, day),
        plan=filed_plan(view.work_plan),
        held_at=str(view.site.uid),
        held_at_name=view.site.name,
        lender=lender_of(view.site, session.body_id),
    )


def _unfiled(view: SessionView, day: date) -> NotFiled | None:
    """By the filing as it is now, so none for what was held already: it was asked when it was declared."""
    if view.filing is None or view.session.state in HELD_STATES:
        return None
    wanted = [(group.occupation_code, group.level) for group in view.groups]
    return refusal_by_filing(view.filing, wanted, day) or _outside(view, day)


def _outside(view: SessionView, day: date) -> OutsideArea | None:
    return area_refusal(view.body, view.site.district, rulebook(), day) if view.body else None


def _people(view: SessionView) -> tuple[PersonOnDuty, ...]:
    return tuple(
        PersonOnDuty(
            row.StaffMember.id,
            row.StaffMember.name,
            row.SessionDuty.role,
            tuple(row.SessionDuty.serves),
            view.cards.get(row.StaffMember.id, ()),
            view.recusals[row.StaffMember.id].outcome,
            row.SessionDuty.signed_in_at is not None,
        )
        for row in view.duties
    )


def _group(view: SessionView, group: SessionGroup, people: tuple[PersonOnDuty, ...]) -> GroupFacts:
    turns = [turn for turn in view.turns if turn.group_id == group.id]
    minutes = [int((turn.during.upper - turn.during.lower).total_seconds() // 60) for turn in turns]  # type: ignore[operator]
    return GroupFacts(
        number=group.number,
        title=str(group_title(group.occupation_code, group.level, group.part)),
        occupation_code=group.occupation_code,
        level=group.level,
        part=group.part,
        standard_version=group.standard_version,
        minutes=min(minutes, default=0),
        capacity=min((turn.capacity for turn in turns), default=0),
        most=max((turn.taken for turn in turns), default=0),
        people=tuple(one for one in people if not one.serves or group.number in one.serves),
        terms=view.terms[group.id],
    )

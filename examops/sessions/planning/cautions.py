"""What a declaration of this draft would refuse: it can be saved as it is, and is shown amber until it is mended."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from config.calendar import CalendarFault, calendar
from config.rulebook import Rulebook
from examops.core.clock import Clock, local_day, today
from examops.core.database import db
from examops.organisations import filing_refusal
from examops.organisations.models import Body
from examops.sessions.checks.facts import GroupFacts, PersonOnDuty, SessionFacts
from examops.sessions.checks.findings import Check, check_session
from examops.sessions.checks.people import cards_of
from examops.sessions.checks.work_plan import filed_plan
from examops.sessions.planning.draft import Draft, GroupDraft
from examops.sites import coverage_of, papers_of
from examops.sites.models import Camera, Site


def cautions(draft: Draft, clock: Clock, rules: Rulebook) -> list[Check]:
    """Failing checks, as on the page of the saved session, and what differs from the work plan and is only reported;
    the people to be examined are not part of a draft."""
    found = check_session(_facts(draft, clock, rules), rules)
    return [check for check in found if check.outcome == "fail" or check.is_report]


def _facts(draft: Draft, clock: Clock, rules: Rulebook) -> SessionFacts:
    day, people = local_day(draft.plan.starts_at), _people(draft)
    cameras, admitted = _cameras(draft)
    stations = {station.id for station in draft.stations}
    wanted = [(group.plan.occupation_code, group.plan.level) for group in draft.groups]
    site = db.session.get_one(Site, draft.room.site_id)
    declared = draft.changing.first_declared_on if draft.changing else None
    return SessionFacts(
        day=day,
        lead_days=_working_days(declared or today(clock), day),
        is_late=day <= today(clock),
        groups=tuple(_group(group, place, people) for place, group in enumerate(draft.groups)),
        people=people,
        stations=len(stations),
        covered=len(coverage_of(stations).throughout(draft.plan.during)),
        cameras=cameras,
        admitted=admitted,
        site=tuple(papers_of([draft.room.site_id])[draft.room.site_id].findings(day, rules)),
        filing=filing_refusal(db.session.get_one(Body, draft.batch.body_id), wanted, day),
        plan=filed_plan(draft.work_plan),
        held_at=str(site.uid),
        held_at_name=site.name,
    )


def _working_days(first: date, last: date) -> int:
    try:
        return calendar().between(first, last)
    except CalendarFault:  # a year that nobody announced: told beside the field as outside of the batch
        return 0


def _people(draft: Draft) -> tuple[PersonOnDuty, ...]:
    cards = cards_of(member.id for member, _duty in draft.staff)
    return tuple(
        PersonOnDuty(
            member.id, member.name, duty.role, () if duty.group is None else (duty.group + 1,), cards.get(member.id, ())
        )
        for member, duty in draft.staff
    )


def _group(group: GroupDraft, place: int, people: tuple[PersonOnDuty, ...]) -> GroupFacts:
    return GroupFacts(
        number=place + 1,
        title=str(group.title),
        occupation_code=group.plan.occupation_code,
        level=group.plan.level,
        part=group.plan.part,
        standard_version=group.standard_version,
        minutes=group.plan.minutes,
        capacity=min((turn.capacity for turn in group.turns), default=0),
        most=0,
        people=tuple(one for one in people if not one.serves or place + 1 in one.serves),
        terms=group.terms,
    )


def _cameras(draft: Draft) -> tuple[int, int]:
    """How many the room has, and how many of them are admitted."""
    counted = select(func.count(), func.count(Camera.admitted_at)).where(Camera.room_id == draft.room.id)
    row = db.session.execute(counted).one()
    return int(row[0]), int(row[1])

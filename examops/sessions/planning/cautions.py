"""What a declaration of this draft would refuse: it can be saved as it is, and is shown amber until it is mended."""

from __future__ import annotations

from datetime import date

from config.calendar import calendar
from config.rulebook import Rulebook
from examops.core.clock import Clock, local_day, today
from examops.organisations import filing_of, refusal_by_filing
from examops.sessions.checks.facts import Card, GroupFacts, PersonOnDuty, SessionFacts
from examops.sessions.checks.findings import Check, check_session
from examops.sessions.checks.work_plan import filed_plan
from examops.sessions.planning.draft import Draft, GroupDraft
from examops.sites import lender_of


def cautions(draft: Draft, clock: Clock, rules: Rulebook) -> list[Check]:
    """Failing checks, as on the page of the saved session, and what differs from the work plan and is only reported;
    the people to be examined are not part of a draft."""
    found = check_session(_facts(draft, clock, rules), rules)
    return [check for check in found if check.outcome == "fail" or check.is_report]


def _facts(draft: Draft, clock: Clock, rules: Rulebook) -> SessionFacts:
    day, people = local_day(draft.plan.starts_at), _people(draft)
    cameras, admitted, dark = draft.rows.cameras
    stations = {station.id for station in draft.stations}
    wanted = [(group.plan.occupation_code, group.plan.level) for group in draft.groups]
    declared = draft.changing.first_declared_on if draft.changing else None
    return SessionFacts(
        day=day,
        lead_days=_working_days(declared or today(clock), day),
        is_late=day <= today(clock),
        groups=tuple(_group(group, place, people) for place, group in enumerate(draft.groups)),
        people=people,
        stations=len(stations),
        covered=len(stations & draft.rows.ground.coverage.throughout(draft.plan.during)),
        dark=tuple(dark),
        cameras=cameras,
        admitted=admitted,
        site=tuple(draft.rows.papers.findings(day, rules)),
        filing=refusal_by_filing(filing_of(draft.rows.body, draft.rows.filed), wanted, day),
        plan=filed_plan(draft.rows.work_plan),
        held_at=str(draft.rows.site.uid),
        held_at_name=draft.rows.site.name,
        lender=lender_of(draft.rows.site, draft.rows.body.id),
    )


def _working_days(first: date, last: date) -> int:
    """As of the saved session: in years without a calendar weekends count."""
    return calendar().with_weekends_beyond().between(first, last)


def _people(draft: Draft) -> tuple[PersonOnDuty, ...]:
    cards = {
        member: tuple(
            Card(one.kind, one.occupation_code, one.valid_from, one.valid_until, tuple(one.levels)) for one in held
        )
        for member, held in draft.rows.cards.items()
    }
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

"""Making a draft: the rows that a plan names, workstations shared out, turns measured.

Nothing is saved and nothing is locked: the same draft is shown while a coordinator edits and checked before saving.
"""

from __future__ import annotations

from collections.abc import Iterator

from config.rulebook import Rulebook
from examops.core.clock import local_day
from examops.core.language import _, cited
from examops.organisations import area_refusal
from examops.sessions.capacity.resources import Ground, TurnSlot, said_about, slot_factors
from examops.sessions.capacity.terms import NATIONAL
from examops.sessions.models import ExamSession
from examops.sessions.planning.draft import Draft, Fault, GroupDraft, TurnDraft
from examops.sessions.planning.plan import Duty, SessionPlan
from examops.sessions.planning.reading import Member, PlanRows, read_rows
from examops.sessions.planning.sharing import share_stations
from examops.sites import NoExamRoom, NotLent
from examops.sites.models import EXAM_KINDS
from examops.staff import EXAMINERS

NOT_OFFERED = (None, NATIONAL)


def draft_session(plan: SessionPlan, rules: Rulebook, changing: ExamSession | None = None) -> Draft:
    """Raises :class:`NotFound` for a batch or room that is not the reader's;
    everything else is a fault in the draft.
    """
    rows = read_rows(plan, changing)
    groups = [GroupDraft(one, *rows.offers.get((one.occupation_code, one.level), NOT_OFFERED)) for one in plan.groups]
    faults = list(_room_faults(plan, rows, rules))
    draft = Draft(plan, rows.batch, rows.room, groups, _staff(plan, rows), faults, rows, changing)
    share_stations(draft)
    _measure(draft, rules)
    return draft


def _room_faults(plan: SessionPlan, rows: PlanRows, rules: Rulebook) -> Iterator[Fault]:
    if rows.room.kind not in EXAM_KINDS:
        yield Fault("room", _(NoExamRoom.message), 0)
    if rows.lent is not None and not any(time.contains(plan.during) for time in rows.lent):
        yield Fault("room", _("；").join((_(NotLent.message), _(NotLent.advice))), 0)
    if refusal := area_refusal(rows.body, rows.room.district, rules, local_day(plan.starts_at)):
        yield Fault("room", f"{refusal.sentence}（{cited(refusal.clause)}）", 0)


def _staff(plan: SessionPlan, rows: PlanRows) -> list[tuple[Member, Duty]]:
    duties = {duty.staff_uid: duty for duty in plan.duties}
    return [(member, duties[member.uid]) for member in rows.staff]


def _measure(draft: Draft, rules: Rulebook) -> None:
    """Number the turns through the session by time and say what each can take."""
    turns = [
        (place, group.plan.turn(number))
        for place, group in enumerate(draft.groups)
        for number in range(1, group.plan.turns + 1)
    ]
    turns.sort(key=lambda turn: (turn[1].lower, turn[0]))
    slots = [
        TurnSlot(
            place + 1,
            draft.groups[place].plan.occupation_code,
            draft.groups[place].plan.part,
            during,
            frozenset(station.id for station in draft.groups[place].stations),
            {member.id: duty.role for member, duty in draft.staff if duty.group in (None, place)},
            draft.groups[place].plan.level,
            draft.groups[place].standard_version,
            draft.room.kind == "paper",
            draft.groups[place].terms,
        )
        for place, during in turns
    ]
    found_factors = slot_factors(slots, rules, ground=_ground(draft, slots))
    for number, ((place, during), found) in enumerate(zip(turns, found_factors, strict=True), start=1):
        draft.groups[place].turns.append(TurnDraft(number, during, found))
    for group in draft.groups:
        group.norms = list(group.standard.norms(group.plan.part, rules, local_day(group.plan.starts_at)))


def _ground(draft: Draft, slots: list[TurnSlot]) -> Ground:
    """What capacity asks the rows for, of those that were read already."""
    rows = draft.rows
    cards = [(member, card) for member, held in rows.cards.items() for card in held if card.kind in EXAMINERS]
    return Ground(
        rows.ground.outages,
        rows.ground.coverage,
        [(who, card.occupation_code, card.levels, card.valid_from, card.valid_until) for who, card in cards],
        said_about(rows.held.said, slots),
    )

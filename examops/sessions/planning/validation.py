"""Everything that is wrong with a draft, at once; the same before saving and while a coordinator edits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from config.rulebook import Rulebook
from examops.core.clock import Clock, local_day
from examops.core.language import _
from examops.sessions.checks.findings import Check
from examops.sessions.models import ExamSession
from examops.sessions.planning.booked_places import booked_faults
from examops.sessions.planning.cards import card_faults
from examops.sessions.planning.cautions import cautions
from examops.sessions.planning.conflicts import Clash, clashes
from examops.sessions.planning.draft import Draft, Fault
from examops.sessions.planning.drafting import draft_session
from examops.sessions.planning.plan import SessionPlan

MAX_TURNS, MIN_MINUTES, MAX_MINUTES, MAX_PAUSE = 20, 10, 600, 240


@dataclass(frozen=True)
class PlanFindings:
    """``faults`` and ``clashes`` stand in the way of saving, ``cautions`` only of declaring."""

    draft: Draft
    faults: list[Fault]
    clashes: list[Clash]
    cautions: list[Check] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.faults and not self.clashes


def validate_plan(
    plan: SessionPlan, *, clock: Clock, rules: Rulebook, changing: ExamSession | None = None
) -> PlanFindings:
    """Saves and locks nothing. Raises NotFound for a batch or room of somebody else.

    ``changing`` is the saved session that the plan would change: what it holds is free, who is booked keeps a place.
    """
    impossible = list(_impossible(plan))
    if impossible:
        plan = _possible(plan)
    draft = draft_session(plan, rules, changing)
    faults = [*impossible, *find_faults(draft, clock.now()), *draft.faults]
    if changing and not impossible:
        faults += booked_faults(changing, draft)
    if impossible:
        return PlanFindings(draft, faults, [])
    return PlanFindings(draft, faults, clashes(draft, draft.rows.held), cautions(draft, clock, rules))


def _impossible(plan: SessionPlan) -> Iterator[Fault]:
    """Numbers that no turn can be made of."""
    for place, group in enumerate(plan.groups):
        turns_fit, minutes_fit = 1 <= group.turns <= MAX_TURNS, MIN_MINUTES <= group.minutes <= MAX_MINUTES
        if not turns_fit or not minutes_fit:
            words = _(
                "轮次须为 1–{turns}，每轮须为 {least}–{most} 分钟",
                turns=MAX_TURNS,
                least=MIN_MINUTES,
                most=MAX_MINUTES,
            )
            yield Fault("minutes" if turns_fit else "turns", words, place)
        if not 0 <= group.pause <= MAX_PAUSE:
            yield Fault("pause", _("轮间须为 0–{most} 分钟", most=MAX_PAUSE), place)


def _possible(plan: SessionPlan) -> SessionPlan:
    """The same with numbers inside their bounds, so that the rest can be judged too."""
    groups = [
        replace(
            group,
            turns=min(max(group.turns, 1), MAX_TURNS),
            minutes=min(max(group.minutes, MIN_MINUTES), MAX_MINUTES),
            pause=min(max(group.pause, 0), MAX_PAUSE),
        )
        for group in plan.groups
    ]
    return replace(plan, groups=groups)


def find_faults(draft: Draft, now: datetime) -> list[Fault]:
    return [*_times(draft, now), *_targets(draft), *_staff(draft)]


def _times(draft: Draft, now: datetime) -> Iterator[Fault]:
    first, last = draft.batch.held_from, draft.batch.held_until
    days = {local_day(group.plan.starts_at) for group in draft.groups}
    for place, group in enumerate(draft.groups):
        if group.plan.starts_at <= now:
            yield Fault("starts_at", _("开始时间已过"), place)
        if not first <= local_day(group.plan.starts_at) <= last:
            yield Fault("starts_at", _("不在批次的考试日期 {first} 至 {last} 之内", first=first, last=last), place)
    if len(days) > 1:
        yield Fault("starts_at", _("同一考场的各组须在同一天；另一天请另排一个场次"), len(draft.groups) - 1)


def _targets(draft: Draft) -> Iterator[Fault]:
    seen: dict[tuple[str, str, str], int] = {}
    for place, group in enumerate(draft.groups):
        plan = group.plan
        if group.offered is None or plan.part not in group.offered.parts:
            yield Fault("target", _("这个批次没有公告这个职业、等级或科目：在批次里先加上，或选别的"), place)
        before = seen.setdefault((plan.occupation_code, plan.level, plan.part), place)
        if before != place:
            yield Fault("target", _("和第 {group} 组的职业、等级、科目相同：在那一组里加轮次", group=before + 1), place)


def _staff(draft: Draft) -> Iterator[Fault]:
    if len(draft.staff) != len(draft.plan.duties):
        yield Fault("duties", _("有考务人员不在本机构或已停用"))
    for member, duty in draft.staff:
        if duty.group is not None and not 0 <= duty.group < len(draft.groups):
            yield Fault(f"duty-{member.uid}", _("{name} 所在的组已经去掉", name=member.name))
    yield from card_faults(draft)

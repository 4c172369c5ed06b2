"""How many people one turn can take, and which factor says so. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from config.rulebook import Rulebook
from examops.core.language import N_, Message, message
from examops.sessions.capacity.standards import Standard


@dataclass(frozen=True)
class TurnResources:
    """What a turn has: usable workstations (or seats), those a camera sees, and people on duty.

    ``elsewhere`` candidates of other groups are watched by the same people at the same time. ``minutes`` is how long
    the turn lasts, ``is_paper_room`` whether its seats are the desks of a standard examination room.
    """

    stations: int
    covered: int
    examiners: int
    proctors: int
    elsewhere: int = 0
    minutes: int = 0
    is_paper_room: bool = False


@dataclass(frozen=True)
class CapacityLimit:
    """One limit: ``have`` of a thing allow ``allows`` people. ``advice`` says what one more would bring."""

    code: str
    word: Message
    have: int
    allows: int
    rule_key: str
    clause: str
    advice: Message

    def to_json(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


def largest_panel(examiners: int, least: int) -> int:
    """The biggest odd panel of at least ``least`` that these people can form; 0 when they cannot."""
    panel = examiners if examiners % 2 else examiners - 1
    return panel if panel >= least else 0


def factors(
    part: str, means: TurnResources, rules: Rulebook, day: date, standard: Standard | None = None
) -> list[CapacityLimit]:
    """Every limit of one turn, the tightest first."""
    standard = standard or Standard()
    found = [_stations(means), _cameras(means)]
    if part == "theory":
        found += [*_seats(means, rules, day), _proctors(means, rules, day)]
    elif part == "review":
        found.append(_board(means, rules, day, standard))
    else:
        found.append(_panel(means, rules, day, standard))
    return sorted(found, key=lambda factor: factor.allows)


def capacity(found: list[CapacityLimit]) -> int:
    return min(factor.allows for factor in found)


def _stations(means: TurnResources) -> CapacityLimit:
    return CapacityLimit(
        "stations",
        message(N_("可用工位")),
        means.stations,
        means.stations,
        "",
        "",
        message(N_("加 1 个工位：多 1 人")),
    )


def _cameras(means: TurnResources) -> CapacityLimit:
    return CapacityLimit(
        "cameras",
        message(N_("摄像机看得到的工位")),
        means.covered,
        means.covered,
        "footage.min_height",
        "",
        message(N_("多覆盖 1 个工位：多 1 人")),
    )


def _seats(means: TurnResources, rules: Rulebook, day: date) -> list[CapacityLimit]:
    """The norm of a standard room; shown where a room has more desks than it allows."""
    rule = rules["capacity.theory_room_seats"].on(day)
    if not means.is_paper_room or means.stations <= rule.value:
        return []
    advice = message(N_("超出的人另排一个考场"))
    word = message(N_("标准考场座位"))
    return [CapacityLimit("seats", word, rule.value, rule.value, rule.key, rule.clause, advice)]


def _panel(means: TurnResources, rules: Rulebook, day: date, standard: Standard) -> CapacityLimit:
    least, ratio = rules["capacity.examiners_min"].on(day), standard.candidates_per_examiner(rules, day)
    panel = largest_panel(means.examiners, least.value)
    advice = _panel_advice(means.examiners, least.value, ratio.value, means.elsewhere)
    return CapacityLimit(
        "examiners",
        message(N_("考评员（{share}）"), share=_share(ratio.value, means)),
        means.examiners,
        max(0, panel * ratio.value - means.elsewhere),
        ratio.key,
        ratio.clause,
        _beside_unused(means.examiners - panel if panel else 0, advice),
    )


def _beside_unused(unused: int, advice: Message) -> Message:
    """A panel is odd: a fourth examiner does not examine, which the advice says first."""
    if not unused:
        return advice
    return message(N_("其中 {unused} 人用不上（须为单数）；{advice}"), unused=unused, advice=advice)


def _board(means: TurnResources, rules: Rulebook, day: date, standard: Standard) -> CapacityLimit:
    """A review board sees one candidate after another: no ratio, but minutes for each."""
    least = rules["capacity.review_board_min"].on(day)
    minutes, rule = standard.minutes_min("review", rules, day)
    is_lawful = largest_panel(means.examiners, least.value) > 0 and not means.elsewhere
    advice = message(N_("延长 {minutes} 分钟：多 1 人"), minutes=minutes)
    if not is_lawful:
        advice = message(N_("须有 {number} 人以上单数的评审委员，同一时间不在别组"), number=least.value)
    return CapacityLimit(
        "board",
        message(N_("评审委员（每名考生 {minutes} 分钟）"), minutes=minutes),
        means.examiners,
        means.minutes // minutes if is_lawful else 0,
        rule.key,
        rule.clause,
        advice,
    )


def _share(ratio: int, means: TurnResources) -> Message:
    if not means.elsewhere:
        return message(N_("每人看 {ratio} 人"), ratio=ratio)
    return message(N_("每人看 {ratio} 人，别组占 {elsewhere} 人"), ratio=ratio, elsewhere=means.elsewhere)


def _panel_advice(examiners: int, least: int, ratio: int, elsewhere: int) -> Message:
    panel = largest_panel(examiners, least)
    needed = max(least, panel + 2)
    allows = max(0, needed * ratio - elsewhere)
    more = {"more": needed - examiners, "needed": needed, "allows": allows}
    return message(N_("再加 {more} 人（共 {needed}，须为单数）：可排 {allows} 人"), **more)


def _proctors(means: TurnResources, rules: Rulebook, day: date) -> CapacityLimit:
    least, ratio = rules["capacity.proctors_min"].on(day), rules["capacity.candidates_per_proctor"].on(day)
    allows = max(0, means.proctors * ratio.value - means.elsewhere) if means.proctors >= least.value else 0
    needed = max(least.value, means.proctors + 1)
    then = max(0, needed * ratio.value - means.elsewhere)
    more = {"more": needed - means.proctors, "needed": needed, "allows": then}
    advice = message(N_("再加 {more} 人（共 {needed}）：可排 {allows} 人"), **more)
    return CapacityLimit(
        "proctors",
        message(N_("监考员（{share}）"), share=_share(ratio.value, means)),
        means.proctors,
        allows,
        ratio.key,
        ratio.clause,
        advice,
    )

"""Who makes a lawful panel of one group: of those planned before a declaration, of those who came at the door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from config.levels import as_level, is_below
from config.rulebook import Rule, Rulebook
from examops.core.language import N_, Message, message
from examops.sessions.capacity.limits import largest_panel
from examops.sessions.checks.facts import GroupFacts, PersonOnDuty


@dataclass(frozen=True)
class PanelNeed:
    """``have`` people fit, ``need`` are asked for; ``word`` names them, ``limit`` says it in words.

    ``unused`` are those beyond the largest odd panel.
    """

    word: Message
    have: int
    need: int
    limit: Message
    rule: Rule
    unused: int = 0

    @property
    def is_met(self) -> bool:
        return self.have - self.unused >= self.need


def panel_needs(group: GroupFacts, people: Sequence[PersonOnDuty], rules: Rulebook, day: date) -> list[PanelNeed]:
    """What the law asks of the people of a group for its fullest turn. Who must step aside does not count."""
    able = [one for one in people if one.recusal != "fail"]
    if group.part == "theory":
        return [_proctors(group, able, rules, day)]
    examiners = [one for one in able if one.examines(group.occupation_code, day, group.level)]
    found = [_board(examiners, rules, day) if group.part == "review" else _panel(group, examiners, rules, day)]
    return [*found, *_leader(group, able, rules, day)]


def _proctors(group: GroupFacts, people: Sequence[PersonOnDuty], rules: Rulebook, day: date) -> PanelNeed:
    least, ratio = rules["capacity.proctors_min"].on(day), rules["capacity.candidates_per_proctor"].on(day)
    have = sum(one.role == "proctor" for one in people)
    need = max(least.value, ceil(group.most / ratio.value))
    limit = message(
        N_("≥ {number}（1:{ratio}，每考场至少 {least}）"), number=need, ratio=ratio.value, least=least.value
    )
    return PanelNeed(message(N_("监考员")), have, need, limit, ratio)


def _panel(group: GroupFacts, examiners: Sequence[PersonOnDuty], rules: Rulebook, day: date) -> PanelNeed:
    least, ratio = rules["capacity.examiners_min"].on(day), group.standard.candidates_per_examiner(rules, day)
    need = _odd(max(least.value, ceil(group.most / ratio.value)), rules, day)
    limit = message(N_("≥ {number}，单数（1:{ratio}）"), number=need, ratio=ratio.value)
    unused = _unused(len(examiners), least.value, rules, day)
    return PanelNeed(message(N_("考评员")), len(examiners), need, limit, ratio, unused)


def _board(examiners: Sequence[PersonOnDuty], rules: Rulebook, day: date) -> PanelNeed:
    least = rules["capacity.review_board_min"].on(day)
    limit = message(N_("≥ {number}，单数"), number=least.value)
    unused = _unused(len(examiners), least.value, rules, day)
    return PanelNeed(message(N_("评审委员")), len(examiners), _odd(least.value, rules, day), limit, least, unused)


def _leader(group: GroupFacts, people: Sequence[PersonOnDuty], rules: Rulebook, day: date) -> list[PanelNeed]:
    """技师 and above are led by a senior examiner."""
    rule = rules["capacity.senior_lead_from_level"].on(day)
    if is_below(group.level, as_level(rule.value)):
        return []
    have = sum(one.leads(group.occupation_code, day, group.level) for one in people)
    return [PanelNeed(message(N_("高级考评员任组长")), have, 1, message(N_("≥ 1")), rule)]


def _odd(number: int, rules: Rulebook, day: date) -> int:
    return number + 1 if rules["capacity.panel_odd"].on(day).value and number % 2 == 0 else number


def _unused(have: int, least: int, rules: Rulebook, day: date) -> int:
    """Those beyond the largest odd panel, once there is one."""
    panel = largest_panel(have, least)
    return have - panel if panel and rules["capacity.panel_odd"].on(day).value else 0

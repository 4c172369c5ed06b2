"""How a group is examined: by the body's specification, the city's decision, the occupation's standard, or the general
rule where none of them says it. The first that does counts, on the day of the session. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from config.rulebook import Rule, Rulebook
from config.sourced import NOT_FOUND
from examops.catalogue import PARTS, Value, counted, find_occupation
from examops.core.language import N_, Message, join_messages, message
from examops.sessions.capacity.terms import NATIONAL, Terms

MINUTES = {"theory": "theory_minutes_min", "skill": "skill_minutes_min", "review": "review_minutes_min"}
RATIO = "candidates_per_examiner"
BY_DECISION = "按市 {number}文"  # Chinese for every reader, as all citations are


@dataclass(frozen=True)
class Norm:
    """One thing that a group is held to: ``words`` say it, ``rule`` says by what."""

    words: Message
    rule: Rule


@dataclass(frozen=True)
class Standard:
    """Which standard a group is examined by: code of the occupation, version of the standard, level; ``terms`` are
    what stands in its place."""

    occupation_code: str = ""
    version: str = ""
    level: str = ""
    terms: Terms = NATIONAL

    def minutes_min(self, part: str, rules: Rulebook, day: date) -> tuple[int, Rule]:
        """The shortest lawful turn of this part (of a review: one candidate's), and the rule that says so."""
        own = self.terms.own
        if own and (minutes := own.minutes.get(part)):
            return int(minutes), own.rule("minutes", minutes)
        name = MINUTES[part]
        rule = self._own(f"{part}_minutes", name, rules, day) or rules[f"capacity.{name}"].on(day)
        by_level = rule.value if isinstance(rule.value, dict) else {}
        return int(by_level.get(self.level) or (rule.value if not by_level else max(by_level.values()))), rule

    def candidates_per_examiner(self, rules: Rulebook, day: date) -> Rule:
        """For practical examinations; a review board has no ratio, it sees one candidate after another. A
        specification says nothing of it."""
        return self._own(RATIO, RATIO, rules, day) or rules[f"capacity.{RATIO}"].on(day)

    def parts(self, rules: Rulebook, day: date) -> tuple[tuple[str, ...], Rule] | None:
        """What is examined at this level; None where only the general rule says it, which is an example."""
        own = self.terms.own
        if own and own.parts:
            return own.parts, own.rule("parts", list(own.parts))
        rule = self._own("parts", "parts_by_level", rules, day)
        listed = rule.value.get(self.level) if rule and isinstance(rule.value, dict) else rule and rule.value
        return (tuple(listed), rule) if rule and listed else None

    def pass_mark(self, rules: Rulebook, day: date) -> Rule:
        own = self.terms.own
        return own.rule("pass_mark", own.pass_mark) if own and own.pass_mark else rules["capacity.pass_mark"].on(day)

    def norms(self, part: str, rules: Rulebook, day: date) -> Iterator[Norm]:
        """What a group of this part is held to, for people who plan or watch it."""
        if found := self.parts(rules, day):
            words = join_messages(N_("、"), [message(PARTS[one]) for one in found[0] if one in PARTS])
            yield Norm(message(N_("考 {parts}"), parts=words), found[1])
        minutes, rule = self.minutes_min(part, rules, day)
        each = N_("每名考生 ≥ {minutes} 分钟") if part == "review" else N_("每轮 ≥ {minutes} 分钟")
        yield Norm(message(each, minutes=minutes), rule)
        if part == "skill":
            ratio = self.candidates_per_examiner(rules, day)
            yield Norm(message(N_("每名考评员 ≤ {ratio} 人"), ratio=ratio.value), ratio)
        mark = self.pass_mark(rules, day)
        yield Norm(message(N_("{mark} 分合格"), mark=mark.value), mark)

    def _own(self, what: str, name: str, rules: Rulebook, day: date) -> Rule | None:
        """What the city decided, else what the standard says in the rulebook, else in the occupation's file."""
        occupation = find_occupation(self.occupation_code) if self.occupation_code else None
        if occupation is None:
            return None
        value = counted(what, occupation, self.level, day, rules, self.terms.decisions, self.version)
        if value.decision:
            return _by_decision(value)
        entry = rules.get(f"standard.{self.occupation_code}.{self.version}.{name}")
        try:
            rule = entry.on(day) if entry else None
        except LookupError:  # the standard came later
            rule = None
        return rule or (_by_file(value, self.version) if value.certainty != NOT_FOUND else None)


def _by_decision(value: Value) -> Rule:
    decision = value.decision
    assert decision
    return Rule(
        key=f"decision.{decision.occupation_code}.{value.key}",
        value=value.value,
        unit="",
        kind="local decision",
        clause=BY_DECISION.format(number=decision.document_number),
        text=decision.reason,
        source=decision.document_number,
        effective_from=decision.valid_from,
        content_hash=decision.base_hash,
        written_as=f"{value.key}@{decision.valid_from}",
    )


def _by_file(value: Value, version: str) -> Rule:
    """Of the catalogue's own files, or of a file that was imported."""
    return Rule(
        key=f"catalogue.{value.key}",
        value=value.value,
        unit="",
        kind="provisional",
        clause=" ".join(filter(None, (f"标准 {version} 版" if version else "", value.clause))),
        text="",
        source=value.source,
        effective_from=date.min,
        content_hash=value.base_hash,
        written_as=value.key,
        certainty=value.certainty,
    )

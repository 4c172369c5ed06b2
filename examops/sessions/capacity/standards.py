"""What an occupation's standard says about its examination, or the general value where no standard was read yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from config.rulebook import Rule, Rulebook

MINUTES = {"theory": "theory_minutes_min", "skill": "skill_minutes_min", "review": "review_minutes_min"}
RATIO = "candidates_per_examiner"


@dataclass(frozen=True)
class Standard:
    """Which standard a group is examined by: code of the occupation, version of the standard, level."""

    occupation_code: str = ""
    version: str = ""
    level: str = ""

    def minutes_min(self, part: str, rules: Rulebook, day: date) -> tuple[int, Rule]:
        """The shortest lawful turn of this part (of a review: one candidate's), and the rule that says so."""
        name = MINUTES[part]
        rule = self._own(name, rules, day) or rules[f"capacity.{name}"].on(day)
        by_level = rule.value if isinstance(rule.value, dict) else {}
        return int(by_level.get(self.level) or (rule.value if not by_level else max(by_level.values()))), rule

    def candidates_per_examiner(self, rules: Rulebook, day: date) -> Rule:
        """For practical examinations; a review board has no ratio, it sees one candidate after another."""
        return self._own(RATIO, rules, day) or rules["capacity.candidates_per_examiner"].on(day)

    def _own(self, name: str, rules: Rulebook, day: date) -> Rule | None:
        entry = rules.get(f"standard.{self.occupation_code}.{self.version}.{name}")
        try:
            return entry.on(day) if entry else None
        except LookupError:  # the standard came later
            return None

"""A body's filed specification as a verdict keeps it: enough to judge again when a newer version is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.levels import SKILL_LEVELS
from config.rulebook import Rule
from config.strict_yaml import content_hash
from examops.core.clock import local

KIND = "specification"  # of the rule that lines cite
# What a line cites is Chinese for every reader, as all citations are.
CLAUSE, SOURCE = "{name}（第{version}版） {level}", "本机构备案的评价规范，摘要 {hash}"


@dataclass(frozen=True, slots=True)
class Specified:
    """``lines`` are the condition lines of the level judged; ``hash`` is that of the whole version, ``uid`` its row's.

    ``chosen_at`` is the moment (ISO 8601) at which the batch took this version: it was in force then.
    """

    uid: str
    name: str
    version: int
    hash: str
    chosen_at: str
    text: str = ""
    lines: tuple[dict[str, Any], ...] = ()

    def rule(self, level: str) -> Rule:
        """The conditions of the level as a rule that lines cite."""
        known = SKILL_LEVELS[level]
        key = f"specification.{self.uid}.level_{level.lower()}"
        return Rule(
            key=key,
            value=list(self.lines),
            unit="申报条件",
            kind=KIND,
            clause=CLAUSE.format(name=self.name, version=self.version, level=known.name),
            text=self.text,
            source=SOURCE.format(hash=self.hash[:12]),
            effective_from=local(datetime.fromisoformat(self.chosen_at)).date(),
            content_hash=content_hash({"hash": self.hash, "level": level}),
            written_as=key,
        )

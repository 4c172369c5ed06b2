"""A verdict and its lines as data; ``wording`` makes texts of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from config.rulebook import OpenRule, Rule
from examops.eligibility.facts import PROOFS, Source
from examops.eligibility.periods import between


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    UNCLEAR = "unclear"


class Decision(StrEnum):
    OK = "ok"
    NO = "no"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Citation:
    """The rule behind a line, as in force on the cut-off day. Lines of the same rule share one object."""

    clause: str
    text: str
    source: str
    rule_key: str
    rule_hash: str
    rule_kind: str


CITATION_FIELDS = tuple(one.name for one in fields(Citation))


@dataclass(frozen=True, slots=True)
class Line:
    """One clause, judged. ``found`` and ``limit`` are small JSON values with a ``form`` that says how to word them.

    ``found_source`` is ``{"source": "typed|document|official|computed", "as_of", "seen_by"}`` or None where
    nothing was found. ``gap`` is ``{"years", "months", "days", "total_days", "until"}`` where time will mend the
    fault, else None.
    """

    code: str
    outcome: Outcome
    cited: Citation
    params: dict[str, Any] = field(default_factory=dict)
    found: dict[str, Any] | None = None
    found_source: dict[str, Any] | None = None
    limit: dict[str, Any] | None = None
    gap: dict[str, Any] | None = None
    advice_code: str = ""
    advice_params: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        cited = {name: getattr(self.cited, name) for name in CITATION_FIELDS}
        return {name: getattr(self, name) for name in LINE_FIELDS} | {"outcome": str(self.outcome)} | cited

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Line:
        known = {name: value for name, value in data.items() if name in LINE_FIELDS}
        cited = Citation(**{name: data[name] for name in CITATION_FIELDS})
        return cls(**{**known, "outcome": Outcome(data["outcome"]), "cited": cited})

    def citing(self, cited: Citation, **params: Any) -> Line:
        """This line with another citation and more parameters."""
        return Line(
            self.code,
            self.outcome,
            cited,
            {**self.params, **params},
            self.found,
            self.found_source,
            self.limit,
            self.gap,
            self.advice_code,
            self.advice_params,
        )

    @property
    def clause(self) -> str:
        return self.cited.clause

    @property
    def text(self) -> str:
        return self.cited.text

    @property
    def source(self) -> str:
        return self.cited.source

    @property
    def rule_key(self) -> str:
        return self.cited.rule_key

    @property
    def rule_hash(self) -> str:
        return self.cited.rule_hash

    @property
    def rule_kind(self) -> str:
        return self.cited.rule_kind


LINE_FIELDS = tuple(one.name for one in fields(Line) if one.name != "cited")


class SortedLines(NamedTuple):
    """Lines by outcome, each kind in the order in which the clauses gave them."""

    failing: tuple[Line, ...]
    unclear: tuple[Line, ...]
    passing: tuple[Line, ...]

    @classmethod
    def of(cls, lines: Iterable[Line]) -> SortedLines:
        found: dict[Outcome, list[Line]] = {one: [] for one in (Outcome.FAIL, Outcome.UNCLEAR, Outcome.PASS)}
        for line in lines:
            found[line.outcome].append(line)
        return cls(*map(tuple, found.values()))


@dataclass(frozen=True, slots=True)
class Verdict:
    """All lines, failing ones first. No when one fails, unclear when one is unclear, else ok."""

    outcome: Decision
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Verdict:
        return cls.joined(SortedLines.of(lines))

    @classmethod
    def joined(cls, *parts: SortedLines) -> Verdict:
        """Of the lines of several clauses, in the order of the clauses."""
        failing: tuple[Line, ...] = ()
        unclear, passing = failing, failing
        for part in parts:
            failing, unclear, passing = failing + part[0], unclear + part[1], passing + part[2]
        worst = Decision.NO if failing else Decision.UNCLEAR if unclear or not passing else Decision.OK
        return cls(worst, failing + unclear + passing)

    @property
    def failing(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.outcome is Outcome.FAIL)

    @property
    def unclear(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.outcome is Outcome.UNCLEAR)

    @property
    def gap_days(self) -> int | None:
        """Days until waiting has removed every fault; None where waiting does not help."""
        gaps = [line.gap["total_days"] if line.gap else None for line in self.failing]
        return None if not gaps or None in gaps else max(gap for gap in gaps if gap is not None)

    def to_json(self) -> dict[str, Any]:
        return {"outcome": str(self.outcome), "lines": [line.to_json() for line in self.lines]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Verdict:
        return cls(Decision(data["outcome"]), tuple(Line.from_json(line) for line in data["lines"]))


CITATIONS: dict[str, Citation] = {}


def citation(rule: Rule) -> Citation:
    """The citation of a rule; as few as there are rules, however many lines."""
    known = CITATIONS.get(rule.content_hash)
    if known is None:
        known = Citation(rule.clause, rule.text, rule.source, rule.key, rule.content_hash, rule.kind)
        CITATIONS[rule.content_hash] = known
    return known


def ruled(rule: Rule, code: str, outcome: Outcome, **rest: Any) -> Line:
    """A line that cites its rule. Raises OpenRule for a pass by a rule whose value nobody has found or decided."""
    if rule.is_open and outcome is Outcome.PASS:
        raise OpenRule(f"{rule.key} is open: nothing passes by it")
    return Line(code, outcome, citation(rule), **rest)


def proven(passes: bool | None, *sources: Source) -> Outcome:
    """The outcome for a value: a typed one can fail but not pass, a missing one (None) is unclear."""
    if passes is None:
        return Outcome.UNCLEAR
    if not passes:
        return Outcome.FAIL
    return Outcome.PASS if PROOFS.issuperset(sources) else Outcome.UNCLEAR


def gap_until(cut_off: date, reached_on: date) -> dict[str, Any]:
    """How long after the cut-off day a limit will be reached."""
    years, months, days = between(cut_off, reached_on)
    total = (reached_on - cut_off).days
    return {"years": years, "months": months, "days": days, "total_days": total, "until": reached_on.isoformat()}


def came_from(evidence: Any) -> dict[str, Any]:
    """The source of a fact, spell, certificate or schooling, as a line carries it."""
    as_of = evidence.as_of.isoformat() if evidence.as_of else None
    return {"source": str(evidence.source), "as_of": as_of, "seen_by": evidence.seen_by}


COMPUTED = {"source": "computed", "as_of": None, "seen_by": ""}

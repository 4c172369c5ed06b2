"""Facts from the values of a row, each with the evidence that the sender vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from examops.eligibility.facts import Certificate, Fact, Facts, Schooling, Source, Spell
from examops.eligibility.roster.words_read import BELOW, SCHOOL_WORDS


@dataclass(frozen=True)
class Evidence:
    """Which fields the sender vouches for: columns of an official export, or a list checked against documents."""

    source: Source = Source.TYPED
    as_of: date | None = None
    seen_by: str = ""


TYPED = Evidence()
NONE_OPEN = Fact(0, Source.OFFICIAL)


class FactsMaker:
    """Facts from the values of a row. ``evidence`` says by field what may be trusted; the rest is typed."""

    def __init__(self, evidence: Mapping[str, Evidence], body_kind: str, default_kind: str) -> None:
        self.evidence = evidence
        self.body_kind = body_kind
        self.default_kind = default_kind

    def make(self, values: dict[str, Any], open_applications: int = 0) -> Facts:
        """``open_applications`` is how many live ones the whole city knows of."""
        kind = values.get("kind") or self._kind_of(values)
        return Facts(
            name=values.get("name", ""),
            id_number=values.get("id_number", ""),
            id_type=values.get("id_type", "resident"),
            sex=values.get("sex", ""),
            kind=self._fact("kind", kind) if kind else None,
            spells=self._spells(values, kind),
            certificates=self._certificates(values),
            schooling=self._schooling(values, kind),
            apprenticeship_ended_on=self._stated(values, "apprenticeship_ended_on"),
            work_since=self._stated(values, "work_since"),
            work_years=self._stated(values, "work_years"),
            id_seen=self._fact("id_type", True) if "id_type" in self.evidence else None,
            open_applications=NONE_OPEN if not open_applications else Fact(open_applications, Source.OFFICIAL),
        )

    def _kind_of(self, values: dict[str, Any]) -> str:
        """The kind; without such a column: agency if an agency is named, else the batch's default."""
        if values.get("agency") and self.body_kind == "enterprise":
            return "agency"
        return self.default_kind

    def _fact(self, name: str, value: Any) -> Fact:
        evidence = self.evidence.get(name, TYPED)
        return Fact(value, evidence.source, evidence.as_of, evidence.seen_by)

    def _stated(self, values: dict[str, Any], name: str) -> Fact | None:
        value = values.get(name)
        return None if value is None or value == "" else self._fact(name, value)

    def _spells(self, values: dict[str, Any], kind: str) -> tuple[Spell, ...]:
        if kind not in ("agency", "employee"):
            return ()
        evidence = self.evidence.get("started_on", TYPED)
        is_agency = kind == "agency"
        spell = Spell(
            kind="agency" if is_agency else "own",
            employer=values.get("agency", "") if is_agency else values.get("employer", ""),
            host=(values.get("host") or values.get("employer", "")) if is_agency else "",
            start=values.get("started_on"),
            end=values.get("ended_on"),
            insured_by=self._stated(values, "insured_by"),
            insured_in=self._stated(values, "insured_in"),
            works_in=self._stated(values, "works_in"),
            source=evidence.source,
            as_of=evidence.as_of,
            seen_by=evidence.seen_by,
        )
        return (spell,)

    def _certificates(self, values: dict[str, Any]) -> tuple[Certificate, ...]:
        level, number, issued_on = (values.get(f"certificate_{name}") for name in ("level", "number", "on"))
        if not (level or number or issued_on):
            return ()
        evidence = self.evidence.get("certificate_level", TYPED)
        occupation = values.get("certificate_occupation", "")
        return (
            Certificate(level, occupation, number or "", issued_on, evidence.source, evidence.as_of, evidence.seen_by),
        )

    def _schooling(self, values: dict[str, Any], kind: str) -> tuple[Schooling, ...]:
        education = values.get("education", "")
        school = SCHOOL_WORDS.get(education, "") or _school_of(values.get("school", ""))
        is_student = kind == "student"
        if not is_student and (education in BELOW or not (school or values.get("graduates_on"))):
            return ()
        evidence = self.evidence.get("enrolled_on" if is_student else "graduates_on", TYPED)
        told = Schooling(
            institution=values.get("school", ""),
            school=school or ("technician_college" if is_student and self.body_kind == "college" else ""),
            major=values.get("major", ""),
            start=values.get("enrolled_on"),
            end=values.get("graduates_on"),
            is_enrolment=is_student,
            source=evidence.source,
            as_of=evidence.as_of,
            seen_by=evidence.seen_by,
        )
        return (told,)


SCHOOL_NAMES = {"技师学院": "technician_college", "高级技工": "senior_technical", "高级技校": "senior_technical"} | {
    "技工学校": "technical_school",
    "技校": "technical_school",
    "职业技术学院": "vocational_higher",
    "职业学院": "vocational_higher",
    "中等职业": "vocational_secondary",
    "职业技术学校": "vocational_secondary",
    "中专": "vocational_secondary",
    "大学": "college",
}


def _school_of(name: str) -> str:
    return next((school for part, school in SCHOOL_NAMES.items() if part in name), "") if name else ""


def with_known(facts: Facts, known: Facts) -> Facts:
    """Typed facts and what is on record. Recorded facts are proven and take precedence over typed ones."""
    recorded = {(spell.kind, spell.host, spell.start) for spell in known.spells}
    typed = [spell for spell in facts.spells if (spell.kind, spell.host, spell.start) not in recorded]
    return replace(
        facts,
        spells=(*typed, *known.spells),
        certificates=(*facts.certificates, *known.certificates),
        schooling=(*facts.schooling, *known.schooling),
        apprenticeship_ended_on=known.apprenticeship_ended_on or facts.apprenticeship_ended_on,
        work_since=known.work_since or facts.work_since,
        work_years=known.work_years or facts.work_years,
    )

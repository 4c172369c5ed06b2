"""Facts from the values of a row, each with the evidence that the sender vouches for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


Told = dict[str, Any]
OF_SPELL = ("agency", "employer", "host", "started_on", "ended_on", "insured_by", "insured_in", "works_in")
OF_CERTIFICATE = ("certificate_level", "certificate_number", "certificate_on", "certificate_occupation")
OF_SCHOOLING = ("education", "school", "major", "enrolled_on", "graduates_on")


class _Shared:
    """What ``make`` gives for the same values of these fields, made once; all of them are texts, days, yes or no."""

    def __init__(self, make: Callable[[Told, str], Any], fields: tuple[str, ...]) -> None:
        self.make, self.fields = make, fields
        self.made: dict[tuple[Any, ...], Any] = {}

    def __call__(self, values: Told, kind: str) -> Any:
        key = (kind, *map(values.get, self.fields))
        found = self.made.get(key)
        if found is None:
            found = self.made[key] = self.make(values, kind)
        return found


class FactsMaker:
    """Facts from the values of a row. ``evidence`` says by field what may be trusted; the rest is typed.

    People of whom a roster says the same share one spell, paper and fact: they are made once, not once a row.
    """

    def __init__(self, evidence: Mapping[str, Evidence], body_kind: str, default_kind: str) -> None:
        self.evidence = evidence
        self.body_kind = body_kind
        self.default_kind = default_kind
        self.id_seen = self._fact("id_type", True) if "id_type" in evidence else None
        self.stated: dict[tuple[str, Any], Fact] = {}
        self.spells = _Shared(self._spells, OF_SPELL)
        self.certificates = _Shared(self._certificates, OF_CERTIFICATE)
        self.schooling = _Shared(self._schooling, OF_SCHOOLING)

    def make(self, values: Told, open_applications: int = 0) -> Facts:
        """``open_applications`` is how many live ones the whole city knows of."""
        get = values.get
        kind = get("kind") or self._kind_of(values)
        return Facts(
            name=get("name", ""),
            id_number=get("id_number", ""),
            id_type=get("id_type", "resident"),
            sex=get("sex", ""),
            kind=self._stated("kind", kind),
            spells=self.spells(values, kind) if kind in ("agency", "employee") else (),
            certificates=self.certificates(values, kind),
            schooling=self.schooling(values, kind) if kind == "student" or _names_school(get) else (),
            apprenticeship_ended_on=self._stated("apprenticeship_ended_on", get("apprenticeship_ended_on")),
            work_since=self._stated("work_since", get("work_since")),
            work_years=self._stated("work_years", get("work_years")),
            id_seen=self.id_seen,
            open_applications=NONE_OPEN if not open_applications else Fact(open_applications, Source.OFFICIAL),
        )

    def _kind_of(self, values: Told) -> str:
        """The kind; without such a column: agency if an agency is named, else the batch's default."""
        if values.get("agency") and self.body_kind == "enterprise":
            return "agency"
        return self.default_kind

    def _fact(self, name: str, value: Any) -> Fact:
        evidence = self.evidence.get(name, TYPED)
        return Fact(value, evidence.source, evidence.as_of, evidence.seen_by)

    def _stated(self, name: str, value: Any) -> Fact | None:
        if value is None or value == "":
            return None
        # By its spelling: True, 1 and 1.0 are equal, 0.0 and -0.0 too.
        key = (name, repr(value)) if isinstance(value, bool | int | float) else (name, value)
        found = self.stated.get(key)
        if found is None:
            found = self.stated[key] = self._fact(name, value)
        return found

    def _spells(self, values: Told, kind: str) -> tuple[Spell, ...]:
        evidence = self.evidence.get("started_on", TYPED)
        is_agency = kind == "agency"
        spell = Spell(
            kind="agency" if is_agency else "own",
            employer=values.get("agency", "") if is_agency else values.get("employer", ""),
            host=(values.get("host") or values.get("employer", "")) if is_agency else "",
            start=values.get("started_on"),
            end=values.get("ended_on"),
            insured_by=self._stated("insured_by", values.get("insured_by")),
            insured_in=self._stated("insured_in", values.get("insured_in")),
            works_in=self._stated("works_in", values.get("works_in")),
            source=evidence.source,
            as_of=evidence.as_of,
            seen_by=evidence.seen_by,
        )
        return (spell,)

    def _certificates(self, values: Told, kind: str) -> tuple[Certificate, ...]:
        level, number, issued_on = (values.get(f"certificate_{name}") for name in ("level", "number", "on"))
        if not (level or number or issued_on):
            return ()
        evidence = self.evidence.get("certificate_level", TYPED)
        occupation = values.get("certificate_occupation", "")
        return (
            Certificate(level, occupation, number or "", issued_on, evidence.source, evidence.as_of, evidence.seen_by),
        )

    def _schooling(self, values: Told, kind: str) -> tuple[Schooling, ...]:
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


def _names_school(get: Callable[[str], Any]) -> Any:
    """Whether there is anything that could make a graduation."""
    return get("education") or get("school") or get("graduates_on")


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

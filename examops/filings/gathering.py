"""A filing with everything that its conditions are judged from, and the lines that come of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from config.rulebook import Rulebook
from examops.catalogue import decisions_of, find_occupation, may_be_filed
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.filings.judging import Condition, Line, conditions_for, judge
from examops.filings.lists import FilingList, facts_from_lists, lists_in_force
from examops.filings.models import Filing, FilingDecision, FilingDocument, FilingFact, FilingOccupation
from examops.organisations.models import Body


@dataclass(frozen=True)
class Dossier:
    """``facts`` are the current ones by (occupation's code or "", key); ``rulings`` the latest by (rule, subject);
    ``lists`` those in force."""

    filing: Filing
    body: Body
    occupations: list[FilingOccupation]
    facts: dict[tuple[str, str], FilingFact]
    documents: list[FilingDocument]
    decisions: list[FilingDecision]
    lists: list[FilingList] = field(default_factory=list)

    @property
    def rulings(self) -> dict[tuple[str, str], FilingDecision]:
        return {(one.rule, one.subject): one for one in self.decisions if one.act == "ruled"}

    @property
    def acts(self) -> list[FilingDecision]:
        """Without rulings, oldest first."""
        return [one for one in self.decisions if one.act != "ruled"]

    @property
    def seen(self) -> str:
        """What a form carries so that nobody acts on what they did not see."""
        return str(self.acts[-1].uid) if self.acts else ""


def filing_by_uid(uid: UUID) -> Filing:
    found = db.session.execute(select(Filing).where(Filing.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这份申报，或不在您的管理范围内"))
    return found


def dossier(filing: Filing) -> Dossier:
    """Six queries, whatever the filing holds."""
    facts = db.session.execute(
        select(FilingFact).where(FilingFact.filing_id == filing.id, FilingFact.superseded_by.is_(None))
    ).scalars()
    return Dossier(
        filing,
        db.session.get_one(Body, filing.body_id),
        _of(FilingOccupation, filing),
        {(fact.subject, fact.key): fact for fact in facts},
        _of(FilingDocument, filing),
        _of(FilingDecision, filing),
        lists_in_force(filing),
    )


def _of(table: Any, filing: Filing) -> list[Any]:
    return list(db.session.execute(select(table).where(table.filing_id == filing.id).order_by(table.id)).scalars())


def lines_of(found: Dossier, day: date, book: Rulebook) -> list[Line]:
    """Every condition, judged as of that day: those of the body first, then occupation by occupation."""
    wanted = list(conditions_for(found.filing.body_kind))
    whole = [judge(one, "", _inputs(found, one, "", day), book) for one in wanted if not one.each]
    each = [
        judge(one, row.occupation_code, _inputs(found, one, row.occupation_code, day, catalogue), book)
        for row in found.occupations
        for catalogue in [_catalogue(row, day, book)]
        for one in wanted
        if one.each
    ]
    return whole + each


def _inputs(
    found: Dossier, condition: Condition, subject: str, day: date, catalogue: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Only what this condition reads, so that it can be stored beside its outcome."""
    ruling = found.rulings.get((condition.key, subject))
    return {
        "day": day.isoformat(),
        "facts": dict(_facts(found, condition, subject)),
        "papers": _papers(found) if condition.reads_papers else {},
        "ruling": {"outcome": ruling.outcome, "by": ruling.officer_name, "reason": ruling.reason} if ruling else None,
        "catalogue": catalogue or {"obstacles": {}, "listed": None},
    }


def _facts(found: Dossier, condition: Condition, subject: str) -> Iterator[tuple[str, dict[str, Any]]]:
    unsound = {one.id for one in found.documents if one.is_sound is False}
    counted = facts_from_lists(found.lists, found.facts)
    for key in condition.facts:
        fact = found.facts.get((subject, key))
        if (subject, key) in counted:
            yield key, counted[subject, key]
        elif fact is not None:
            yield (
                key,
                {
                    "value": fact.value["value"],
                    "source": fact.source,
                    "as_of": fact.as_of.isoformat() if fact.as_of else None,
                    "seen_by": fact.seen_by,
                    "is_unsound": fact.document_id in unsound,
                },
            )


def _papers(found: Dossier) -> dict[str, list[dict[str, Any]]]:
    papers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in found.documents:
        papers[one.kind].append({"read_by": one.read_by_name, "is_sound": bool(one.is_sound)})
    return dict(papers)


def _catalogue(row: FilingOccupation, day: date, book: Rulebook) -> dict[str, Any]:
    """What the catalogue says about the occupation: obstacles by level, and whether it is on the shortage list."""
    listed = book["eligibility.shortage_list"].on(day)
    on_list = None if listed.is_provisional or listed.is_open else row.occupation_code in listed.value
    return {"obstacles": {level: _obstacles(row, level, day) for level in row.levels}, "listed": on_list}


def _obstacles(row: FilingOccupation, level: str, day: date) -> list[str]:
    occupation = find_occupation(row.occupation_code)
    if occupation is None:
        return ["no_code"]
    answer = may_be_filed(occupation, level, day, tuple(decisions_of([occupation.code])))
    return sorted({str(reason.obstacle) for reason in answer.reasons})

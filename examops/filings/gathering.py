"""A filing with everything that its conditions are judged from, and the lines that come of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from config.levels import lowest_first
from config.rulebook import Rulebook
from examops.catalogue import decisions_of, find_occupation, may_be_filed
from examops.core.clock import local_day
from examops.core.database import among, db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.filings.counting import Figure, count_figures
from examops.filings.judging import Condition, Line, conditions_for, judge
from examops.filings.lists import FilingList, facts_from_lists, lists_in_force
from examops.filings.models import HISTORIC, Filing, FilingDecision, FilingDocument, FilingFact, FilingOccupation
from examops.filings.states import FilingState
from examops.filings.steps import ADDED_UP, VOLUME_YEARS
from examops.filings.versions import covered_by
from examops.filings.yearly import facts_from_years
from examops.organisations.models import Body
from examops.specifications import AnyVersion, WorkPlan, versions_with

BY_LIST, BY_YEAR = "filing.counted_by_list", "filing.volume_by_year"  # the rules that ask for more than a number
Figures = dict[tuple[str, str], Figure]
# What the catalogue says by occupation, level, and whether a specification of the body stands in its place.
Obstacles = dict[tuple[str, str, bool], list[str]]


@dataclass(frozen=True)
class Dossier:
    """``facts`` are the current ones by (occupation's code or "", key); ``rulings`` the latest by (rule, subject);
    ``lists`` those in force, ``versions`` the specifications and work plans that go with it."""

    filing: Filing
    body: Body
    occupations: list[FilingOccupation]
    facts: dict[tuple[str, str], FilingFact]
    documents: list[FilingDocument]
    decisions: list[FilingDecision]
    lists: list[FilingList] = field(default_factory=list)
    versions: list[AnyVersion] = field(default_factory=list)

    @property
    def rulings(self) -> dict[tuple[str, str], FilingDecision]:
        return {(one.rule, one.subject): one for one in self.decisions if one.act == "ruled"}

    @property
    def acts(self) -> list[FilingDecision]:
        """Without rulings, oldest first."""
        return [one for one in self.decisions if one.act != "ruled"]

    @property
    def asked_for(self) -> dict[tuple[str, str], list[str]]:
        """While the filing is returned: what the return says under each condition, by (rule, subject)."""
        is_returned = self.filing.state == FilingState.RETURNED and self.acts
        return _comments(self.acts[-1] if is_returned else None)

    @property
    def answered(self) -> FilingDecision | None:
        """The return that the body has answered by handing it in again, while offices have it in hand."""
        in_hand = self.filing.state in (FilingState.SUBMITTED, FilingState.DISTRICT_REVIEWED)
        return next((one for one in reversed(self.acts) if in_hand and one.act == "returned"), None)

    @property
    def asked_before(self) -> dict[tuple[str, str], list[str]]:
        """What that return said, as :attr:`asked_for`: offices look there first."""
        return _comments(self.answered)

    @property
    def seen(self) -> str:
        """What a form carries so that nobody acts on what they did not see."""
        return str(self.acts[-1].uid) if self.acts else ""


def _comments(returned: FilingDecision | None) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in returned.comments if returned else ():
        found[one["rule"], one["subject"]].append(one["text"])
    return found


def filing_by_uid(uid: UUID) -> Filing:
    found = db.session.execute(select(Filing).where(Filing.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这份申报，或不在您的管理范围内"))
    return found


def dossier(filing: Filing) -> Dossier:
    """Eight queries, whatever the filing holds."""
    facts = db.session.execute(
        select(FilingFact).where(FilingFact.filing_id == filing.id, FilingFact.superseded_by.is_(None))
    ).scalars()
    return Dossier(
        filing,
        db.session.get_one(Body, filing.body_id),
        _of(FilingOccupation, filing),
        {(fact.subject, fact.key): fact for fact in facts},
        [one for one in _of(FilingDocument, filing) if one.removed_at is None],
        _of(FilingDecision, filing),
        lists_in_force(filing),
        versions_with(filing.id),
    )


def _of(table: Any, filing: Filing) -> list[Any]:
    return list(db.session.execute(select(table).where(table.filing_id == filing.id).order_by(table.id)).scalars())


def lines_of(found: Dossier, day: date, book: Rulebook, obstacles: Obstacles | None = None) -> list[Line]:
    """Every condition, judged as of that day: those of the body first, then occupation by occupation.

    ``obstacles`` keeps what the catalogue says, for callers who judge many bodies of one day.
    """
    known: Obstacles = {} if obstacles is None else obstacles
    wanted = [one for one in conditions_for(found.filing.body_kind) if _is_asked(found.filing, one, day, book)]
    plan = _plan(found) if any(one.reads_plan for one in wanted) else None
    figures = figures_of(found, day)
    covered = covered_by(found.body, found.filing, found.versions, day)
    whole = [judge(one, "", _inputs(found, one, "", day, book, figures), book) for one in wanted if not one.each]
    each = [
        judge(
            one,
            row.occupation_code,
            _inputs(found, one, row.occupation_code, day, book, figures, catalogue, plan),
            book,
        )
        for row in found.occupations
        for catalogue in [_catalogue(row, day, book, covered, known)]
        for one in wanted
        if one.each
    ]
    return whole + each


def figures_of(found: Dossier, day: date) -> Figures:
    """What is counted for this filing; nothing where no condition of its kind asks for it."""
    if not any(one.is_counted for one in conditions_for(found.filing.body_kind)):
        return {}
    return count_figures(found.filing.body_id, found.occupations, day)


def _inputs(
    found: Dossier,
    condition: Condition,
    subject: str,
    day: date,
    book: Rulebook,
    figures: Figures,
    catalogue: dict[str, Any] | None = None,
    plan: WorkPlan | None = None,
) -> dict[str, Any]:
    """Only what this condition reads, so that it can be stored beside its outcome."""
    inputs: dict[str, Any] = {
        "day": day.isoformat(),
        "facts": dict(_facts(found, condition, subject)),
        "papers": _papers(found) if condition.reads_papers else {},
        "ruling": _ruling(found, condition, subject),
        "catalogue": catalogue or {"obstacles": {}, "listed": None},
    }
    if condition.is_listed and _asks(found.filing, BY_LIST, condition.key, day, book):
        inputs["asks_list"] = True
    if set(condition.facts) & set(ADDED_UP) and _asks(found.filing, BY_YEAR, condition.key, day, book):
        inputs["asks_years"] = True
    if condition.reads_plan:
        inputs["plan"] = _planned(found, subject, plan)
    if condition.is_counted:
        inputs["counted"] = {key: figures[subject, key] for key in condition.facts}
    return inputs


def _is_asked(filing: Filing, condition: Condition, day: date, book: Rulebook) -> bool:
    """A work plan: not of a filing of before go-live, nor of one that was decided before its rule asked for it."""
    if not condition.reads_plan:
        return True
    decided = local_day(filing.decided_at) if filing.decided_at else day
    return filing.kind != HISTORIC and book[condition.key].on(min(decided, day)).value is not False


def _plan(found: Dossier) -> WorkPlan | None:
    """What goes with the filing, else what is in force."""
    own = [row for row in found.versions if isinstance(row, WorkPlan)]
    in_force = select(WorkPlan).where(WorkPlan.body_id == found.body.id, func.upper_inf(WorkPlan.valid))
    return own[0] if own else db.session.execute(in_force).scalar_one_or_none()


def _planned(found: Dossier, subject: str, plan: WorkPlan | None) -> dict[str, Any] | None:
    if plan is None:
        return None
    needed = next(row.levels for row in found.occupations if row.occupation_code == subject)
    levels = [line["level"] for line in plan.lines if line["occupation"] == subject]
    return {"version": plan.version, "levels": lowest_first(levels), "needed": lowest_first(needed)}


def _asks(filing: Filing, rule: str, key: str, day: date, book: Rulebook) -> bool:
    """Whether ``rule`` names this condition; not of a filing of before go-live, nor of one that was decided before the
    rule held."""
    decided = local_day(filing.decided_at) if filing.decided_at else day
    return filing.kind != HISTORIC and key in book.value(rule, min(decided, day))


def _ruling(found: Dossier, condition: Condition, subject: str) -> dict[str, Any] | None:
    ruling = found.rulings.get((condition.key, subject))
    if ruling is None:
        return None
    words = {"outcome": ruling.outcome, "by": ruling.officer_name, "reason": ruling.reason}
    return {**words, "counted": ruling.counted} if condition.is_counted else words


def _facts(found: Dossier, condition: Condition, subject: str) -> Iterator[tuple[str, dict[str, Any]]]:
    counted = facts_from_lists(found.lists, found.facts)
    added_up = added_up_facts(found, subject if condition.each else "")
    for key in condition.facts:
        fact = found.facts.get((subject, key)) or found.facts.get(("", key))  # asked of the body as a whole
        if (subject, key) in counted:
            yield key, counted[subject, key]
        elif key in added_up:
            yield key, added_up[key]
        elif fact is not None:
            yield key, _as_read(found, fact)


def added_up_facts(found: Dossier, subject: str) -> dict[str, dict[str, Any]]:
    """What the table by year puts in the place of stated totals, by key; what an office looked up since stays."""
    table = found.facts.get((subject, VOLUME_YEARS))
    if table is None or table.value["value"] is None:
        return {}
    stated = found.facts.get((subject, "training_years"))
    years = facts_from_years(_as_read(found, table), stated.value["value"] if stated else None)
    return {key: fact for key, fact in years if not _looked_up_since(found.facts.get((subject, key)), table)}


def _looked_up_since(fact: FilingFact | None, table: FilingFact) -> bool:
    return fact is not None and fact.source == "official" and fact.created_at > table.created_at


def _as_read(found: Dossier, fact: FilingFact) -> dict[str, Any]:
    """A fact as conditions read it."""
    return {
        "value": fact.value["value"],
        "source": fact.source,
        "as_of": fact.as_of.isoformat() if fact.as_of else None,
        "seen_by": fact.seen_by,
        "is_unsound": any(one.id == fact.document_id and one.is_sound is False for one in found.documents),
    }


def _papers(found: Dossier) -> dict[str, list[dict[str, Any]]]:
    papers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in found.documents:
        papers[one.kind].append({"read_by": one.read_by_name, "is_sound": bool(one.is_sound)})
    return dict(papers)


def _catalogue(
    row: FilingOccupation, day: date, book: Rulebook, covered: Collection[tuple[str, str]], known: Obstacles
) -> dict[str, Any]:
    """What the catalogue says about the occupation: obstacles by level, and whether it is on the shortage list."""
    listed = book["eligibility.shortage_list"].on(day)
    on_list = None if listed.is_provisional or listed.is_open else row.occupation_code in listed.value
    for key in ((row.occupation_code, level, (row.occupation_code, level) in covered) for level in row.levels):
        if key not in known:
            known[key] = _obstacles(row, key[1], day, covered)
    found = {level: known[row.occupation_code, level, (row.occupation_code, level) in covered] for level in row.levels}
    return {"obstacles": found, "listed": on_list}


# What of the catalogue a specification of the body's own says itself.
SAID_BY_SPECIFICATION = frozenset(
    ("standard", "conditions", "parts", "theory_minutes", "skill_minutes", "review_minutes")
)


def _obstacles(row: FilingOccupation, level: str, day: date, covered: Collection[tuple[str, str]]) -> list[str]:
    occupation = find_occupation(row.occupation_code)
    if occupation is None:
        return ["no_code"]
    answer = may_be_filed(occupation, level, day, tuple(decisions_of([occupation.code])))
    said = SAID_BY_SPECIFICATION if (row.occupation_code, level) in covered else frozenset()
    return sorted({str(reason.obstacle) for reason in answer.reasons if reason.value.what not in said})


def occupations_of(ids: list[int]) -> dict[int, list[FilingOccupation]]:
    """Of many filings, by the filing's number."""
    query = select(FilingOccupation).where(among(FilingOccupation.filing_id, ids)).order_by(FilingOccupation.id)
    found: dict[int, list[FilingOccupation]] = {}
    for row in db.session.execute(query).scalars():
        found.setdefault(row.filing_id, []).append(row)
    return found

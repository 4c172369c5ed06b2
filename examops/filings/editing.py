"""The body's hand: a filing is begun, its pages are saved one by one, occupations come and go."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from config.levels import lowest_first
from examops.audit import record
from examops.catalogue import Occupation
from examops.core.actor import Actor
from examops.core.clock import Clock, local, today
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.language import N_, join_messages, message
from examops.core.numbers import next_number
from examops.core.refusals import constraints_as
from examops.filings.labels import FILING_STATES
from examops.filings.models import HISTORIC, Filing, FilingDocument, FilingFact, FilingOccupation, FilingStep
from examops.filings.refusals import (
    DOCUMENT_CLAUSE,
    DocumentTakenOut,
    FilingIsClosed,
    OneOpenFiling,
    StepOvertaken,
)
from examops.filings.states import EDITABLE, FilingState
from examops.filings.steps import FACTS, OCCUPATIONS, OF_OCCUPATION, STEPS, facts_of, subject_of
from examops.filings.tags import Tag
from examops.organisations import BODY_STATES, must_not_be_barred
from examops.organisations.models import Body

NUMBER = "BA{year}-{count:04d}"
ON_TOP = ("amendment", "renewal")  # of a filing that stands
GONE = ("exiting", "exited")


@dataclass(frozen=True)
class Entry:
    """What somebody entered for one fact: the value (JSON, None for nothing) and the document it rests on, if any."""

    value: Any
    document: FilingDocument | None = None


def begin(body: Body, kind: str, *, actor: Actor, clock: Clock) -> Filing:
    """Raises :class:`OneOpenFiling`, :class:`EntityBarred` after an exit, and :class:`Conflict` where a body that is
    not filed asks for more or again."""
    must_not_be_barred(body, today(clock))
    if kind in ON_TOP and body.filed_on is None:
        raise Conflict(N_("本机构还没有备案过，不能办增项或延续"), advice=N_("先办首次备案"))
    must_not_have_left(body, kind)
    year = today(clock).year
    filing = Filing(
        **{"body_id": body.id, "district": body.district},
        number=NUMBER.format(year=year, count=next_number(f"filing-{year}")),
        kind=kind,
        body_kind=body.kind,
        supersedes=_filed_before(body) if kind in ON_TOP else None,
        created_at=clock.now(),
    )
    with constraints_as({"uq_filing_open": OneOpenFiling}):
        db.session.add(filing)
    owner = {**owner_of(filing), "filing_id": filing.id}
    db.session.add_all(FilingStep(**owner, step=step) for step in STEPS[body.kind])
    record(Tag.FILING_BEGUN, actor, filing, words=filing.number, kind=kind)
    return filing


def must_not_have_left(body: Body, kind: str) -> None:
    """Raises :class:`Conflict` where a body asks for more or again of a filing that it left."""
    if kind in ON_TOP and body.state in GONE:
        raise Conflict(
            N_("{body}现在是“{state}”，不能办增项或延续"),
            advice=N_("要再开展认定，办首次备案；手里的增项或延续先撤回"),
            body=body.name,
            state=message(BODY_STATES[body.state]),
        )


def _filed_before(body: Body) -> uuid.UUID | None:
    """The filing that stands: the newest one that was filed."""
    query = select(Filing.uid).where(Filing.body_id == body.id, Filing.state == FilingState.FILED)
    return db.session.execute(query.order_by(Filing.id.desc()).limit(1)).scalar_one_or_none()


def must_be_editable(filing: Filing) -> None:
    """Holds the filing to the end of the transaction. Raises :class:`FilingIsClosed`."""
    db.session.refresh(filing, with_for_update=True)
    if filing.state not in EDITABLE:
        raise FilingIsClosed(state=message(FILING_STATES[filing.state][1]))


def must_take_documents(filing: Filing) -> None:
    """As :func:`must_be_editable`; papers of before go-live are scanned after their filing was decided."""
    if filing.kind == HISTORIC:
        db.session.refresh(filing, with_for_update=True)
    else:
        must_be_editable(filing)


def must_be_there(document: FilingDocument) -> None:
    """Behind the lock of its filing. Raises :class:`DocumentTakenOut`."""
    db.session.refresh(document)
    if document.removed_at is not None:
        at = f"{local(document.removed_at):%m-%d %H:%M}"
        raise DocumentTakenOut(clause=DOCUMENT_CLAUSE, name=document.name, by=document.removed_by_name, at=at)


def step_row(filing: Filing, step: str) -> FilingStep:
    query = select(FilingStep).where(FilingStep.filing_id == filing.id, FilingStep.step == step)
    found = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("这份申报没有这一页"), advice=N_("回到申报页重新选"))
    return found


def current_facts(filing: Filing, step: str) -> dict[str, FilingFact]:
    """The facts in force that are asked on this page, by key."""
    query = select(FilingFact).where(
        FilingFact.filing_id == filing.id,
        FilingFact.superseded_by.is_(None),
        FilingFact.subject == subject_of(step),
        FilingFact.key.in_(facts_of(filing.body_kind, step)),
    )
    return {fact.key: fact for fact in db.session.execute(query).scalars()}


def save_step(
    filing: Filing,
    step: str,
    seen: int,
    entries: Mapping[str, Entry],
    as_of: date | None,
    *,
    actor: Actor,
    clock: Clock,
) -> list[str]:
    """Write what differs; returns the keys that changed. Raises :class:`StepOvertaken` where ``seen`` is an older
    version of the page, and then nothing is written."""
    must_be_editable(filing)
    row, now = _seen_row(filing, step, seen), current_facts(filing, step)
    for document in {entry.document.id: entry.document for entry in entries.values() if entry.document}.values():
        must_be_there(document)
    changed = [key for key, entry in entries.items() if _differs(now.get(key), entry, as_of)]
    if not changed:
        return []
    for key in changed:
        _supersede(filing, row, now.get(key), key, entries[key], as_of, actor)
    _count(row, actor, clock)
    record(Tag.FILING_STEP_SAVED, actor, filing, words=filing.number, step=step, facts=changed)
    return changed


def _seen_row(filing: Filing, step: str, seen: int) -> FilingStep:
    row = step_row(filing, step)
    if row.version != seen:
        words = [message(FACTS[key].word) for key in changed_since(filing, step, seen)]
        raise StepOvertaken(
            by=row.saved_by,
            at=f"{local(row.saved_at):%m-%d %H:%M}" if row.saved_at else "",
            changed=join_messages(N_("、"), words or [message(N_("职业和等级"))]),
        )
    return row


def changed_since(filing: Filing, step: str, seen: int) -> list[str]:
    """The facts that were written on this page after version ``seen``, as they are asked."""
    now = current_facts(filing, step)
    return [key for key in facts_of(filing.body_kind, step) if key in now and now[key].version > seen]


def _differs(fact: FilingFact | None, entry: Entry, as_of: date | None) -> bool:
    if fact is None:
        return entry.value is not None
    if fact.source == "official" and fact.value["value"] == entry.value:
        return False  # what an office has looked up stays unless the body says something else
    document = entry.document.id if entry.document else None
    return (fact.value["value"], fact.document_id, fact.as_of) != (entry.value, document, as_of)


def _supersede(
    filing: Filing, row: FilingStep, old: FilingFact | None, key: str, entry: Entry, as_of: date | None, actor: Actor
) -> None:
    new = FilingFact(
        **owner_of(filing),
        uid=uuid.uuid4(),
        filing_id=filing.id,
        step=row.step,
        subject=subject_of(row.step),
        key=key,
        value={"value": entry.value},
        source="document" if entry.document else "typed",
        as_of=as_of,
        document_id=entry.document.id if entry.document else None,
        version=row.version + 1,
        entered_by=actor.uid,
        entered_by_name=actor.name,
    )
    replace_fact(old, new)


def only_stated(filing: Filing, document: FilingDocument, *, actor: Actor, clock: Clock) -> list[str]:
    """What rested on this document is stated alone from now on, with the same values; returns its keys. Whoever has one
    of these pages open is told."""
    on_it = (FilingFact.document_id == document.id, FilingFact.superseded_by.is_(None))
    facts = list(db.session.execute(select(FilingFact).where(*on_it).order_by(FilingFact.id)).scalars())
    rows = {step: step_row(filing, step) for step in sorted({fact.step for fact in facts})}
    same = ("filing_id", "step", "subject", "key", "value", "as_of")
    for fact in facts:
        new = FilingFact(
            **owner_of(filing),
            **{name: getattr(fact, name) for name in same},
            uid=uuid.uuid4(),
            source="typed",
            version=rows[fact.step].version + 1,
            entered_by=actor.uid,
            entered_by_name=actor.name,
        )
        replace_fact(fact, new)
    for row in rows.values():
        _count(row, actor, clock)
    return [fact.key for fact in facts]


def replace_fact(old: FilingFact | None, new: FilingFact) -> None:
    """The old row first: only one of a key is in force at a time."""
    if old is not None:
        old.superseded_by = new.uid
        db.session.flush()
    db.session.add(new)


def _count(row: FilingStep, actor: Actor, clock: Clock) -> None:
    row.version, row.saved_by, row.saved_at = row.version + 1, actor.name, clock.now()


def add_occupation(
    filing: Filing,
    seen: int,
    occupation: Occupation,
    levels: Collection[str],
    standard: str,
    *,
    actor: Actor,
    clock: Clock,
) -> list[str]:
    """Add it, or give it other levels: the answer are those it had before, none where it is new. Raises
    :class:`StepOvertaken`; :class:`Invalid` without a level."""
    must_be_editable(filing)
    row = _seen_row(filing, OCCUPATIONS, seen)
    if not levels:
        raise Invalid(N_("没有选等级"), advice=N_("至少勾一个等级"))
    query = select(FilingOccupation).where(
        FilingOccupation.filing_id == filing.id, FilingOccupation.occupation_code == occupation.code
    )
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        found = FilingOccupation(
            **owner_of(filing),
            filing_id=filing.id,
            occupation_code=occupation.code,
            edition=occupation.edition,
            levels=lowest_first(levels),
        )
        db.session.add(found)
        _page_of(filing, occupation.code)
        before: list[str] = []
    else:
        before = list(found.levels)
    found.levels, found.standard = lowest_first(levels), standard
    _count(row, actor, clock)
    words = message("{number} {name}", number=filing.number, name=message(occupation.name))
    record(Tag.FILING_OCCUPATION_ADDED, actor, filing, words=words, filed_levels=sorted(levels))
    return before


def _page_of(filing: Filing, code: str) -> None:
    """The page of an occupation; one that was removed and comes back finds its own again."""
    step = OF_OCCUPATION + code
    query = select(FilingStep.id).where(FilingStep.filing_id == filing.id, FilingStep.step == step)
    if db.session.execute(query).first() is None:
        db.session.add(FilingStep(**owner_of(filing), filing_id=filing.id, step=step))


def remove_occupation(filing: Filing, seen: int, code: str, *, actor: Actor, clock: Clock) -> None:
    """What was entered about it is kept and no longer judged. Raises :class:`StepOvertaken`."""
    must_be_editable(filing)
    row = _seen_row(filing, OCCUPATIONS, seen)
    mine = (FilingOccupation.filing_id == filing.id, FilingOccupation.occupation_code == code)
    db.session.execute(delete(FilingOccupation).where(*mine))
    _count(row, actor, clock)
    record(Tag.FILING_OCCUPATION_REMOVED, actor, filing, words=f"{filing.number} {code}")

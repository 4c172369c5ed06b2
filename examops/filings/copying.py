"""照上一次填: what the filing before said, as a beginning. Nothing of it is proven until it is read again."""

from __future__ import annotations

import uuid
from datetime import date

from config.rulebook import Rulebook
from examops.audit import record
from examops.catalogue import find_occupation
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Conflict
from examops.core.language import N_
from examops.core.store import Store
from examops.filings.comparing import COMPARED, filing_before
from examops.filings.documents import fetch
from examops.filings.editing import add_occupation, must_be_editable, replace_fact, step_row
from examops.filings.gathering import Dossier, dossier
from examops.filings.models import Filing, FilingDocument, FilingFact
from examops.filings.steps import OCCUPATIONS, step_of
from examops.filings.tags import Tag


def may_copy(found: Dossier) -> bool:
    """There is a filing before, and it says something that this one does not say yet."""
    earlier = filing_before(found.filing) if found.filing.kind in COMPARED else None
    return earlier is not None and bool(_wanting_facts(found, dossier(earlier)))


def copy_last(filing: Filing, *, actor: Actor, clock: Clock, store: Store, rules: Rulebook, day: date) -> int:
    """What is empty here, from there: facts with their days, documents; of a renewal the occupations with what was
    said about each as well. What was filled in already stays. Lists hold people and are handed in anew.

    Returns how many facts were copied. Raises :class:`Conflict` where there are none.
    """
    must_be_editable(filing)
    earlier = filing_before(filing) if filing.kind in COMPARED else None
    found, last = dossier(filing), dossier(earlier) if earlier else None
    wanted = _wanting_facts(found, last) if last else []
    if earlier is None or last is None or not wanted:
        raise Conflict(N_("上一次申报里没有这一份还缺的"), advice=N_("逐页填写"))
    if filing.kind == "renewal":
        _copy_occupations(found, last, actor, clock)
    documents = _copy_documents(found, last, actor, store, rules.value("filing.copy_bytes_max", day))
    for fact in wanted:
        _copy_fact(filing, fact, found, documents, actor)
    for step in {step_of(filing.body_kind, fact.key, fact.subject) for fact in wanted}:
        row = step_row(filing, step)
        row.version, row.saved_by, row.saved_at = row.version + 1, actor.name, clock.now()
    record(Tag.FILING_COPIED, actor, filing, words=f"{earlier.number} → {filing.number}", facts=len(wanted))
    return len(wanted)


def _wanting_facts(found: Dossier, last: Dossier) -> list[FilingFact]:
    """Facts that have a value there and none here. Those of an occupation: in a renewal, or where it is here too."""
    subjects = {"", *(row.occupation_code for row in found.occupations)}
    if found.filing.kind == "renewal":
        subjects |= {row.occupation_code for row in last.occupations}
    here = {pair for pair, fact in found.facts.items() if fact.value["value"] is not None}
    return [
        fact
        for pair, fact in last.facts.items()
        if pair[0] in subjects and pair not in here and fact.value["value"] is not None
    ]


def _copy_occupations(found: Dossier, last: Dossier, actor: Actor, clock: Clock) -> None:
    here = {row.occupation_code for row in found.occupations}
    for row in last.occupations:
        occupation = find_occupation(row.occupation_code)
        if occupation is not None and row.occupation_code not in here:
            seen = step_row(found.filing, OCCUPATIONS).version
            add_occupation(found.filing, seen, occupation, row.levels, row.standard, actor=actor, clock=clock)


def _copy_documents(found: Dossier, last: Dossier, actor: Actor, store: Store, most: int) -> dict[int, FilingDocument]:
    """By the number of the old one. None of them where together they are too large for one request."""
    here = {one.digest: one for one in found.documents}
    wanted = [one for one in last.documents if one.is_sound is not False]
    if sum(one.size for one in wanted if one.digest not in here) > most:
        return {one.id: here[one.digest] for one in wanted if one.digest in here}
    return {one.id: here.get(one.digest) or _copy_document(found.filing, one, actor, store) for one in wanted}


def _copy_document(filing: Filing, old: FilingDocument, actor: Actor, store: Store) -> FilingDocument:
    key = f"filings/{uuid.uuid4()}"
    store.put("documents", key, fetch(old, store))
    same = ("subject", "kind", "name", "format", "pages", "size", "digest")
    document = FilingDocument(
        **owner_of(filing),
        **{name: getattr(old, name) for name in same},
        filing_id=filing.id,
        object_key=key,
        uploaded_by=actor.uid,
        uploaded_by_name=actor.name,
    )
    db.session.add(document)
    db.session.flush()
    return document


def _copy_fact(
    filing: Filing, old: FilingFact, found: Dossier, documents: dict[int, FilingDocument], actor: Actor
) -> None:
    """What an office had looked up then is only stated now."""
    document = documents.get(old.document_id) if old.document_id else None
    step = step_of(filing.body_kind, old.key, old.subject)
    new = FilingFact(
        **owner_of(filing),
        uid=uuid.uuid4(),
        filing_id=filing.id,
        step=step,
        subject=old.subject,
        key=old.key,
        value=old.value,
        source="document" if document else "typed",
        as_of=old.as_of,
        document_id=document.id if document else None,
        version=step_row(filing, step).version + 1,
        entered_by=actor.uid,
        entered_by_name=actor.name,
    )
    replace_fact(found.facts.get((old.subject, old.key)), new)

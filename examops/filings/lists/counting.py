"""Counting by lists: each person once, over all entities; applicants only who are insured too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from examops.core.database import db
from examops.filings.lists.models import APPLICANTS, INSURED, FilingList, ListedPerson
from examops.filings.models import Filing, FilingFact

# Fact → kind of the list that it is counted by.
LISTED = {"insured_local": INSURED, "applicants": APPLICANTS}


def lists_in_force(filing: Filing) -> list[FilingList]:
    query = select(FilingList).where(FilingList.filing_id == filing.id, FilingList.state == "in_force")
    return list(db.session.execute(query.order_by(FilingList.id)).scalars())


def lists_of_filings(filing_ids: Collection[int]) -> list[FilingList]:
    """Those in force of many filings, in the order in which they came."""
    query = select(FilingList).where(FilingList.filing_id.in_(filing_ids), FilingList.state == "in_force")
    return list(db.session.execute(query.order_by(FilingList.id)).scalars())


def recount(filing: Filing) -> None:
    """After a list came into force or went: what each list of the filing counts. Applicants are not counted, None,
    while there is no list of the insured to find them on."""
    db.session.flush()
    lists = lists_in_force(filing)
    insured = next((one for one in lists if one.kind == INSURED), None)
    for one in lists:
        if one.erased_on is None:
            one.counted = count_of(one, insured)
    db.session.flush()


def count_of(one: FilingList, insured: FilingList | None) -> int | None:
    query = select(func.count(ListedPerson.id_hash.distinct())).where(ListedPerson.list_id == one.id)
    if one.kind == APPLICANTS:
        if insured is None or insured.erased_on is not None:
            return None
        other = aliased(ListedPerson)
        query = query.where(exists().where(other.list_id == insured.id, other.id_hash == ListedPerson.id_hash))
    return int(db.session.execute(query).scalar_one())


def facts_from_lists(
    lists: Iterable[FilingList], facts: Mapping[tuple[str, str], FilingFact]
) -> dict[tuple[str, str], dict[str, Any]]:
    """By (occupation's code or "", key), as conditions read a fact: the list takes the place of a number that the body
    stated, unless an office has looked the number up in a record since it came."""
    found = {}
    for one in lists:
        key = next(key for key, kind in LISTED.items() if kind == one.kind)
        fact = facts.get((one.subject, key))
        if fact is None or fact.source != "official" or one.created_at > fact.created_at:
            found[one.subject, key] = _as_fact(one)
    return found


def _as_fact(one: FilingList) -> dict[str, Any]:
    return {
        "value": one.counted,
        "source": "list",
        "as_of": one.as_of.isoformat(),
        "seen_by": one.read_by_name if one.is_sound else "",
        "is_unsound": one.is_sound is False,
        "list": str(one.uid),
    }

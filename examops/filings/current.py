"""What bodies are filed on today: their filings taken together, for many bodies at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import select

from examops.core.database import db
from examops.filings.gathering import Dossier
from examops.filings.lists import lists_of_filings
from examops.filings.models import Filing, FilingDecision, FilingDocument, FilingFact, FilingOccupation
from examops.filings.states import FilingState
from examops.organisations.models import Body, BodyOccupation

AMENDMENT = "amendment"


def current_dossiers(body_ids: Collection[int]) -> dict[int, Dossier]:
    """By body: its newest filing that is filed and no amendment, with the facts, documents, lists and rulings of the
    amendments since over its own, and the occupations and levels that it may assess now.

    A body that was filed without a filing (before this system) is left out. Eight queries, however many bodies.
    """
    chains = _chains(body_ids)
    filing_ids = [filing.id for chain in chains.values() for filing in chain]
    bodies = {row.id: row for row in _all(select(Body).where(Body.id.in_(chains)))}
    facts = _by_filing(_of(FilingFact, filing_ids, FilingFact.superseded_by.is_(None)))
    documents = _by_filing(_of(FilingDocument, filing_ids, FilingDocument.removed_at.is_(None)))
    decisions = _by_filing(_of(FilingDecision, filing_ids))
    lists = _by_filing(lists_of_filings(filing_ids))
    asked = _by_filing(_of(FilingOccupation, filing_ids))
    offered = _offered(chains)
    return {
        body_id: Dossier(
            filing=chain[0],
            body=bodies[body_id],
            occupations=[_row(chain[0], one, _joined(asked, chain)) for one in offered[body_id]],
            facts={(fact.subject, fact.key): fact for fact in _joined(facts, chain)},
            documents=_joined(documents, chain),
            decisions=_joined(decisions, chain),
            lists=_joined(lists, chain),
        )
        for body_id, chain in chains.items()
    }


def _chains(body_ids: Collection[int]) -> dict[int, list[Filing]]:
    """By body: the filing that says all of it and the amendments after it, oldest first."""
    query = select(Filing).where(Filing.body_id.in_(body_ids), Filing.state == FilingState.FILED)
    found: dict[int, list[Filing]] = {}
    for filing in _all(query.order_by(Filing.decided_at, Filing.id)):
        if filing.kind != AMENDMENT:
            found[filing.body_id] = [filing]
        elif filing.body_id in found:
            found[filing.body_id].append(filing)
    return found


def _offered(chains: Collection[int]) -> dict[int, list[BodyOccupation]]:
    found: dict[int, list[BodyOccupation]] = defaultdict(list)
    for row in _all(select(BodyOccupation).where(BodyOccupation.body_id.in_(chains)).order_by(BodyOccupation.id)):
        if row.levels:
            found[row.body_id].append(row)
    return found


def _row(filing: Filing, offered: BodyOccupation, asked: Sequence[FilingOccupation]) -> FilingOccupation:
    """The occupation as it stands today; edition and standard as it was last asked for. In no session."""
    last = next((one for one in reversed(asked) if one.occupation_code == offered.occupation_code), None)
    return FilingOccupation(
        body_id=filing.body_id,
        district=filing.district,
        filing_id=filing.id,
        occupation_code=offered.occupation_code,
        edition=last.edition if last else "",
        levels=offered.levels,
        standard=last.standard if last else "",
    )


def _of(table: Any, filing_ids: Collection[int], *more: Any) -> list[Any]:
    return _all(select(table).where(table.filing_id.in_(filing_ids), *more).order_by(table.id))


def _all(query: Any) -> list[Any]:
    return list(db.session.execute(query).scalars())


def _by_filing(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.filing_id].append(row)
    return found


def _joined(rows: dict[int, list[Any]], chain: Sequence[Filing]) -> list[Any]:
    return [row for filing in chain for row in rows.get(filing.id, ())]

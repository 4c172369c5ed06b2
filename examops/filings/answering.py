"""A filing that was handed in again: of which conditions the body entered something new since it was returned.

Compared are the times at which the database wrote the rows, which are one clock's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from examops.filings.gathering import Dossier
from examops.filings.judging import Line
from examops.filings.steps import ADDED_UP, VOLUME_YEARS

About = tuple[str, str]  # rule and subject
FROM_TABLE = {*ADDED_UP, "training_years"}


def changed_since_return(found: Dossier, lines: Sequence[Line]) -> dict[About, bool]:
    """Whether a figure, its proof, a list or a document of the condition is new; conditions that rest on nothing the
    body enters here (people and cameras that are counted, the catalogue) are not there."""
    returned = found.answered
    told = [line for line in lines if returned and _rests_on_entries(line)]
    return {(line.rule.key, line.subject): _is_new(found, line, returned.created_at) for line in told if returned}


def _rests_on_entries(line: Line) -> bool:
    return not line.condition.is_counted and bool(line.condition.facts or line.condition.reads_papers)


def _is_new(found: Dossier, line: Line, since: datetime) -> bool:
    return any(row.created_at > since for row in _entries(found, line))


def _entries(found: Dossier, line: Line) -> Iterator[Any]:
    """What the body entered for this condition, and documents of the kinds it rests on; what an office looked up is not
    the body's answer."""
    keys = {*line.condition.facts, *((VOLUME_YEARS,) if set(line.condition.facts) & FROM_TABLE else ())}
    facts = [fact for (subject, key), fact in found.facts.items() if key in keys and subject in ("", line.subject)]
    yield from (fact for fact in facts if fact.source != "official")
    proofs = {fact.document_id for fact in facts}
    kinds = {one.kind for one in found.documents if one.id in proofs}
    kinds |= set(line.rule.value) if line.condition.reads_papers else set()
    yield from (one for one in found.documents if one.kind in kinds)
    if line.condition.is_listed:
        yield from found.lists

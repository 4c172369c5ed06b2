"""A filing beside the one before it: every fact, occupation, document and list, old and new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from examops.core.database import db
from examops.filings.gathering import Dossier, dossier
from examops.filings.labels import occupation_name
from examops.filings.models import Filing
from examops.filings.states import FilingState

FACT, OCCUPATION, DOCUMENT, LIST = "fact", "occupation", "document", "list"
COMPARED = ("amendment", "renewal")
Pairs = dict[tuple[str, str], Any]


@dataclass(frozen=True)
class Compared:
    """One line. ``what`` is fact, occupation, document or list; ``name`` the occupation's, as it is called today.

    ``before`` and ``after`` are JSON, None where there is nothing: of a fact its value; of an occupation ``{"levels",
    "standard"}``; of a kind of document ``[[name, digest], …]``; of a list ``{"counted", "as_of", "digest"}``.
    """

    what: str
    subject: str
    name: str
    key: str
    before: Any
    after: Any

    @property
    def is_changed(self) -> bool:
        return bool(self.before != self.after)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def filing_before(filing: Filing) -> Filing | None:
    """The filing that this one changes or renews: what it names, else the newest one that was filed before it."""
    query = select(Filing).where(Filing.body_id == filing.body_id, Filing.id != filing.id)
    if filing.supersedes:
        return db.session.execute(query.where(Filing.uid == filing.supersedes)).scalar_one_or_none()
    filed = query.where(Filing.state == FilingState.FILED)
    if filing.id is not None:
        filed = filed.where(Filing.id < filing.id)
    return db.session.execute(filed.order_by(Filing.id.desc()).limit(1)).scalar_one_or_none()


def compared(found: Dossier) -> list[Compared]:
    """Against the filing before; of one that has none, or that begins anew, nothing."""
    earlier = filing_before(found.filing) if found.filing.kind in COMPARED else None
    return list(_lines(found, dossier(earlier))) if earlier else []


def changes(found: Dossier) -> list[dict[str, Any]]:
    """What differs, as letters keep it."""
    return [one.to_json() for one in compared(found) if one.is_changed]


def _lines(found: Dossier, earlier: Dossier) -> Iterator[Compared]:
    """An amendment adds: what it does not speak of stays as it was, and is no line of it."""
    only_named = found.filing.kind == "amendment"
    spoken_of = {"", *(row.occupation_code for row in found.occupations)}
    for what, pairs in ((OCCUPATION, _occupations), (FACT, _facts), (DOCUMENT, _documents), (LIST, _lists)):
        before, after = pairs(earlier), pairs(found)
        for subject, key in _ordered([*before, *after]):
            if not only_named or subject in spoken_of:
                name = occupation_name(subject) if subject else ""
                yield Compared(what, subject, name, key, before.get((subject, key)), after.get((subject, key)))


def _ordered(keys: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(dict.fromkeys(keys), key=lambda pair: pair[0])


def _occupations(found: Dossier) -> Pairs:
    return {
        (row.occupation_code, ""): {"levels": list(row.levels), "standard": row.standard} for row in found.occupations
    }


def _facts(found: Dossier) -> Pairs:
    return {pair: fact.value["value"] for pair, fact in found.facts.items() if fact.value["value"] is not None}


def _documents(found: Dossier) -> Pairs:
    kinds: dict[tuple[str, str], list[list[str]]] = defaultdict(list)
    for one in found.documents:
        kinds[one.subject, one.kind].append([one.name, one.digest.hex()])
    return {pair: sorted(names) for pair, names in kinds.items()}


def _lists(found: Dossier) -> Pairs:
    return {
        (one.subject, one.kind): {
            "counted": one.counted,
            "as_of": one.as_of.isoformat(),
            "digest": one.content_digest.hex(),
        }
        for one in found.lists
    }

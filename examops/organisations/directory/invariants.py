"""The directory says what is filed: no more, no less, and its cards what its entries say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import select

from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.domain import Invariant
from examops.core.faults import without_clock
from examops.organisations.directory.cards import card_columns
from examops.organisations.directory.models import DirectoryCard, DirectoryEntry
from examops.organisations.directory.publishing import STANDINGS, facts_of
from examops.organisations.models import Body, BodyOccupation

DATED_BY_DAY = {"standing_since", "filed_on"}  # of a body that stood for no whole day
PUBLIC_FACTS = ("district", "kind", "name", "address", "telephone", "area")


def unlike_what_is_filed() -> list[str]:
    """A current entry without its filing, a filing without its entry, an entry with other facts than the body's."""
    entries = _entries_by_body()
    offers: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for row in db.session.execute(select(BodyOccupation)).scalars():
        offers[row.body_id] |= {(row.occupation_code, str(level)) for level in row.levels}
    bodies = db.session.execute(select(Body)).scalars()
    return [fault for body in bodies for fault in _faults(body, entries[body.id], offers[body.id])]


def _faults(body: Body, entries: list[DirectoryEntry], offers: set[tuple[str, str]]) -> Iterator[str]:
    standing = STANDINGS.get(body.state)
    current = {(row.occupation_code, row.level): row for row in entries if _is_current(row)}
    wanted = offers if standing else set()
    for code, level in sorted(current.keys() - wanted):
        yield f"目录里有{body.short_name}的 {code} 等级 {level}，这一项没有备案"
    for code, level in sorted(wanted - current.keys()):
        yield f"{body.short_name}备案了 {code} 等级 {level}，目录里没有"
    for offer in sorted(current.keys() & wanted):
        facts = facts_of(current[offer])
        if facts.standing != standing or any(getattr(facts, name) != getattr(body, name) for name in PUBLIC_FACTS):
            yield f"目录里{body.short_name}的 {offer[0]} 等级 {offer[1]} 与机构现在的状态或资料不同"


def _is_current(entry: DirectoryEntry) -> bool:
    return entry.valid.upper is None and not entry.valid.isempty


def _entries_by_body() -> dict[int, list[DirectoryEntry]]:
    found: dict[int, list[DirectoryEntry]] = defaultdict(list)
    for entry in db.session.execute(select(DirectoryEntry).order_by(DirectoryEntry.id)).scalars():
        found[entry.body_id].append(entry)
    return found


def cards_unlike_their_entries(clock: Clock) -> list[str]:
    """Made again from the entries, each card is what it is."""
    cards = {card.body_id: card for card in db.session.execute(select(DirectoryCard)).scalars()}
    entries, day = _entries_by_body(), today(clock)
    return [
        f"目录里机构 {entries[body_id][-1].name} 的卡片与条目不同：{', '.join(differing)}"
        for body_id in sorted(entries.keys() | cards.keys())
        if (differing := _differing(cards.get(body_id), entries[body_id], day))
    ]


def _differing(card: DirectoryCard | None, entries: list[DirectoryEntry], day: date) -> list[str]:
    if card is None or not entries:
        return ["card" if card is None else "entries"]
    wanted: dict[str, Any] = card_columns(entries, day)
    is_dated_by_day = all(entry.valid.isempty for entry in entries)
    names = wanted.keys() - (DATED_BY_DAY if is_dated_by_day else set())
    return sorted(name for name in names if getattr(card, name) != wanted[name])


INVARIANTS = (
    Invariant(
        "directory-follows-filings",
        "公开目录的现行条目与备案一致：机构、职业、等级，不多不少",
        "5.19",
        without_clock(unlike_what_is_filed),
    ),
    Invariant("directory-cards-follow-entries", "公开目录的卡片与条目一致", "5.19", cards_unlike_their_entries),
)

"""The card of a body, made of its entries alone: what the list shows, orders and finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from config.levels import order_of
from examops.organisations.directory.models import ENDED, FILED, DirectoryEntry
from examops.organisations.directory.terms import card_terms, plain

# 面向社会 first: there anybody may apply, and that is what a reader wants to know.
FOR_THE_PUBLIC = "social"
ORDER = (FOR_THE_PUBLIC, "college", "enterprise")
SHIFT = 40  # bits of the body's number in the sort key
FIRST_CLOSED = 1 << SHIFT  # cards below it take applications from everybody


def card_columns(entries: Sequence[DirectoryEntry], day: date) -> dict[str, Any]:
    """Columns of the card from all entries of a body, oldest first; ``day`` dates one that stood for no whole day."""
    current = [entry for entry in entries if entry.valid.upper is None and not entry.valid.isempty]
    whole = [entry for entry in entries if not entry.valid.isempty] or list(entries)
    last = current[-1] if current else max(whole, key=lambda entry: (entry.valid.upper or day, entry.id))
    standing = last.standing if current else ENDED
    same = [entry.valid for entry in whole if entry.standing == last.standing]
    filed_on, ended = _last_stretch([entry.valid for entry in whole], day)
    offers = _offers(current or [entry for entry in whole if entry.valid.upper == ended])
    texts = (last.name, last.address, *(offer["name"] for offer in offers), *(offer["code"] for offer in offers))
    pairs = [(offer["code"], level) for offer in offers for level in offer["levels"]]
    return {
        "standing": standing,
        "standing_since": _last_stretch(same, day)[0] if current else ended or day,
        "filed_on": filed_on,
        "district": last.district,
        "kind": last.kind,
        "name": last.name,
        "address": last.address,
        "telephone": last.telephone,
        "area": last.area,
        "offers": offers,
        "terms": card_terms(texts, last.district, pairs, last.area),
        "sort_key": _sort_key(last.kind, standing, last.body_id),
    }


def _sort_key(kind: str, standing: str, body_id: int) -> int:
    """Kind by kind, and in each kind those that may assess today first; then in the order in which they came."""
    rank = 2 * ORDER.index(kind) + (standing != FILED)
    return (rank << SHIFT) + body_id


def _offers(entries: Iterable[DirectoryEntry]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for entry in entries:
        fresh = {"code": entry.occupation_code, "name": entry.occupation_name, "standard": entry.standard, "levels": []}
        found.setdefault((entry.occupation_code, entry.standard), fresh)["levels"].append(entry.level)
    for offer in found.values():
        offer["levels"].sort(key=order_of)
    return sorted(found.values(), key=lambda offer: (plain(offer["name"]), offer["code"], offer["standard"]))


def _last_stretch(ranges: Iterable[Range[date]], day: date) -> tuple[date, date | None]:
    """First day and end of the newest time without a gap; the end is None while it goes on."""
    begin, end = day, None
    stretches = [(one.lower or day, one.upper) for one in ranges if not one.isempty]
    stretches.sort(key=lambda stretch: (stretch[0], stretch[1] or date.max))
    for number, (lower, upper) in enumerate(stretches):
        if number and (end is None or lower <= end):
            end = None if end is None or upper is None else max(end, upper)
        else:
            begin, end = lower, upper
    return begin, end

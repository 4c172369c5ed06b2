"""The menu on the left: which entry is marked as current."""

from __future__ import annotations

from collections.abc import Sequence

from examops.core.domain import MenuEntry


def current(entries: Sequence[MenuEntry], endpoint: str | None) -> MenuEntry | None:
    """The entry to mark: of this endpoint, else one that lists it in ``pages``, else one of the same blueprint, else
    one that lists a page of it: a form with faults is answered by an endpoint that nobody lists."""
    own = [entry for entry in entries if entry.endpoint == endpoint]
    listed = [entry for entry in entries if endpoint in entry.pages]
    part = endpoint.split(".")[0] if endpoint else ""
    inside = sorted((entry for entry in entries if entry.part == part), key=_is_no_index)
    beside = [entry for entry in entries if _lists(entry, part)]
    return next(iter([*own, *listed, *inside, *beside]), None)


def _is_no_index(entry: MenuEntry) -> bool:
    return not entry.endpoint.endswith(".index")


def _lists(entry: MenuEntry, part: str) -> bool:
    return any(page.split(".")[0] == part for page in entry.pages)

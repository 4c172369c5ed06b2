"""The menu on the left: which entry is marked as current."""

from __future__ import annotations

from collections.abc import Sequence

from examops.core.domain import MenuEntry


def current(entries: Sequence[MenuEntry], endpoint: str | None) -> MenuEntry | None:
    """The entry to mark: of this endpoint, else one that lists it in ``pages``, else one of the same blueprint."""
    exact = next((entry for entry in entries if entry.endpoint == endpoint or endpoint in entry.pages), None)
    part = endpoint.split(".")[0] if endpoint else ""
    inside = [entry for entry in entries if entry.part == part]
    return exact or next(
        (entry for entry in inside if entry.endpoint.endswith(".index")), inside[0] if inside else None
    )

"""One thing that waits for the coordinator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

PARTS = {"filings": "filing_uid", "rosters": "roster_uid"}


@dataclass(frozen=True)
class Item:
    """``kind`` is a state class; ``link`` an endpoint with its uid, None for a list."""

    kind: str
    state: str
    title: str
    detail: str
    until: datetime | None
    verb: str
    endpoint: str
    uid: UUID | None

    @property
    def link(self) -> dict[str, UUID]:
        """What the endpoint's address names."""
        return {PARTS.get(self.endpoint.split(".")[0], "session_uid"): self.uid} if self.uid else {}

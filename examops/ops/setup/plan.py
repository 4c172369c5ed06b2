"""What the file says, read: each entry with its path and the columns that it names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Entry:
    """``facts`` are columns by name; what the file leaves out is not among them and stays as it is."""

    path: str
    facts: dict[str, Any]

    def get(self, name: str) -> Any:
        """The fact, or an empty text where it could not be read."""
        return self.facts.get(name, "")


@dataclass(frozen=True)
class CameraEntry(Entry):
    covers: tuple[str, ...]


@dataclass(frozen=True)
class RoomEntry(Entry):
    """``stations`` are one entry per code, in the order written."""

    stations: tuple[Entry, ...]
    cameras: tuple[CameraEntry, ...]

    @property
    def codes(self) -> list[str]:
        return [one.get("code") for one in self.stations]


@dataclass(frozen=True)
class SiteEntry(Entry):
    rooms: tuple[RoomEntry, ...]


@dataclass(frozen=True)
class StaffEntry(Entry):
    cards: tuple[Entry, ...]
    login: str


@dataclass(frozen=True)
class BodyEntry(Entry):
    occupations: tuple[Entry, ...]
    sites: tuple[SiteEntry, ...]
    staff: tuple[StaffEntry, ...]


@dataclass(frozen=True)
class AccountEntry(Entry):
    """``grants`` carry ``role``, ``reach``, and of ``body`` (short name), ``site`` (name), ``district`` what they need."""

    grants: tuple[Entry, ...]


@dataclass(frozen=True)
class Plan:
    bodies: tuple[BodyEntry, ...]
    accounts: tuple[AccountEntry, ...]
    notice: Entry | None

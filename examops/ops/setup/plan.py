"""What the file says, read: each entry with its path and the columns that it names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def body_key(credit_code: str, kind: str) -> str:
    return f"{credit_code} {kind}".strip()


@dataclass(frozen=True)
class SetupItem:
    """``facts`` are columns by name; what the file leaves out is not among them and stays as it is."""

    path: str
    facts: dict[str, Any]

    def get(self, name: str) -> Any:
        """The fact, or an empty text where it could not be read."""
        return self.facts.get(name, "")

    @property
    def at_first(self) -> dict[str, Any]:
        """Columns of a row that is not there yet, beside the facts."""
        return {}


@dataclass(frozen=True)
class CameraEntry(SetupItem):
    covers: tuple[str, ...]


@dataclass(frozen=True)
class RoomEntry(SetupItem):
    """``stations`` are one entry per code, in the order written."""

    stations: tuple[SetupItem, ...]
    cameras: tuple[CameraEntry, ...]

    @property
    def codes(self) -> list[str]:
        return [one.get("code") for one in self.stations]


@dataclass(frozen=True)
class SiteEntry(SetupItem):
    rooms: tuple[RoomEntry, ...]


@dataclass(frozen=True)
class StaffEntry(SetupItem):
    cards: tuple[SetupItem, ...]
    login: str


@dataclass(frozen=True)
class BodyEntry(SetupItem):
    """``standing``: what the file says of its legal entity (``parent``, ``relation``, ``industry``). ``has_day``: it
    has a day of filing, readable or not. ``code_reason``: why a doubtful credit code is taken as it is written."""

    occupations: tuple[SetupItem, ...]
    sites: tuple[SiteEntry, ...]
    staff: tuple[StaffEntry, ...]
    standing: dict[str, Any] = field(default_factory=dict)
    has_day: bool = True
    code_reason: str = ""

    @property
    def at_first(self) -> dict[str, Any]:
        """Whoever states no day of filing is still to file."""
        return {} if "filed_on" in self.facts else {"state": "draft"}

    @property
    def key(self) -> str:
        """A legal entity may be two kinds of body: credit code and kind name one."""
        return body_key(self.get("credit_code"), self.get("kind"))


@dataclass(frozen=True)
class AccountEntry(SetupItem):
    """``grants`` carry ``role``, ``reach`` and what they need of ``body`` (short name), ``site`` (name), district."""

    grants: tuple[SetupItem, ...]


@dataclass(frozen=True)
class Plan:
    bodies: tuple[BodyEntry, ...]
    accounts: tuple[AccountEntry, ...]
    notice: SetupItem | None

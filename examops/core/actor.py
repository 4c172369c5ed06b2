"""Who acts: a person, a device, the candidate behind a link, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Actor:
    """An argument of every service function, which never reads the browser's session itself."""

    kind: str  # user | device | candidate | system
    uid: UUID | None
    name: str
    role: str = ""

    @classmethod
    def system(cls, name: str) -> Actor:
        return cls("system", None, name, "system")

"""How much is written, at full scale and below."""

from __future__ import annotations

from dataclasses import dataclass

LINES = 4  # sites of a body, each with a panel of its own: as many sessions may run at once


@dataclass(frozen=True)
class Amounts:
    """Sums over all bodies, but for ``measured_minutes``: the length of the one session with real bytes."""

    bodies: int = 10
    sessions: int = 2_000
    applications: int = 60_000
    segments: int = 200_000
    flags: int = 2_000
    rosters: int = 300
    roster_rows: int = 5_000
    filings: int = 300
    exits: int = 200
    outages: int = 1_500
    people: int = 600
    measured_minutes: int = 90

    @classmethod
    def at(cls, scale: float) -> Amounts:
        """The measured session keeps its length, so that its timeline may be compared between scales; every list keeps
        a full page."""
        full = cls()
        return cls(
            bodies=max(2, round(full.bodies * scale)),
            sessions=max(20, round(full.sessions * scale)),
            applications=max(300, round(full.applications * scale)),
            segments=max(500, round(full.segments * scale)),
            flags=max(160, round(full.flags * scale)),
            rosters=max(4, round(full.rosters * scale)),
            roster_rows=max(60, round(full.roster_rows * scale)),
            filings=max(120, round(full.filings * scale)),
            exits=max(120, round(full.exits * scale)),
            outages=max(160, round(full.outages * scale)),
            people=max(120, round(full.people * scale)),
        )

    def share(self, total: int, number: int) -> int:
        """What body ``number`` (from 0) gets of ``total``; the shares add up."""
        return total * (number + 1) // self.bodies - total * number // self.bodies

"""What must be true of lost items."""

from __future__ import annotations

from examops.core.domain import Invariant
from examops.core.faults import faults, without_clock


def found_in_the_future() -> list[str]:
    return faults(
        "SELECT id, found_on FROM lost_item WHERE found_on > current_date ORDER BY id",
        "失物 {id} 的拾得日是 {found_on}",
    )


INVARIANTS = (
    Invariant("lost-items-were-found", "失物的拾得日不在将来", "throw-away", without_clock(found_in_the_future)),
)

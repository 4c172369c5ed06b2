"""What waits for whoever asks, as other pages say it: cases in whose turn their role is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from examops.core.paging import of_own_body
from examops.core.reading import read
from examops.exits.labels import FILTERS as LABELS
from examops.exits.models import ExitCase
from examops.exits.states import CLOCKS

COUNTED: tuple[Any, ...] = (func.count(), func.min(ExitCase.due_on))


@dataclass(frozen=True)
class Waiting:
    """``first_due``: the day by which the most urgent one is to be done."""

    count: int
    first_due: date


def waiting_for(role: str) -> Waiting | None:
    """Open cases in the scope whose turn is this role's; None without one."""
    query = select(*COUNTED)
    query = of_own_body(query, ExitCase.body_id).where(ExitCase.state.in_(tuple(CLOCKS)), ExitCase.clock_owner == role)
    (row,) = read(query)
    return Waiting(row[0], row[1]) if row[0] else None


FILTERS: dict[str, Callable[..., Any]] = {**LABELS, "exits_waiting": waiting_for}

"""What waits for whoever asks, as other pages say it: cases in whose turn their role is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from examops.core.paging import of_own_body
from examops.core.queries import rows_of
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
    (row,) = _waiting(role)
    return Waiting(row[0], row[1]) if row[0] else None


@rows_of
def _waiting(role: str) -> Select[int, date]:
    query = of_own_body(select(*COUNTED), ExitCase.body_id)
    return query.where(ExitCase.state.in_(tuple(CLOCKS)), ExitCase.clock_owner == role)


FILTERS: dict[str, Callable[..., Any]] = {**LABELS, "exits_waiting": waiting_for}

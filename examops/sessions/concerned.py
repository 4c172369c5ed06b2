"""Whom a change of the catalogue concerns: bodies that announced the occupation and level, with exams still to come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from examops.catalogue import Value
from examops.core.clock import midnight
from examops.core.database import db
from examops.organisations.models import Body
from examops.registration import SPECIFIED_VALUES
from examops.registration.models import Batch, BatchOccupation
from examops.sessions.models import ExamSession, SessionGroup
from examops.sessions.states import SessionState

S = SessionState
ONE_DAY = timedelta(days=1)
TO_COME = (S.DRAFT, S.DECLARED, S.RETURNED, S.APPROVED, S.OPEN, S.CLOSED)


@dataclass(frozen=True)
class Concerned:
    """Of one body, or of all: what lies on the day or after it."""

    bodies: int
    batches: int
    sessions: int


def concerned_by_body(what: str, code: str, level: str, day: date, until: date | None = None) -> dict[int, Concerned]:
    """By the inner number of each body that is filed or suspended. ``level`` "" stands for every level, ``until`` is
    the last day; None: no end."""
    offered = _offered(what, code, level)
    held, starts = (
        ([Batch.held_from <= until], [ExamSession.starts_at < midnight(until + ONE_DAY)]) if until else ([], [])
    )
    batches = _counts(
        select(Batch.body_id, func.count(Batch.id.distinct())).where(Batch.held_until >= day), [*offered, *held]
    )
    sessions = _counts(
        select(ExamSession.body_id, func.count(ExamSession.id.distinct()))
        .join(SessionGroup, SessionGroup.session_id == ExamSession.id)
        .join(Batch, Batch.id == ExamSession.batch_id)
        .where(ExamSession.state.in_(TO_COME), ExamSession.starts_at >= midnight(day)),
        [*offered, *starts, *_of_group(what)],
    )
    bodies = sorted({*batches, *sessions})
    return {one: Concerned(1, batches.get(one, 0), sessions.get(one, 0)) for one in bodies}


def concerned(value: Value, code: str, day: str, until: str) -> Concerned | None:
    """For the page on which the city changes a value; its days as they were typed, None where they are none."""
    first, last = _day(day), _day(until)
    if first is None or (last is None) != (until == ""):
        return None
    found = concerned_by_body(value.what, code, value.level or "", first, last).values()
    return Concerned(len(found), sum(one.batches for one in found), sum(one.sessions for one in found))


def _day(typed: str) -> date | None:
    """None for what is no day of this century."""
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None


def _offered(what: str, code: str, level: str) -> list[ColumnElement[bool]]:
    told = [BatchOccupation.occupation_code == code, Body.state.in_(("filed", "suspended"))]
    told += [BatchOccupation.level == level] if level else []
    told += [BatchOccupation.specification_id.is_(None)] if what in SPECIFIED_VALUES else []
    return told + ([BatchOccupation.parts.contains([part])] if (part := _part(what)) else [])


def _of_group(what: str) -> list[ColumnElement[bool]]:
    same = [SessionGroup.occupation_code == BatchOccupation.occupation_code]
    same += [SessionGroup.level == BatchOccupation.level]
    return same + ([SessionGroup.part == part] if (part := _part(what)) else [])


def _part(what: str) -> str:
    """Minutes are those of one part; "" for what every part is held by."""
    return what.removesuffix("_minutes") if what.endswith("_minutes") else ""


def _counts(query: Select[int, int], offered: list[ColumnElement[bool]]) -> dict[int, int]:
    joined = query.join(BatchOccupation, BatchOccupation.batch_id == Batch.id).join(Body, Body.id == Batch.body_id)
    rows = db.session.execute(joined.where(*offered).group_by(query.selected_columns[0]))
    return {row[0]: row[1] for row in rows}


FILTERS: dict[str, Callable[..., Any]] = {"catalogue_concerned": concerned}

"""Sessions of the year with their groups, turns, workstations and people on duty."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from bench.dataset.applicants import LEVEL, STANDARD
from bench.dataset.bulk_insert import Row, bulk_insert, new_uid
from bench.dataset.facilities import PANEL, BodyFacilities, ExamRoom
from bench.dataset.timetable import CLEAR, SessionSlot
from config.rulebook import Rulebook, rulebook
from examops.catalogue import occupation
from examops.catalogue.labels import PARTS, level
from examops.core.clock import SHANGHAI
from examops.sessions.capacity.limits import TurnResources, capacity, factors
from examops.sessions.models import ExamSession, SessionDuty, SessionGroup, SessionStation, Turn


@dataclass
class Planned:
    """A session with its turns as ``(inner number, columns)``."""

    id: int
    row: Row
    slot: SessionSlot
    room: ExamRoom
    turns: list[tuple[int, Row]]

    @property
    def is_over(self) -> bool:
        return self.row["state"] in ("finished", "published")

    def subject(self, table: type[Any], uid: Any) -> Any:
        """A row of this session's body as the subject of an audit entry."""
        return table(uid=uid, body_id=self.row["body_id"], district=self.row["district"])


def plan_sessions(
    facilities: BodyFacilities,
    slots: Sequence[SessionSlot],
    batches: Sequence[tuple[int, Row]],
    now: datetime,
    numbers: Mapping[int, int],
    rng: random.Random,
) -> list[Planned]:
    """``numbers``: the first number of a session of each year."""
    rows = _session_rows(facilities, slots, batches, now, numbers, rng)
    ids = bulk_insert(ExamSession, rows, rng)
    rooms = [facilities.rooms[slot.line][slot.room] for slot in slots]
    groups = [
        {
            **facilities.owner,
            "uid": new_uid(rng),
            "session_id": ids[row["uid"]],
            "number": 1,
            "occupation_code": room.code,
            "level": LEVEL,
            "part": "skill",
            "standard_version": STANDARD,
        }
        for row, room in zip(rows, rooms, strict=True)
    ]
    group_ids = bulk_insert(SessionGroup, groups, rng)
    planned = [
        Planned(ids[row["uid"]], row, slot, room, []) for row, slot, room in zip(rows, slots, rooms, strict=True)
    ]
    _turns(facilities, planned, [group_ids[group["uid"]] for group in groups], rulebook(), rng)
    _reserve(facilities, planned, rng)
    return planned


def _session_rows(
    facilities: BodyFacilities,
    slots: Sequence[SessionSlot],
    batches: Sequence[tuple[int, Row]],
    now: datetime,
    numbers: Mapping[int, int],
    rng: random.Random,
) -> list[Row]:
    left = {year: count(first) for year, first in numbers.items()}
    rows = []
    for slot in slots:
        room, year = facilities.rooms[slot.line][slot.room], slot.starts_at.astimezone(SHANGHAI).year
        rows.append(
            {
                **facilities.owner,
                "uid": new_uid(rng),
                "number": f"{year}-{next(left[year]):04d}",
                "batch_id": batches[slot.batch][0],
                "site_id": room.site_id,
                "room_id": room.id,
                "title": f"{occupation(room.code).name} {level(LEVEL)} {PARTS['skill']}",
                "during": Range(slot.desk_opens_at, slot.ends_at + CLEAR),
                "desk_opens_at": slot.desk_opens_at,
                "starts_at": slot.starts_at,
                "ends_at": slot.ends_at,
                "state": slot.state(now),
                "bookings_close_at": slot.desk_opens_at,
            }
        )
    return rows


def _turns(
    facilities: BodyFacilities, planned: Sequence[Planned], groups: Sequence[int], rules: Rulebook, rng: random.Random
) -> None:
    rows = []
    for session, group_id in zip(planned, groups, strict=True):
        stations = len(session.room.stations)
        limits = factors(
            "skill",
            TurnResources(stations, stations, PANEL, 0),
            rules,
            session.slot.starts_at.astimezone(SHANGHAI).date(),
        )
        told = {"capacity": capacity(limits), "factors": [limit.to_json() for limit in limits]}
        for number, (begins, ends) in enumerate(session.slot.turns(), start=1):
            row = {
                **facilities.owner,
                **told,
                "uid": new_uid(rng),
                "session_id": session.id,
                "group_id": group_id,
                "number": number,
                "during": Range(begins, ends),
                "taken": 0,
            }
            rows.append(row)
            session.turns.append((0, row))
    ids = bulk_insert(Turn, rows, rng)
    for session in planned:
        session.turns = [(ids[row["uid"]], row) for _, row in session.turns]


def _reserve(facilities: BodyFacilities, planned: Sequence[Planned], rng: random.Random) -> None:
    """Workstations and people, given back where the session was cancelled."""
    held = [
        (
            {
                **facilities.owner,
                "session_id": session.id,
                "during": session.row["during"],
                "is_released": session.slot.is_cancelled,
            },
            session,
        )
        for session in planned
    ]
    bulk_insert(
        SessionStation,
        ({**columns, "workstation_id": station} for columns, session in held for _, station in session.room.stations),
        rng,
    )
    bulk_insert(
        SessionDuty,
        (
            {**columns, "staff_id": member, "role": "examiner" if n else "leader"}
            for columns, session in held
            for n, member in enumerate(facilities.panels[session.slot.line])
        ),
        rng,
    )

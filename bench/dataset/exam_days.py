"""Bookings of each turn and its check-in: tickets, workstation draws, scans and sittings."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from bench.dataset.applicants import LEVEL, ApplicationRow, OccupationInBatch
from bench.dataset.bulk_insert import Row, bulk_insert, new_uid
from bench.dataset.facilities import BodyFacilities
from bench.dataset.planned import Planned
from examops.catalogue import occupation
from examops.catalogue.labels import PARTS, level
from examops.checkin.models import Lot, LotDraw, Scan, Sitting
from examops.core import draws
from examops.core.clock import SHANGHAI
from examops.core.database import db
from examops.core.keys import Keyring, digest_of
from examops.sessions.booking.tickets import new_code, next_ticket_numbers
from examops.sessions.models import Booking, Ticket
from examops.web.formats import mask_name

OPERATOR = uuid.UUID(int=3)
ABSENT_EVERY = 20
TAKEN = text(
    "UPDATE turn SET taken = held.n FROM (SELECT turn_id, count(*) AS n FROM booking"
    " WHERE session_id = ANY(:ids) GROUP BY 1) held WHERE turn.id = held.turn_id"
)


@dataclass
class BookedCandidate:
    """A booking; ``came_at`` is the time of check-in, None without one."""

    row: Row
    applied: ApplicationRow
    session: Planned
    turn: tuple[int, Row]
    came_at: datetime | None
    id: int = 0


def book_all(
    facilities: BodyFacilities,
    planned: Sequence[Planned],
    waiting: dict[OccupationInBatch, list[ApplicationRow]],
    per_turn: int,
    now: datetime,
    rng: random.Random,
) -> list[BookedCandidate]:
    """Book ``per_turn`` accepted applications into each turn that is not cancelled, while there are any."""
    lines = {place: iter([one for one in found if one.is_accepted]) for place, found in waiting.items()}
    seated = [
        _seat(facilities, session, turn, applied, n, now, rng)
        for session in planned
        if not session.slot.is_cancelled
        for turn in session.turns
        for n, applied in zip(
            range(per_turn), lines.get(OccupationInBatch(session.slot.batch, session.room.code), iter(())), strict=False
        )
    ]
    ids = bulk_insert(Booking, [one.row for one in seated], rng)
    for one in seated:
        one.id = ids[one.row["uid"]]
    db.session.execute(TAKEN, {"ids": [session.id for session in planned]})
    return seated


def _seat(
    facilities: BodyFacilities,
    session: Planned,
    turn: tuple[int, Row],
    applied: ApplicationRow,
    n: int,
    now: datetime,
    rng: random.Random,
) -> BookedCandidate:
    begins, ends = turn[1]["during"].lower, turn[1]["during"].upper
    came_at = begins - timedelta(minutes=20) + timedelta(seconds=30 * n)
    is_absent = rng.randrange(ABSENT_EVERY) == 0
    state = "confirmed"
    if session.is_over:
        state = "no_show" if is_absent else "completed"
    elif came_at < now and session.row["state"] == "running" and not is_absent:
        state = "completed" if ends < now else "checked_in"
    row = {
        **facilities.owner,
        "uid": new_uid(rng),
        "application_id": applied.id,
        "person_id": applied.row["person_id"],
        "part": "skill",
        "session_id": session.id,
        "turn_id": turn[0],
        "during": turn[1]["during"],
        "state": state,
    }
    return BookedCandidate(row, applied, session, turn, came_at if state in ("completed", "checked_in") else None)


def issue_tickets(
    facilities: BodyFacilities, seated: Sequence[BookedCandidate], ring: Keyring, rng: random.Random
) -> None:
    year = seated[0].session.slot.starts_at.astimezone(SHANGHAI).year
    numbers = next_ticket_numbers(year, len(seated))
    given = zip(seated, numbers, strict=True)
    bulk_insert(Ticket, (_ticket(facilities, one, f"{year}{LEVEL}{number:07d}", ring) for one, number in given), rng)


def _ticket(facilities: BodyFacilities, one: BookedCandidate, number: str, ring: Keyring) -> Row:
    code, issued_at = new_code(), one.session.slot.starts_at - timedelta(days=20)
    return {
        **facilities.owner,
        "application_id": one.applied.id,
        "number": number,
        "code_digest": digest_of(code),
        "code_sealed": ring.seal(code, f"ticket.code_sealed.{number}"),
        "issued_at": issued_at,
    }


def hold_days(facilities: BodyFacilities, seated: Sequence[BookedCandidate], rng: random.Random) -> list[Row]:
    """Lots of every turn whose door has opened, then scans and sittings; returns the scans."""
    seats = _draw(facilities, seated, rng)
    came = [one for one in seated if one.came_at]
    bulk_insert(Sitting, (_sitting(facilities, one, seats[one.id][1]) for one in came), rng)
    scans = [_scan(facilities, one, seats[one.id][0], rng) for one in came]
    bulk_insert(Scan, scans, rng)
    return scans


def _draw(
    facilities: BodyFacilities, seated: Sequence[BookedCandidate], rng: random.Random
) -> dict[int, tuple[str, int]]:
    """Workstation (code, inner number) by booking; seeds are committed to as at any door."""
    seats: dict[int, tuple[str, int]] = {}
    drawn: list[Row] = []
    lots: list[Row] = []
    for turn_id, people in _by_turn(seated):
        if not any(one.came_at for one in people):
            continue
        stations = dict(people[0].session.room.stations)
        seed, uids = rng.randbytes(32), [str(one.row["uid"]) for one in people]
        chosen = draws.allot(seed, b"", uids, list(stations))
        owner = {**facilities.owner, "turn_id": turn_id}
        opened = people[0].session.slot.desk_opens_at
        drawn.append(
            {**owner, "seed": seed, "commitment": draws.commit(seed, uids, list(stations)), "drawn_at": opened}
        )
        for one in people:
            code = chosen[str(one.row["uid"])]
            seats[one.id] = (code, stations[code])
            lots.append({**owner, "booking_id": one.id, "workstation_id": stations[code]})
    bulk_insert(LotDraw, drawn, rng)
    bulk_insert(Lot, lots, rng)
    return seats


def _by_turn(seated: Sequence[BookedCandidate]) -> Iterator[tuple[int, list[BookedCandidate]]]:
    turns: dict[int, list[BookedCandidate]] = {}
    for one in seated:
        turns.setdefault(one.turn[0], []).append(one)
    yield from turns.items()


def _sitting(facilities: BodyFacilities, one: BookedCandidate, station_id: int) -> Row:
    ended = one.turn[1]["during"].upper if one.row["state"] == "completed" else None
    return {
        **facilities.owner,
        "booking_id": one.id,
        "session_id": one.session.id,
        "turn_id": one.turn[0],
        "workstation_id": station_id,
        "entered_at": one.came_at,
        "left_at": ended,
        "admitted_by": "量测监考",
    }


def _scan(facilities: BodyFacilities, one: BookedCandidate, seat: str, rng: random.Random) -> Row:
    assert one.came_at
    uid, turn = new_uid(rng), one.turn[1]
    answer: dict[str, Any] = {
        "name": mask_name(one.applied.name),
        "id_number": one.applied.id_masked,
        "photo_url": None,
        "admitted": True,
        "at": one.came_at.isoformat(),
        "scan_uid": str(uid),
        "title": f"{occupation(one.session.room.code).name} {level(LEVEL)}",
        "part": PARTS["skill"],
        "seat": seat,
        "turn": f"第 {turn['number']} 轮",
        "turn_starts": f"{turn['during'].lower.astimezone(SHANGHAI):%H:%M} 开考",
    }
    return {
        **facilities.owner,
        "uid": uid,
        "session_id": one.session.id,
        "booking_id": one.id,
        "desk": "签到台 1",
        "operator_uid": OPERATOR,
        "nonce": new_uid(rng),
        "via": "camera",
        "outcome": "admitted",
        "answer": answer,
        "scanned_at": one.came_at,
        "received_at": one.came_at,
    }

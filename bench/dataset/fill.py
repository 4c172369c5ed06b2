"""Writes one body after the other, each in one transaction. After a kill, the next run continues with its body."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bench.dataset import measured
from bench.dataset.amounts import Amounts
from bench.dataset.applicants import LACKING_EVERY, OccupationInBatch, apply_all, make_batches
from bench.dataset.exam_days import book_all, hold_days, issue_tickets
from bench.dataset.facilities import OFFERS, BodyFacilities, credit_code, make_facilities
from bench.dataset.footage import arm, record
from bench.dataset.log import seal_log, write_log
from bench.dataset.planned import plan_sessions
from bench.dataset.reviewed import review
from bench.dataset.rosters import make_rosters
from bench.dataset.timetable import TURNS, SessionSlot, batch_of, timetable
from config.rulebook import rulebook
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.keys import Keyring
from examops.core.scope import SYSTEM
from examops.core.store import Store
from examops.core.transaction import transaction
from examops.demo.story.people import SyntheticPerson, make_people
from examops.organisations.models import Body

MAX_PER_TURN = 10


@dataclass(frozen=True)
class Services:
    """Dependencies of the product's service functions. ``report_progress`` gets a line after each body."""

    clock: Clock
    ring: Keyring
    store: Store
    report_progress: Callable[[str], None] = lambda line: None


def fill(amounts: Amounts, seed: int, services: Services) -> int:
    """Write what is missing; returns how many bodies were added. The same seed writes the same year."""
    people = make_people(amounts.applications, random.Random(f"{seed}:people"))
    added = 0
    for number in range(amounts.bodies):
        first, last = (sum(amounts.share(amounts.applications, n) for n in range(k)) for k in (number, number + 1))
        added += _body(amounts, seed, number, people[first:last], services)
        services.report_progress(f"机构 {number + 1} / {amounts.bodies}")
    return added


def _body(amounts: Amounts, seed: int, number: int, people: Sequence[SyntheticPerson], services: Services) -> int:
    rng = random.Random(f"{seed}:{number}")
    with transaction(SYSTEM):
        known = select(Body.id).where(Body.credit_code == credit_code(seed, number))
        body_id = db.session.execute(known).scalar_one_or_none()
    is_new = body_id is None
    if is_new:
        with transaction(SYSTEM):
            body_id = _year(amounts, seed, number, people, services, rng)
    seal_log(services.ring, services.clock)
    share, rows = amounts.share(amounts.rosters, number), amounts.roster_rows if number == 0 else 0
    lists = random.Random(f"{seed}:{number}:lists")
    make_rosters(body_id, share, rows or 60, services.clock, services.store, services.ring, lists)  # type: ignore[arg-type]
    seal_log(services.ring, services.clock)
    return int(is_new)


def _year(
    amounts: Amounts, seed: int, number: int, people: Sequence[SyntheticPerson], services: Services, rng: random.Random
) -> int:
    now, share = services.clock.now(), amounts.share
    facilities = make_facilities(seed, number, now, rng)
    slots = timetable(share(amounts.sessions, number), now)
    batches = make_batches(facilities, max(slot.batch for slot in slots) + 1, now, rng)
    planned = plan_sessions(facilities, slots, batches, now, rulebook(), rng)
    per_turn = max(1, min(MAX_PER_TURN, len(people) * 2 // 3 // (len(slots) * TURNS)))
    waiting = apply_all(
        facilities, list(_application_requests(facilities, slots, per_turn, people, now)), batches, services.ring, rng
    )
    seated = book_all(facilities, planned, waiting, per_turn, now, rng)
    issue_tickets(facilities, seated, services.ring, rng)
    scans = hold_days(facilities, seated, rng)
    held = [session for session in planned if session.is_over or session.row["state"] == "running"]
    if number == 0:
        newest = next(session for session in reversed(held) if session.is_over)
        held.remove(newest)
        measured.archive(facilities, newest, amounts.measured_minutes, services.store, now, rng)
    armed = arm(facilities, held, now, rng)
    record(
        facilities, [one for one in armed if one.row["state"] == "disarmed"], share(amounts.segments, number), now, rng
    )
    review(armed, share(amounts.flags, number), rng)
    write_log(planned, seated, scans, now, rng)
    return facilities.body.id


def _application_requests(
    facilities: BodyFacilities,
    slots: Sequence[SessionSlot],
    per_turn: int,
    people: Sequence[SyntheticPerson],
    now: datetime,
) -> Iterator[tuple[OccupationInBatch, SyntheticPerson]]:
    """Enough requests to fill the sessions of each occupation and batch; the remaining people wait for a session."""
    needed: Counter[OccupationInBatch] = Counter()
    for slot in slots:
        needed[OccupationInBatch(slot.batch, facilities.rooms[slot.line][slot.room].code)] += per_turn * TURNS
    line = iter(people)
    for place, count in sorted(needed.items(), key=lambda item: (item[0].batch, item[0].code)):
        enough = count * LACKING_EVERY // (LACKING_EVERY - 1) + LACKING_EVERY
        yield from ((place, made) for _, made in zip(range(enough), line, strict=False))
    codes = OFFERS[facilities.body.kind]
    for n, made in enumerate(line):
        yield OccupationInBatch(batch_of(0), codes[n % len(codes)]), made

"""One body after the other, each in one transaction: a kill in the middle is continued with the body it stopped at."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bench.dataset import measured
from bench.dataset.amounts import Amounts
from bench.dataset.applicants import LACKING_EVERY, Place, apply_all, make_batches
from bench.dataset.exam_days import hold_days, issue_tickets, place_all
from bench.dataset.footage import arm, record
from bench.dataset.ground import OFFERS, Ground, credit_code, make_ground
from bench.dataset.lists import make_rosters
from bench.dataset.log import seal_log, write_log
from bench.dataset.planned import plan_sessions
from bench.dataset.reviewed import review
from bench.dataset.timetable import TURNS, Slot, batch_of, timetable
from config.rulebook import rulebook
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.keys import Keyring
from examops.core.scope import SYSTEM
from examops.core.store import Store
from examops.core.transaction import transaction
from examops.demo.story.people import Made, make_people
from examops.organisations.models import Body

MAX_PER_TURN = 10


@dataclass(frozen=True)
class Tools:
    """What the product's services need besides the database."""

    clock: Clock
    ring: Keyring
    store: Store
    tell: Callable[[str], None] = lambda line: None


def fill(amounts: Amounts, seed: int, tools: Tools) -> int:
    """Write what is missing; returns how many bodies were added. The same seed writes the same year."""
    people = make_people(amounts.applications, random.Random(f"{seed}:people"))
    added = 0
    for number in range(amounts.bodies):
        first, last = (sum(amounts.share(amounts.applications, n) for n in range(k)) for k in (number, number + 1))
        added += _body(amounts, seed, number, people[first:last], tools)
        tools.tell(f"机构 {number + 1} / {amounts.bodies}")
    return added


def _body(amounts: Amounts, seed: int, number: int, people: Sequence[Made], tools: Tools) -> int:
    rng = random.Random(f"{seed}:{number}")
    with transaction(SYSTEM):
        known = select(Body.id).where(Body.credit_code == credit_code(seed, number))
        body_id = db.session.execute(known).scalar_one_or_none()
    is_new = body_id is None
    if is_new:
        with transaction(SYSTEM):
            body_id = _year(amounts, seed, number, people, tools, rng)
    seal_log(tools.ring, tools.clock)
    share, rows = amounts.share(amounts.rosters, number), amounts.roster_rows if number == 0 else 0
    lists = random.Random(f"{seed}:{number}:lists")
    make_rosters(body_id, share, rows or 60, tools.clock, tools.store, tools.ring, lists)  # type: ignore[arg-type]
    seal_log(tools.ring, tools.clock)
    return int(is_new)


def _year(amounts: Amounts, seed: int, number: int, people: Sequence[Made], tools: Tools, rng: random.Random) -> int:
    now, share = tools.clock.now(), amounts.share
    ground = make_ground(seed, number, now, rng)
    slots = timetable(share(amounts.sessions, number), now)
    batches = make_batches(ground, max(slot.batch for slot in slots) + 1, now, rng)
    planned = plan_sessions(ground, slots, batches, now, rulebook(), rng)
    per_turn = max(1, min(MAX_PER_TURN, len(people) * 2 // 3 // (len(slots) * TURNS)))
    waiting = apply_all(ground, list(_wishes(ground, slots, per_turn, people, now)), batches, tools.ring, rng)
    seated = place_all(ground, planned, waiting, per_turn, now, rng)
    issue_tickets(ground, seated, tools.ring, rng)
    scans = hold_days(ground, seated, rng)
    held = [session for session in planned if session.is_over or session.row["state"] == "running"]
    if number == 0:
        newest = next(session for session in reversed(held) if session.is_over)
        held.remove(newest)
        measured.archive(ground, newest, amounts.measured_minutes, tools.store, now, rng)
    armed = arm(ground, held, now, rng)
    record(ground, [one for one in armed if one.row["state"] == "disarmed"], share(amounts.segments, number), now, rng)
    review(armed, share(amounts.flags, number), rng)
    write_log(planned, seated, scans, now, rng)
    return ground.body.id


def _wishes(
    ground: Ground, slots: Sequence[Slot], per_turn: int, people: Sequence[Made], now: datetime
) -> Iterator[tuple[Place, Made]]:
    """As many for each occupation and batch as its sessions have places, and some more; the rest wait for a session."""
    needed: Counter[Place] = Counter()
    for slot in slots:
        needed[Place(slot.batch, ground.halls[slot.line][slot.room].code)] += per_turn * TURNS
    line = iter(people)
    for place, count in sorted(needed.items(), key=lambda item: (item[0].batch, item[0].code)):
        enough = count * LACKING_EVERY // (LACKING_EVERY - 1) + LACKING_EVERY
        yield from ((place, made) for _, made in zip(range(enough), line, strict=False))
    codes = OFFERS[ground.body.kind]
    for n, made in enumerate(line):
        yield Place(batch_of(0), codes[n % len(codes)]), made

"""Writes the bodies, each in one transaction, several at once. After a kill, the next run goes on with the rest.

What bodies share is settled before any of them is written: the day, the people, the consecutive numbers. So it does not
matter which is written first, and none waits for a counter that another one holds.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from bench.dataset import measured
from bench.dataset.amounts import Amounts
from bench.dataset.applicants import LACKING_EVERY, OccupationInBatch, apply_all, make_batches
from bench.dataset.exam_days import book_all, hold_days, issue_tickets
from bench.dataset.facilities import OFFERS, BodyFacilities, credit_code, make_facilities
from bench.dataset.footage import arm, record
from bench.dataset.log import seal_log, write_log
from bench.dataset.papers import write_papers
from bench.dataset.planned import plan_sessions
from bench.dataset.reviewed import review
from bench.dataset.rosters import make_rosters
from bench.dataset.shares import Share, in_processes
from bench.dataset.timetable import TURNS, SessionSlot, batch_of, cut_off_of, timetable
from examops.core.clock import SHANGHAI, Clock
from examops.core.database import db
from examops.core.keys import Keyring
from examops.core.numbers import next_number
from examops.core.scope import SYSTEM
from examops.core.store import Store
from examops.core.transaction import transaction
from examops.demo.story.people import SyntheticPerson, make_people
from examops.organisations.directory import publish
from examops.organisations.models import Body
from examops.sessions.booking.tickets import next_ticket_numbers

MAX_PER_TURN = 10
# A body's transaction takes as long as the machine needs, and between two statements its rows are made.
UNHURRIED = text(
    "SELECT set_config(name, '0', true) FROM unnest(ARRAY['idle_in_transaction_session_timeout', 'statement_timeout',"
    " 'lock_timeout']) AS limits(name)"
)


@dataclass(frozen=True)
class Services:
    """Dependencies of the product's service functions. ``report_progress`` gets a line after each body."""

    clock: Clock
    ring: Keyring
    store: Store
    report_progress: Callable[[str], None] = lambda line: None


def fill(amounts: Amounts, seed: int, services: Services, processes: int = 1) -> int:
    """Write what is missing; returns how many bodies were added. The same seed writes the same year."""
    people = make_people(amounts.applications, random.Random(f"{seed}:people"))
    now = services.clock.now()
    shares = [_share(amounts, seed, number, people, now) for number in range(amounts.bodies)]
    added = sum(share.is_new for share in shares)
    for done, share in enumerate(in_processes(_write, shares, services, processes), start=1):
        services.report_progress(f"机构 {share.number + 1} 已写，{done} / {amounts.bodies}")
    seal_log(services.ring, services.clock)
    return added


def _share(amounts: Amounts, seed: int, number: int, people: Sequence[SyntheticPerson], now: datetime) -> Share:
    first, last = (sum(amounts.share(amounts.applications, n) for n in range(k)) for k in (number, number + 1))
    with transaction(SYSTEM):
        known = select(Body.id).where(Body.credit_code == credit_code(seed, number))
        if db.session.execute(known).scalar_one_or_none() is not None:
            return Share(amounts, seed, number, now)
        slots = timetable(amounts.share(amounts.sessions, number), now)
        years = Counter(slot.starts_at.astimezone(SHANGHAI).year for slot in slots)
        sessions = {year: next_number(f"session:{year}", count) for year, count in years.items()}
        applications = next_number(f"application:{cut_off_of(0, now).year}", last - first)
        for year in years:
            next_ticket_numbers(year)  # whoever makes a year's sequence holds the others up until the commit
    return Share(amounts, seed, number, now, tuple(people[first:last]), tuple(slots), sessions, applications)


def _write(share: Share, services: Services) -> Share:
    """In a process of its own or in the caller's."""
    amounts, rng = share.amounts, random.Random(f"{share.seed}:{share.number}")
    if share.is_new:
        with transaction(SYSTEM):
            db.session.execute(UNHURRIED)
            _year(share, services, rng)
    rosters, rows = amounts.share(amounts.rosters, share.number), 60 if share.number else amounts.roster_rows
    with transaction(SYSTEM):
        known = select(Body.id).where(Body.credit_code == credit_code(share.seed, share.number))
        body_id = db.session.execute(known).scalar_one()
    lists = random.Random(f"{share.seed}:{share.number}:lists")
    make_rosters(body_id, rosters, rows, services.clock, services.store, services.ring, lists)
    return Share(amounts, share.seed, share.number, share.now)


def _year(share: Share, services: Services, rng: random.Random) -> None:
    now, slots, people, number = share.now, share.slots, share.people, share.number
    facilities = make_facilities(share.seed, number, now, rng)
    batches = make_batches(facilities, max(slot.batch for slot in slots) + 1, now, rng)
    planned = plan_sessions(facilities, slots, batches, now, share.sessions, rng)
    per_turn = max(1, min(MAX_PER_TURN, len(people) * 2 // 3 // (len(slots) * TURNS)))
    requests = list(_application_requests(facilities, slots, per_turn, people, now))
    waiting = apply_all(facilities, requests, batches, share.applications, services.ring, rng)
    seated = book_all(facilities, planned, waiting, per_turn, now, rng)
    issue_tickets(facilities, seated, services.ring, rng)
    scans = hold_days(facilities, seated, rng)
    held = [session for session in planned if session.is_over or session.row["state"] == "running"]
    if number == 0:
        newest = next(session for session in reversed(held) if session.is_over)
        held.remove(newest)
        measured.archive(facilities, newest, share.amounts.measured_minutes, services.store, now, rng)
    armed = arm(facilities, held, now, rng)
    past, wanted = [one for one in armed if one.row["state"] == "disarmed"], share.of("segments")
    record(facilities, past, wanted, now, rng)
    review(armed, share.of("flags"), rng)
    write_papers(facilities, share, rng)
    write_log(planned, seated, scans, now, rng)
    publish(facilities.body, now.date())  # last: it holds the directory's counter until the commit


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

"""The nightly check: batch by batch, each a transaction of its own, so that a night that was cut goes on where it was.

A body that cannot be checked is a state of its own with an alarm; its neighbours are checked all the same.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

from config.rulebook import Rulebook, rulebook
from examops.audit import record
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.language import N_, message
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.exits.notices import tell_operators
from examops.exits.recheck.following import NIGHT, follow, keep
from examops.exits.recheck.gathering import Gathered, due_bodies, gather
from examops.exits.recheck.judging import Found, findings
from examops.exits.recheck.models import RecheckStanding
from examops.exits.recheck.switches import acting_rules
from examops.exits.tags import Tag
from examops.filings import Obstacles, lines_of
from examops.organisations.models import Body

log = logging.getLogger("examops.recheck")


@dataclass
class Night:
    """What was done. ``failed``: bodies that could not be checked."""

    checked: int = 0
    found: int = 0
    drafted: int = 0
    reminded: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Frame:
    """What is the same for every body of a night."""

    day: date
    clock: Clock
    book: Rulebook
    acting: frozenset[str]
    obstacles: Obstacles


def recheck(clock: Clock) -> Night:
    """Every filed body that was not checked today, in transactions of a batch each."""
    night, book, day = Night(), rulebook(), today(clock)
    obstacles: Obstacles = {}
    while True:
        with transaction(SYSTEM):
            frame = Frame(day, clock, book, acting_rules(day, book), obstacles)
            count = recheck_batch(frame, night)
        if not count:
            return night


def recheck_batch(frame: Frame, night: Night) -> int:
    """Some bodies in the running transaction; how many. Each is marked as checked on that day, whatever came of it."""
    bodies = due_bodies(frame.day, frame.book.value("exit.batch_bodies", frame.day))
    gathered = gather(bodies) if bodies else None
    for body in bodies:
        assert gathered is not None
        _one(body, gathered, frame, night)
    return len(bodies)


def _one(body: Body, gathered: Gathered, frame: Frame, night: Night) -> None:
    try:
        with db.session.begin_nested():
            state = _checked(body, gathered, frame, night)
            _mark(body, gathered, frame.day, state)
        night.checked += 1
    except Exception as error:
        log.exception("the body %s could not be checked", body.uid)
        night.failed += 1
        _failed(body, gathered, type(error).__name__, frame)


def _checked(body: Body, gathered: Gathered, frame: Frame, night: Night) -> str:
    found, state = list(_findings(body, gathered, frame)), "checked" if body.id in gathered.dossiers else "unjudged"
    kept = keep(body, gathered.findings.get(body.id, []), found, frame.day)
    done = follow(body, kept, gathered.cases, frame.acting, frame.clock)
    night.found += len(found)
    night.drafted += done.drafted
    night.reminded += done.reminded
    return state


def _findings(body: Body, gathered: Gathered, frame: Frame) -> list[Found]:
    dossier = gathered.dossiers.get(body.id)
    lines = lines_of(dossier, frame.day, frame.book, frame.obstacles) if dossier else []
    return list(findings(lines, gathered.idle[body.id], frame.day, frame.book))


def _mark(body: Body, gathered: Gathered, day: date, state: str, fault: str = "") -> RecheckStanding:
    row = gathered.standings.get(body.id)
    if row is None:
        row = RecheckStanding(body_id=body.id, district=body.district, checked_on=day, state=state)
        db.session.add(row)
    failed_since = (row.failed_since or day) if state == "failed" else None
    row.checked_on, row.state, row.fault, row.failed_since = day, state, fault, failed_since
    return row


def _failed(body: Body, gathered: Gathered, fault: str, frame: Frame) -> None:
    """The alarm: in the log of operations, on the page of findings, and once by mail for each time that it begins."""
    row = _mark(body, gathered, frame.day, "failed", fault)
    record(Tag.RECHECK_FAILED, NIGHT, body, words=body.name, fault=fault)
    since = row.failed_since.isoformat() if row.failed_since else ""
    words = message(
        N_("{day}，{body} 的备案后核对没有做成（{fault}）。其余机构照常核对；看“核对所见”页。"),
        day=frame.day.isoformat(),
        body=body.name,
        fault=fault,
    )
    subject = message(N_("考务系统：一家机构没有核对成"))
    tell_operators(f"recheck_failed:{body.uid}:{since}", subject, words, frame.clock)

"""A year in small: every invariant holds on it, it is written once, and one seed always writes the same."""

from __future__ import annotations

import hashlib
import itertools
from base64 import b64decode
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from sqlalchemy import create_engine, func, select, text

from bench.dataset import Amounts, fill
from bench.dataset.fill import Services
from bench.dataset.timetable import BACK, timetable
from config.rulebook import use_decisions
from examops.accounts.models import Device
from examops.app.tables import METADATA
from examops.audit.models import AuditEntry
from examops.checkin.models import Scan, Sitting
from examops.core.connections import owner_url
from examops.core.database import db
from examops.core.extensions import clock as clock_of
from examops.core.extensions import keyring, store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.demo import DECISIONS
from examops.exits.models import ExitCase
from examops.filings.models import FilingLetter
from examops.footage.models import Segment
from examops.ops.check import run_checks
from examops.registration.models import Application, Roster
from examops.sessions.models import Booking, ExamSession
from examops.sites.models import WorkstationOutage
from tests.fixtures.application import NOON
from video.recorder.signing import canonical

SMALL = Amounts(
    bodies=2,
    sessions=24,
    applications=240,
    segments=900,
    flags=10,
    rosters=4,
    roster_rows=20,
    filings=6,
    exits=6,
    outages=12,
    people=10,
    measured_minutes=3,
)


def count(table: type) -> int:
    with transaction(SYSTEM):
        return int(db.session.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.fixture
def year(app: Flask, job_app: Flask) -> Iterator[Services]:
    """A small year, filled as the job role."""
    use_decisions(DECISIONS)
    with job_app.app_context():
        tools = Services(clock_of(), keyring(), store())
        assert fill(SMALL, 7, tools) == 2
        yield tools
        db.session.remove()
    use_decisions(None)


def test_every_invariant_holds_on_it(year: Services) -> None:
    assert [outcome for outcome in run_checks(year.clock) if outcome.faults] == []


def test_it_has_what_was_asked_for(year: Services) -> None:
    # A session at the hour of one that runs is left out, so that nobody is in two places.
    assert 22 <= count(ExamSession) <= 24
    assert (count(Application), count(Roster)) == (240, 4)
    assert 0 < count(Sitting) == count(Scan) < count(Booking)
    assert 900 <= count(Segment) < 2_500
    assert (count(FilingLetter), count(ExitCase), count(WorkstationOutage)) == (18, 6, 10)
    assert count(AuditEntry) > count(Booking) + count(Scan)


def test_a_second_run_adds_nothing(year: Services) -> None:
    before = {table: count(table) for table in (ExamSession, Application, Segment, Roster, AuditEntry)}

    assert fill(SMALL, 7, year) == 0

    assert {table: count(table) for table in before} == before


def test_segments_are_signed_and_only_the_measured_session_claims_to_have_bytes(year: Services) -> None:
    with transaction(SYSTEM):
        kept = db.session.execute(select(Segment.session_id, Segment.state).distinct()).all()
        verified = db.session.execute(select(Segment).where(Segment.state == "verified")).scalars().all()
        query = select(Segment.sidecar, Segment.sidecar_digest, Device.public_key).order_by(Segment.id).limit(40)
        signed = db.session.execute(query.join(Device, Device.id == Segment.device_id)).all()
        heads = [store().head("footage", row.object_key, version_id=row.version_id) for row in verified]
    assert len({row.session_id for row in kept if row.state == "verified"}) == 1
    assert {row.state for row in kept} == {"verified", "purged"}
    assert [head.size for head in heads] == [row.size for row in verified]
    assert len(verified) == 2 * SMALL.measured_minutes
    for sidecar, digest, key in signed:
        content = canonical({name: value for name, value in sidecar.items() if name != "signature"})
        Ed25519PublicKey.from_public_bytes(key).verify(b64decode(sidecar["signature"]), content)
        assert hashlib.sha256(content).digest() == digest


def test_the_same_seed_writes_the_same_year_by_two_processes(year: Services, settings) -> None:
    query = select(Application.uid, Application.number, Application.state).order_by(Application.uid)
    with transaction(SYSTEM):
        before = db.session.execute(query).all()
    _empty(settings)

    fill(SMALL, 7, year, processes=2)

    with transaction(SYSTEM):
        assert db.session.execute(query).all() == before


def _empty(settings) -> None:
    engine = create_engine(owner_url(settings))
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(METADATA.tables)} RESTART IDENTITY CASCADE"))
    engine.dispose()


def test_sessions_of_a_line_never_overlap() -> None:
    slots = timetable(200, NOON)
    for line in range(4):
        own = sorted((slot.desk_opens_at, slot.ends_at) for slot in slots if slot.line == line)
        assert all(before[1] < after[0] for before, after in itertools.pairwise(own))
    assert min(slot.starts_at for slot in slots) < NOON
    assert max(slot.starts_at for slot in slots) > NOON
    assert (NOON - slots[0].starts_at).days in (BACK - 1, BACK)

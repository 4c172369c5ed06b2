"""The audit log of the year, sealed by the product's sealer."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bench.dataset.bulk_insert import Row, bulk_insert
from bench.dataset.exam_days import BookedCandidate
from bench.dataset.planned import Planned
from examops.audit.models import AuditEntry
from examops.audit.record import entry_values
from examops.audit.sealing import seal_entries
from examops.checkin.models import Scan
from examops.checkin.tags import Tag as CheckinTag
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.extensions import keyring
from examops.core.keys import Keyring
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.sessions.models import Booking, ExamSession
from examops.sessions.tags import Tag as SessionTag

DATASET_ACTOR = Actor.system("量测数据")


def write_log(
    planned: Sequence[Planned],
    seated: Sequence[BookedCandidate],
    scans: Sequence[Row],
    now: datetime,
    rng: random.Random,
) -> None:
    """An entry for each session, booking and scan, at the time it would have been made."""
    bulk_insert(AuditEntry, _entries(planned, seated, scans, now), rng)


def _entries(
    planned: Sequence[Planned], seated: Sequence[BookedCandidate], scans: Sequence[Row], now: datetime
) -> Iterator[Row]:
    ring = keyring()
    for session in planned:
        at = min(now, session.slot.starts_at - timedelta(days=30))
        words = f"{session.row['number']} {session.row['title']}"
        yield entry_values(
            SessionTag.SESSION_CREATED,
            DATASET_ACTOR,
            session.subject(ExamSession, session.row["uid"]),
            words,
            at,
            {"groups": 1},
            ring,
        )
    for one in seated:
        at = min(now, one.session.slot.starts_at - timedelta(days=20))
        words = f"{one.session.row['number']} 第 {one.turn[1]['number']} 轮"
        payload = {"application": one.applied.row["number"]}
        yield entry_values(
            SessionTag.BOOKING_MADE,
            DATASET_ACTOR,
            one.session.subject(Booking, one.row["uid"]),
            words,
            at,
            payload,
            ring,
        )
    numbers = {session.id: session for session in planned}
    for scan in scans:
        session = numbers[scan["session_id"]]
        words = f"{session.row['number']} {scan['answer']['seat']}"
        subject = session.subject(Scan, scan["uid"])
        at = scan["received_at"]
        yield entry_values(CheckinTag.SCAN_ADMITTED, DATASET_ACTOR, subject, words, at, {"reason": ""}, ring)


def seal_log(ring: Keyring, clock: Clock) -> int:
    """Seal until nothing is left that no running transaction can precede; returns how many entries."""
    sealed = 0
    while True:
        with transaction(SYSTEM):
            count = seal_entries(ring, clock)
        sealed += count
        if not count:
            return sealed

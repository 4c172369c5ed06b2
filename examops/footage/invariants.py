"""What must always be true of footage, as questions to database and store; each answers with the faults it found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select, text

from config.rulebook import Rulebook, rulebook
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.domain import Invariant
from examops.core.extensions import store
from examops.core.faults import without_clock
from examops.core.store import Missing, Store
from examops.footage.archive.gaps import COVERING, GROWS
from examops.footage.archive.sidecars import canonical
from examops.footage.models import Segment

# A hole is written down at most this long after the archive limit: it grows first, and the round comes once a minute.
ROUND = timedelta(minutes=2)
NEWEST = 200

UNACCOUNTED = text("""
    SELECT a.uid, c.label, lower(hole) AS start, upper(hole) AS end
    FROM arming a JOIN camera c ON c.id = a.camera_id
    CROSS JOIN LATERAL (
      SELECT range_agg(tstzrange(started_at, ended_at)) AS known FROM (
        SELECT started_at, ended_at FROM segment WHERE arming_id = a.id AND state = ANY (:covering)
        UNION ALL SELECT started_at, ended_at FROM gap WHERE arming_id = a.id AND superseded_by IS NULL
      ) pieces ) k
    CROSS JOIN LATERAL unnest(
      tstzmultirange(a.during * tstzrange(NULL, :until)) - coalesce(k.known, '{}'::tstzmultirange)) AS hole
    WHERE a.state <> 'cancelled' AND lower(a.during) < :until AND upper(hole) - lower(hole) > interval '1 second'
    ORDER BY a.id, lower(hole)""")

GAPS_OVER_FOOTAGE = text("""
    SELECT g.uid, c.label, g.started_at AS start, g.ended_at AS end
    FROM gap g JOIN camera c ON c.id = g.camera_id
    JOIN segment s ON s.arming_id = g.arming_id AND s.state = 'verified'
     AND s.started_at < g.ended_at AND s.ended_at > g.started_at
    WHERE g.superseded_by IS NULL
      AND least(s.ended_at, g.ended_at) - greatest(s.started_at, g.started_at) > interval '1 second'
    GROUP BY g.id, c.label ORDER BY g.id""")

DOUBLED_GAPS = text("""
    SELECT one.uid, c.label, greatest(one.started_at, other.started_at) AS start,
           least(one.ended_at, other.ended_at) AS end
    FROM gap one JOIN camera c ON c.id = one.camera_id
    JOIN gap other ON other.arming_id = one.arming_id AND other.id > one.id
     AND other.started_at < one.ended_at AND other.ended_at > one.started_at
    WHERE one.superseded_by IS NULL AND other.superseded_by IS NULL AND 'server' IN (one.reported_by, other.reported_by)
      AND least(one.ended_at, other.ended_at) - greatest(one.started_at, other.started_at) > interval '1 second'
    ORDER BY one.id""")

BROKEN_CHAINS = text("""
    SELECT s.uid, s.sequence FROM segment s
    JOIN segment before ON before.run_uid = s.run_uid AND before.sequence = s.sequence - 1
    -- What was held back and released by a named person is known not to fit.
    WHERE s.state <> 'quarantined' AND before.state <> 'quarantined'
      AND s.quarantine_reason = '' AND before.quarantine_reason = ''
      AND s.sidecar->>'previous_digest' <> encode(before.sidecar_digest, 'hex')
    ORDER BY s.id""")


def _spans(query: Any, words: str, **parameters: Any) -> list[str]:
    rows = db.session.execute(query, parameters)
    return [f"{row.label} {row.start:%F %T}–{row.end:%T} UTC {words}（{row.uid}）" for row in rows]


def unaccounted_time(rulebook: Rulebook, clock: Clock) -> list[str]:
    """Armed seconds that are in no segment, in no gap and too old to be on their way."""
    limit = timedelta(minutes=rulebook.value("footage.archive_limit_minutes", today(clock)))
    until = clock.now() - limit - GROWS - ROUND
    return _spans(UNACCOUNTED, "布防却没有录像也没有缺口", covering=list(COVERING), until=until)


def gaps_over_footage() -> list[str]:
    """Gaps that verified footage contradicts, though nothing has superseded them: footage is believed first."""
    return _spans(GAPS_OVER_FOOTAGE, "的缺口里有已核实的录像")


def doubled_gaps() -> list[str]:
    """A derived gap beside another gap of the same time: missing time would count twice."""
    return _spans(DOUBLED_GAPS, "记了两次缺口")


def broken_chains() -> list[str]:
    """Segments of a run that do not name the one before them."""
    rows = db.session.execute(BROKEN_CHAINS)
    return [f"录像段 {row.uid}（第 {row.sequence} 段）与前一段不相连" for row in rows]


def changed_sidecars() -> list[str]:
    """Rows that no longer say what the recorder signed."""
    return [f"录像段 {segment.uid} 的记录与签名的清单不符" for segment in _segments() if not _as_signed(segment)]


def _segments() -> Iterator[Segment]:
    query = select(Segment).order_by(Segment.id).execution_options(yield_per=500)
    yield from db.session.execute(query).scalars()


def _as_signed(segment: Segment) -> bool:
    sidecar = {name: value for name, value in segment.sidecar.items() if name != "signature"}
    return (
        hashlib.sha256(canonical(sidecar)).digest() == bytes(segment.sidecar_digest)
        and sidecar["sha256"] == segment.sha256.hex()
        and sidecar["bytes"] == segment.size
        and sidecar["fragments"] == segment.fragments
        and sidecar["segment_uid"] == str(segment.uid)
    )


def verified_unlike_store(store: Store, newest: int = NEWEST) -> list[str]:
    """Of the newest verified segments, those whose named version is missing or has other bytes."""
    query = select(Segment).where(Segment.state == "verified").order_by(Segment.id.desc()).limit(newest)
    return [fault for segment in db.session.execute(query).scalars() if (fault := _fault_of(segment, store))]


def _fault_of(segment: Segment, store: Store) -> str:
    try:
        head = store.head("footage", segment.object_key, version_id=segment.version_id)
    except Missing:
        return f"录像段 {segment.uid} 的对象版本不在存储里"
    digest = head.sha256 or _read_digest(segment, store)
    is_same = head.size == segment.size and digest == segment.sha256.hex()
    return "" if is_same else f"录像段 {segment.uid} 的字节与已核实的摘要不符"


def _read_digest(segment: Segment, store: Store) -> str:
    body = store.get("footage", segment.object_key, version_id=segment.version_id)
    return hashlib.sha256(body).hexdigest()


INVARIANTS = (
    Invariant(
        "armed-time-accounted",
        "布防的每一秒都有录像、缺口或在途",
        "5.7",
        lambda clock: unaccounted_time(rulebook(), clock),
    ),
    Invariant("gaps-without-footage", "缺口里没有已核实的录像", "5.7", without_clock(gaps_over_footage)),
    Invariant("gaps-once", "推定的缺口不与别的缺口重叠", "5.7", without_clock(doubled_gaps)),
    Invariant("segments-chained", "同一路连续录像的各段首尾相连", "5.11", without_clock(broken_chains)),
    Invariant("sidecars-unchanged", "录像段记录与录像盒签名的清单一致", "5.11", without_clock(changed_sidecars)),
    Invariant(
        "verified-is-stored",
        "已核实的录像段与存储里的字节一致（最近 200 段）",
        "5.8",
        without_clock(lambda: verified_unlike_store(store())),
    ),
)

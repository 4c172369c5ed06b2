"""Armed time without footage as it stands on record, or is derived here; and how much of a session is covered."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, Text, bindparam, cast, func, null, select, union_all
from sqlalchemy.dialects.postgresql import Range

from config.rulebook import Rulebook
from examops.accounts.models import Device
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.language import N_
from examops.core.prepared import Prepared
from examops.footage.archive.belief import Account, account
from examops.footage.archive.intervals import SEAM, Span, clip, holes, merge, subtract, total
from examops.footage.models import Arming, Gap, Segment
from examops.footage.tags import Tag
from examops.sites.models import Camera, Room

COVERING = ("announced", "stored", "verified", "purged")
PROVEN = ("verified", "purged")
# While a camera stays away its hole grows; it is written down in pieces of this length, not one a minute.
GROWS = timedelta(minutes=5)
SYSTEM = Actor.system(N_("缺口核对"))


@dataclass(frozen=True)
class Coverage:
    """Of the armed time that has passed: how long, how much is verified footage, how much is on its way."""

    armed: timedelta
    recorded: timedelta
    pending: timedelta

    @property
    def percent(self) -> float:
        """0 to 100, to be compared with ``footage.coverage_percent_min``; nothing armed yet counts as whole."""
        return 100.0 * (self.recorded / self.armed) if self.armed else 100.0

    @property
    def missing(self) -> timedelta:
        return self.armed - self.recorded - self.pending


def span_of(row: Any) -> Span:
    return Span(row.started_at, row.ended_at)


def armed_span(arming: Arming) -> Span:
    assert arming.during.lower is not None
    assert arming.during.upper is not None
    return Span(arming.during.lower, arming.during.upper)


def footage_spans(segments: Iterable[Any]) -> list[Span]:
    """The union of segments; seams inside a run are closed, breaks between runs are not."""
    runs: dict[uuid.UUID, list[Span]] = defaultdict(list)
    for segment in segments:
        runs[segment.run_uid].append(span_of(segment))
    return merge(span for run in runs.values() for span in merge(run, SEAM))


def segments_of(arming: Arming, states: tuple[str, ...]) -> list[Any]:
    columns = (Segment.uid, Segment.run_uid, Segment.started_at, Segment.ended_at)
    query = select(*columns).where(Segment.arming_id == arming.id, Segment.state.in_(states))
    return list(db.session.execute(query))


def live_gaps(arming: Arming) -> list[Gap]:
    """Gaps that nothing has superseded."""
    query = select(Gap).where(Gap.arming_id == arming.id, Gap.superseded_by.is_(None)).order_by(Gap.started_at)
    return list(db.session.execute(query).scalars())


def unexplained(arming: Arming, until: datetime) -> list[Span]:
    """Armed time before ``until`` that is in no segment and in no gap."""
    armed = armed_span(arming)
    window = Span(armed.start, min(armed.end, until))
    if window.start >= window.end:
        return []
    known = [*footage_spans(segments_of(arming, COVERING)), *(span_of(gap) for gap in live_gaps(arming))]
    return holes(window, known)


def derive_gaps(arming: Arming, rulebook: Rulebook, clock: Clock) -> list[Gap]:
    """Write down what is missing for longer than the archive limit. The caller holds the arming's row lock."""
    until = clock.now() - timedelta(minutes=rulebook.value("footage.archive_limit_minutes", today(clock)))
    found = [hole for hole in unexplained(arming, until) if hole.end < until or hole.length >= GROWS]
    boxes = recorder_spans(arming)
    causes = [(piece, "no_recorder") for piece in subtract(found, boxes)]
    paired = [piece for hole in found for piece in clip(merge(boxes), hole)]
    silent = [Span(heard, until)] if (heard := _last_heard(arming)) < until else []
    causes += [(piece, "recorder_away") for hole in paired for piece in clip(silent, hole)]
    causes += [(piece, "") for piece in subtract(paired, silent)]
    made = [_gap(arming, piece, "server_derived", "server", detail) for piece, detail in sorted(causes)]
    db.session.add_all(made)
    db.session.flush()
    for gap in made:
        seconds = round((gap.ended_at - gap.started_at).total_seconds())
        record(Tag.GAP_RECORDED, SYSTEM, gap, words=gap.reason, at=clock.now(), seconds=seconds)
    return made


def recorder_spans(arming: Arming) -> list[Span]:
    """When some recorder of the camera's site was paired, up to the end of the arming."""
    end = armed_span(arming).end
    query = _of_recorders(arming, Device.paired_at, Device.revoked_at)
    return [Span(paired, min(end, revoked or end)) for paired, revoked in db.session.execute(query)]


def _last_heard(arming: Arming) -> datetime:
    """When the last word of any recorder of the camera's site came; the distant future where there is none."""
    query = _of_recorders(arming, func.max(func.coalesce(Device.last_seen_at, Device.paired_at)))
    return db.session.execute(query).scalar_one() or datetime.max.replace(tzinfo=UTC)


def _of_recorders(arming: Arming, *columns: Any) -> Select[Any]:
    query = select(*columns).select_from(Device).join(Room, Room.site_id == Device.site_id)
    query = query.join(Camera, Camera.room_id == Room.id)
    return query.where(Camera.id == arming.camera_id, Device.kind == "recorder")


def _gap(arming: Any, span: Span, reason: str, reported_by: str, detail: str = "") -> Gap:
    return Gap(
        **owner_of(arming),
        arming_id=arming.id,
        camera_id=arming.camera_id,
        session_id=arming.session_id,
        started_at=span.start,
        ended_at=span.end,
        reason=reason,
        reported_by=reported_by,
        detail=detail,
    )


def armings_to_check(clock: Clock, look_back: timedelta = timedelta(days=3)) -> list[int]:
    """Ids of armings that began and did not end long ago."""
    now = clock.now()
    query = select(Arming.id).where(
        Arming.state.in_(("planned", "armed", "disarmed")),
        Arming.during.op("&&")(Range(now - look_back, now)),
    )
    return list(db.session.execute(query.order_by(Arming.id)).scalars())


def lock_arming(arming_id: int) -> Arming:
    """Everything that writes or supersedes gaps of an arming takes turns; new segments need not wait."""
    query = select(Arming).where(Arming.id == arming_id).with_for_update(key_share=True)
    return db.session.execute(query).scalar_one()


def coverage(arming: Arming, clock: Clock) -> Coverage:
    """How much of the armed time up to now is proven by verified footage; no gap takes anything from that."""
    return coverage_of(arming_record([arming])[arming.id], clock)


def session_coverage(session_id: int, clock: Clock) -> Coverage:
    """The same over all cameras of a session."""
    query = select(Arming).where(Arming.session_id == session_id, Arming.state != "cancelled")
    known = arming_record(db.session.execute(query).scalars().all())
    return sum_of(coverage_of(one, clock) for one in known.values())


@dataclass(frozen=True)
class ArmingRecord:
    """What is on record about an arming: segments (rows of uid, run_uid, started_at, ended_at, state) and live gaps
    (rows of uid, started_at, ended_at, reason, detail, reported_by)."""

    arming: Arming
    segments: list[Any]
    gaps: list[Any]

    def in_state(self, *states: str) -> list[Any]:
        return [segment for segment in self.segments if segment.state in states]


def arming_record(armings: Sequence[Arming]) -> dict[int, ArmingRecord]:
    """By arming, in one query for any number of them; segments and gaps in order of time."""
    known = {arming.id: ArmingRecord(arming, [], []) for arming in armings}
    for row in ON_RECORD.all(armings=list(known)) if known else ():
        one = known[row.arming_id]
        (one.gaps if row.state is None else one.segments).append(row)
    return known


def _of_armings(table: Any) -> Any:
    return table.arming_id == func.any(bindparam("armings", type_=ARRAY(BigInteger)))


_SEGMENTS = select(
    Segment.arming_id,
    Segment.uid,
    Segment.run_uid,
    Segment.started_at,
    Segment.ended_at,
    Segment.state,
    cast(null(), Text).label("reason"),
    cast(null(), Text).label("detail"),
    cast(null(), Text).label("reported_by"),
).where(_of_armings(Segment))
_GAPS = select(
    Gap.arming_id, Gap.uid, null(), Gap.started_at, Gap.ended_at, null(), Gap.reason, Gap.detail, Gap.reported_by
).where(_of_armings(Gap), Gap.superseded_by.is_(None))
ON_RECORD = Prepared(union_all(_SEGMENTS, _GAPS).order_by("arming_id", "started_at"))


def account_of(known: ArmingRecord, clock: Clock) -> Account:
    """The armed time up to now, each instant by whoever is believed about it."""
    armed = armed_span(known.arming)
    by_whom: dict[str, list[Span]] = {"recorder": [], "server": []}
    for gap in known.gaps:
        by_whom[gap.reported_by].append(span_of(gap))
    return account(
        Span(armed.start, max(armed.start, min(armed.end, clock.now()))),
        verified=footage_spans(known.in_state(*PROVEN)),
        reported=by_whom["recorder"],
        expected=footage_spans(known.in_state("announced", "stored")),
        derived=by_whom["server"],
    )


def coverage_of(known: ArmingRecord, clock: Clock) -> Coverage:
    found = account_of(known, clock)
    recorded, pending = total(found.recorded), total(found.pending)
    missing = total([*found.reported, *found.derived, *found.unknown])
    return Coverage(recorded + pending + missing, recorded, pending)


def sum_of(parts: Iterable[Coverage]) -> Coverage:
    found, zero = list(parts), timedelta(0)
    return Coverage(
        sum((part.armed for part in found), zero),
        sum((part.recorded for part in found), zero),
        sum((part.pending for part in found), zero),
    )

"""Armed time, segments, gaps, strips, flags, who watched what, and the state of cameras."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, literal_column
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Tenant
from examops.core.language import Message
from examops.core.table_access import ADD_ONLY, NO_DELETE, access, across_bodies

HELD_ELSEWHERE = across_bodies("a session may be held at a site that is lent: its footage is its own body's")

GAP_REASONS = (
    "timeout",
    "auth_failed",
    "not_found",
    "refused",
    "codec_change",
    "timestamp_break",
    "clock_step",
    "disk_full",
    "restart",
    "session_end",
    "operator",
    "camera_off",
    "late_start",
    "server_derived",
)
SEGMENT_STATES = ("announced", "stored", "verified", "purged", "quarantined", "lost")


class Arming(Tenant, Base):
    """The time a camera must record for a session. Every second of it is footage, a gap, or pending."""

    __tablename__ = "arming"
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"))
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id", info=HELD_ELSEWHERE))
    during: Mapped[Range[datetime]]
    state: Mapped[str] = mapped_column(default="planned")
    __table_args__ = (
        UniqueConstraint("session_id", "camera_id"),
        CheckConstraint("state IN ('planned','armed','disarmed','cancelled')", name="state"),
        Index(None, "camera_id"),
        access(NO_DELETE),
    )


class Segment(Tenant, Base):
    """One recording of about 60 s. ``verified`` only when the store's own checksum equals the recorder's."""

    __tablename__ = "segment"
    arming_id: Mapped[int] = mapped_column(ForeignKey("arming.id"))
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id", info=HELD_ELSEWHERE))
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", info=HELD_ELSEWHERE))
    run_uid: Mapped[uuid.UUID]
    sequence: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    media_start_ticks: Mapped[int]
    media_ms: Mapped[int]
    size: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    init_length: Mapped[int]
    fragments: Mapped[list[Any]]
    sidecar: Mapped[dict[str, Any]]
    sidecar_digest: Mapped[bytes] = mapped_column(LargeBinary)
    object_key: Mapped[str]
    version_id: Mapped[str] = mapped_column(default="")
    state: Mapped[str]
    quarantine_reason: Mapped[str] = mapped_column(default="")
    lost_packets: Mapped[int] = mapped_column(default=0)
    is_salvaged: Mapped[bool] = mapped_column(default=False)
    is_backfilled: Mapped[bool] = mapped_column(default=False)
    camera_clock_ms: Mapped[int | None]
    announced_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    __table_args__ = (
        UniqueConstraint("object_key"),
        UniqueConstraint("run_uid", "sequence"),
        CheckConstraint(f"state IN {SEGMENT_STATES}", name="state"),
        CheckConstraint("ended_at > started_at AND size > 0", name="extent"),
        CheckConstraint("state <> 'verified' OR (version_id <> '' AND verified_at IS NOT NULL)", name="verified"),
        Index(None, "camera_id", "started_at"),
        Index(None, "session_id", "started_at"),
        Index(None, "arming_id", "started_at"),
        Index("ix_segment_pending", "announced_at", postgresql_where="state = 'announced'"),
        Index("ix_segment_held", "id", postgresql_where="quarantine_reason <> ''"),
        access(NO_DELETE),
    )


class QuarantineDecision(Tenant, Base):
    """What a named person decided about a segment held for ``reason``. Added, never changed; the newest counts."""

    __tablename__ = "quarantine_decision"
    segment_id: Mapped[int] = mapped_column(ForeignKey("segment.id"), index=True)
    reason: Mapped[str]
    decision: Mapped[str]
    note: Mapped[str]
    decided_by: Mapped[str]
    decided_by_uid: Mapped[uuid.UUID | None]
    decided_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("decision IN ('released','kept')", name="decision"),
        CheckConstraint("note <> ''", name="note"),
        access(ADD_ONLY),
    )


class Gap(Tenant, Base):
    """Armed time without footage. Never edited: a later backfill points to the row it supersedes."""

    __tablename__ = "gap"
    arming_id: Mapped[int] = mapped_column(ForeignKey("arming.id"))
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id", info=HELD_ELSEWHERE))
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    reason: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    reported_by: Mapped[str]
    superseded_by: Mapped[uuid.UUID | None]
    __table_args__ = (
        CheckConstraint(f"reason IN {GAP_REASONS}", name="reason"),
        CheckConstraint("ended_at > started_at", name="extent"),
        CheckConstraint("reported_by IN ('recorder','server')", name="reported_by"),
        Index(None, "camera_id", "started_at"),
        Index(None, "arming_id", "started_at"),
        access(NO_DELETE),
    )


class LateGap(Tenant, Base):
    """A gap that a box reported of a session that was concluded already, cut to its armed time: it counts for nothing
    until a person takes it in. ``uid`` is the gap's own. ``decision``: "" while nobody decided, ``taken``, ``left``."""

    __tablename__ = "late_gap"
    arming_id: Mapped[int] = mapped_column(ForeignKey("arming.id"), index=True)
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id", info=HELD_ELSEWHERE))
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    reason: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    reported_at: Mapped[datetime]
    decision: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[str] = mapped_column(default="")
    decided_by_uid: Mapped[uuid.UUID | None]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"reason IN {GAP_REASONS}", name="reason"),
        CheckConstraint("ended_at > started_at", name="extent"),
        CheckConstraint("decision IN ('','taken','left')", name="decision"),
        CheckConstraint("(decision = '') = (decided_at IS NULL) AND (decision = '' OR note <> '')", name="decided"),
        access(NO_DELETE),
    )


class Strip(Tenant, Base):
    """The sampled frames of one segment: one object of JPEGs and one index, rebuildable at any time."""

    __tablename__ = "strip"
    segment_id: Mapped[int] = mapped_column(ForeignKey("segment.id"), unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    images_key: Mapped[str]
    index_key: Mapped[str]
    frame_count: Mapped[int]
    failed_count: Mapped[int] = mapped_column(default=0)
    activity: Mapped[list[Any]]
    made_at: Mapped[datetime]


class Flag(Tenant, Base):
    """A supervisor's mark on ``[started_at, ended_at)`` with its still."""

    __tablename__ = "flag"
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id", info=HELD_ELSEWHERE))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    seat: Mapped[str] = mapped_column(default="")
    severity: Mapped[str]
    note: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    still_key: Mapped[str] = mapped_column(default="")
    still_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segment.id"))
    author_uid: Mapped[uuid.UUID]
    author_name: Mapped[str]
    __table_args__ = (
        CheckConstraint("severity IN ('note','doubt','serious')", name="severity"),
        CheckConstraint("state IN ('open','confirmed','dismissed','escalated')", name="state"),
        CheckConstraint("ended_at > started_at", name="extent"),
        Index(None, "state", "id"),
        access(NO_DELETE),
    )


class ReviewVerdict(Tenant, Base):
    """A supervisor's conclusion on a session; a second look is a new row by another person."""

    __tablename__ = "review_verdict"
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"), index=True)
    outcome: Mapped[str]
    note: Mapped[str]
    author_uid: Mapped[uuid.UUID]
    author_name: Mapped[str]
    __table_args__ = (CheckConstraint("outcome IN ('clean','doubts','violation')", name="outcome"), access(ADD_ONLY))


class FootageViewing(Tenant, Base):
    """What somebody watched: a span of one camera's footage, extended while they go on."""

    __tablename__ = "look"
    session_id: Mapped[int]
    camera_id: Mapped[int]
    viewer_uid: Mapped[uuid.UUID]
    viewer_name: Mapped[str]
    mode: Mapped[str]
    media_from: Mapped[datetime]
    media_until: Mapped[datetime]
    looked_at: Mapped[datetime]
    extended_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("mode IN ('playback','live','frames','still')", name="mode"),
        Index(None, "session_id", "viewer_uid", "camera_id", "extended_at"),
        access(NO_DELETE),
    )


def _the(column: str) -> tuple[Any, str]:
    """The same number in an exclusion constraint; a range of one needs no extension."""
    return literal_column(f"int8range({column},{column},'[]')"), "&&"


class Watched(Tenant, Base):
    """Exam time of one camera whose picture somebody was shown, and the time by the server's clock that it took.

    ``during`` lies on the clock of the exam, ``shown`` on that of whoever watched. The same footage counts once a
    person, and a second of theirs shows one moment of a camera. ``look`` is the record of who had access; these rows
    are counted.
    """

    __tablename__ = "watched"
    session_id: Mapped[int] = mapped_column(ForeignKey("exam_session.id"))
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id", info=HELD_ELSEWHERE))
    viewer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    during: Mapped[Range[datetime]]
    shown: Mapped[Range[datetime]]
    speed: Mapped[float]
    __table_args__ = (
        ExcludeConstraint(_the("viewer_id"), _the("camera_id"), ("during", "&&"), name="watched_once", using="gist"),
        ExcludeConstraint(
            _the("viewer_id"), _the("camera_id"), ("shown", "&&"), name="one_picture_at_once", using="gist"
        ),
        CheckConstraint("NOT isempty(during) AND NOT isempty(shown) AND speed > 0", name="extent"),
        CheckConstraint(
            "upper(during) - lower(during) <= (upper(shown) - lower(shown)) * speed + interval '1 millisecond'",
            name="within_clock",
        ),
        Index(None, "session_id", "viewer_id"),
        access(NO_DELETE),
    )


class FlagDecision(Tenant, Base):
    """What a named person decided about a flag, and why. Added, never changed."""

    __tablename__ = "flag_decision"
    flag_id: Mapped[int] = mapped_column(ForeignKey("flag.id"))
    decision: Mapped[str]
    note: Mapped[str]
    flag_author_uid: Mapped[uuid.UUID]
    decided_by: Mapped[str]
    decided_by_uid: Mapped[uuid.UUID]
    decided_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("flag_id", "decision"),
        CheckConstraint("decision IN ('confirmed','dismissed','escalated','acted')", name="decision"),
        CheckConstraint("note <> '' OR decision IN ('dismissed','escalated')", name="note"),
        CheckConstraint("decision <> 'confirmed' OR decided_by_uid <> flag_author_uid", name="second_person"),
        access(ADD_ONLY),
    )


class CameraState(Tenant, Base):
    """The latest word of the recorder about a camera; never found by sorting a big table."""

    __tablename__ = "camera_state"
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id"), unique=True)
    state: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    reported_at: Mapped[datetime]
    snapshot_at: Mapped[datetime | None]
    snapshot_measures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    condition: Mapped[str] = mapped_column(default="unknown")
    condition_since: Mapped[datetime | None]
    last_good_at: Mapped[datetime | None]
    watched_until: Mapped[datetime | None]
    large_until: Mapped[datetime | None]
    skew_ms: Mapped[int | None]


class Alarm(Tenant, Base):
    __tablename__ = "alarm"
    session_id: Mapped[int | None] = mapped_column(ForeignKey("exam_session.id", info=HELD_ELSEWHERE), index=True)
    camera_id: Mapped[int | None] = mapped_column(ForeignKey("camera.id"))
    kind: Mapped[str]
    detail: Mapped[Message] = mapped_column(default=Message(""))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    __table_args__ = (Index("ix_alarm_open", "camera_id", "kind", unique=True, postgresql_where="ended_at IS NULL"),)

"""Sites, rooms, workstations, cameras, and which camera sees which workstation."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Tenant, one_of
from examops.core.table_access import (
    ADD_ONLY,
    DELETED_BY_PAGES,
    EVERYTHING,
    IN_SCOPE,
    NO_DELETE,
    Rights,
    access,
)

ALWAYS: Range[datetime] = Range(None, None, bounds="()")
# Where exams are held, and what else a site has: only the first have places.
EXAM_KINDS = ("paper", "computer", "practical", "review")
OTHER_KINDS = ("monitoring", "waiting", "office", "secure", "marking", "archive")
# A site that is lent is read by the guest too, with what a plan needs: rooms, workstations, which cameras see them.
# Each list is made at most once a statement, and only where a row is not the scope's own (functions of the migrations).
LENT_SITES, LENT_ROOMS, LENT_STATIONS, LENT_CAMERAS = (
    f"((SELECT {function}())::bigint[])"
    for function in ("scope_lent", "scope_lent_rooms", "scope_lent_stations", "scope_lent_cameras")
)
IN_PICTURE = "x BETWEEN 0 AND 1 AND y BETWEEN 0 AND 1"


def lent(where: str, rights: Rights = EVERYTHING) -> dict[str, Any]:
    """Rights and the policy of a table that a guest reads where the condition holds; only the owner writes."""
    return access(rights, {"scope": f"USING ({IN_SCOPE} OR {where}) WITH CHECK ({IN_SCOPE})"})


class Site(Tenant, Base):
    """考点. ``district`` of a site outside Foshan is ``OUTSIDE``: only city offices reach it."""

    __tablename__ = "site"
    name: Mapped[str]
    address: Mapped[str]
    contact: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("body_id", "name"), lent(f"id = ANY {LENT_SITES}"))


class Room(Tenant, Base):
    """考场, or another room of the site. Sessions, workstations and seats belong to rooms of ``EXAM_KINDS`` alone:
    the database holds it (functions ``exam_room_only``, ``room_keeps_exams``)."""

    __tablename__ = "room"
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str]
    kind: Mapped[str]
    seats: Mapped[int]
    __table_args__ = (
        UniqueConstraint("site_id", "name"),
        CheckConstraint(one_of("kind", (*EXAM_KINDS, *OTHER_KINDS)), name="kind"),
        CheckConstraint(f"{one_of('kind', EXAM_KINDS)} OR seats = 0", name="seats_of_exam_rooms"),
        lent(f"site_id = ANY {LENT_SITES}"),
    )


class Workstation(Tenant, Base):
    """工位, or a seat of a theory room. ``occupations`` are the codes it is fitted for (empty: any)."""

    __tablename__ = "workstation"
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    code: Mapped[str]
    occupations: Mapped[list[str]]
    is_usable: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (UniqueConstraint("room_id", "code"), lent(f"room_id = ANY {LENT_ROOMS}"))


class _Outage(Tenant):
    """Out of service in that time. ``act_uid`` names the act: all that was taken out with one press of a button.

    An outage that was ended holds until then, one that was ended before it began is an empty time.
    """

    act_uid: Mapped[uuid.UUID | None]  # of the releases that had them: by hand, so without an act
    during: Mapped[Range[datetime]]
    reason: Mapped[str]
    entered_by: Mapped[str] = mapped_column(default="", server_default=text("''"))
    entered_by_uid: Mapped[uuid.UUID | None]
    ended_by: Mapped[str] = mapped_column(default="", server_default=text("''"))
    ended_at: Mapped[datetime | None]


class WorkstationOutage(_Outage, Base):
    """工位停用: nobody is booked or seated there in that time."""

    __tablename__ = "workstation_outage"
    workstation_id: Mapped[int] = mapped_column(ForeignKey("workstation.id"))
    __table_args__ = (Index(None, "workstation_id"), lent(f"workstation_id = ANY {LENT_STATIONS}"))


class CameraOutage(_Outage, Base):
    """摄像机停用: it covers no workstation in that time."""

    __tablename__ = "camera_outage"
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id"))
    __table_args__ = (Index(None, "camera_id"), lent(f"camera_id = ANY {LENT_CAMERAS}", NO_DELETE))


class Camera(Tenant, Base):
    """A fixed camera. ``source`` is an RTSP address without user or password. ``recorder_id``: the one box that takes
    it, else any of the site. A retired one keeps its row, for its history and footage; nothing new comes of it."""

    __tablename__ = "camera"
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    label: Mapped[str]
    position: Mapped[str]
    source: Mapped[str]
    width: Mapped[int] = mapped_column(default=1280)
    height: Mapped[int] = mapped_column(default=720)
    is_door: Mapped[bool] = mapped_column(default=False)
    admitted_at: Mapped[datetime | None]
    fitness: Mapped[dict[str, Any]] = mapped_column(default=dict)
    recorder_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    added_at: Mapped[datetime | None]  # of those entered on a page: nothing is expected of it before
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str] = mapped_column(default="", server_default=text("''"))
    retired_reason: Mapped[str] = mapped_column(default="", server_default=text("''"))
    __table_args__ = (UniqueConstraint("room_id", "label"), lent(f"room_id = ANY {LENT_ROOMS}"))


class CameraLogin(Tenant, Base):
    """User and password of a camera, typed in on a page: sealed, for its recorder alone. No guest's scope holds it."""

    __tablename__ = "camera_login"
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id"), unique=True)
    login_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    entered_by: Mapped[UUID | None]
    entered_by_name: Mapped[str]
    entered_at: Mapped[datetime]
    __table_args__ = (access(DELETED_BY_PAGES),)


class CameraCoverage(Tenant, Base):
    """A mark: this camera sees this workstation in that time, at ``x``, ``y`` of its picture of ``still_at``.

    Both are fractions from the upper left; NULL where nobody has marked the place. Rows end, they are not deleted, so
    that coverage of a past moment is what was true then.
    """

    __tablename__ = "camera_coverage"
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id"))
    workstation_id: Mapped[int] = mapped_column(ForeignKey("workstation.id"))
    x: Mapped[float | None] = mapped_column(Double)
    y: Mapped[float | None] = mapped_column(Double)
    still_at: Mapped[datetime | None]
    valid: Mapped[Range[datetime]] = mapped_column(default=ALWAYS, server_default=text("'(,)'::tstzrange"))
    marked_by: Mapped[str] = mapped_column(default="", server_default=text("''"))
    __table_args__ = (
        CheckConstraint("num_nulls(x, y) IN (0, 2) AND x BETWEEN 0 AND 1 AND y BETWEEN 0 AND 1", name="place"),
        ExcludeConstraint(
            (literal_column("int8range(camera_id,camera_id,'[]')"), "&&"),
            (literal_column("int8range(workstation_id,workstation_id,'[]')"), "&&"),
            ("valid", "&&"),
            name="one_mark_at_a_time",
            using="gist",
        ),
        Index(None, "camera_id"),
        Index(None, "workstation_id"),
        lent(f"camera_id = ANY {LENT_CAMERAS}"),
    )


class RoomPlan(Tenant, Base):
    """The plan of a room. ``version`` counts every change of picture and places: who writes names the one they saw.

    The picture is a JPEG of our own making, never the upload's bytes; empty ``picture_key``: a blank sheet.
    """

    __tablename__ = "room_plan"
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), unique=True)
    version: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    picture_key: Mapped[str] = mapped_column(default="", server_default=text("''"))
    picture_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    width: Mapped[int] = mapped_column(default=1600, server_default=text("1600"))
    height: Mapped[int] = mapped_column(default=900, server_default=text("900"))
    picture_by: Mapped[str] = mapped_column(default="", server_default=text("''"))
    picture_at: Mapped[datetime | None]
    changed_by: Mapped[str] = mapped_column(default="", server_default=text("''"))
    changed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("version >= 0 AND width > 0 AND height > 0", name="sizes"),
        CheckConstraint("(picture_key = '') = (picture_sha256 IS NULL)", name="picture"),
        access(NO_DELETE),
    )


class StationPlace(Tenant, Base):
    """Where a workstation stands on its room's plan: fractions of the picture's size from the upper left."""

    __tablename__ = "station_place"
    workstation_id: Mapped[int] = mapped_column(ForeignKey("workstation.id"), unique=True)
    x: Mapped[float] = mapped_column(Double)
    y: Mapped[float] = mapped_column(Double)
    placed_by: Mapped[UUID | None]
    placed_by_name: Mapped[str]
    placed_at: Mapped[datetime]
    __table_args__ = (CheckConstraint(IN_PICTURE, name="in_picture"), access(DELETED_BY_PAGES))


class CameraPlace(Tenant, Base):
    """Where a camera hangs on its room's plan."""

    __tablename__ = "camera_place"
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id"), unique=True)
    x: Mapped[float] = mapped_column(Double)
    y: Mapped[float] = mapped_column(Double)
    placed_by: Mapped[UUID | None]
    placed_by_name: Mapped[str]
    placed_at: Mapped[datetime]
    __table_args__ = (CheckConstraint(IN_PICTURE, name="in_picture"), access(DELETED_BY_PAGES))


class SiteTenure(Tenant, Base):
    """By what right the body has the site: its own, or leased until a day. Rows are added, the newest counts."""

    __tablename__ = "site_tenure"
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str]
    until_on: Mapped[date | None]
    document_number: Mapped[str] = mapped_column(default="")
    document_key: Mapped[str] = mapped_column(default="")
    document_name: Mapped[str] = mapped_column(default="")
    document_format: Mapped[str] = mapped_column(default="")
    document_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    entered_by: Mapped[UUID | None]
    entered_by_name: Mapped[str]
    entered_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("kind IN ('owned','leased')", name="kind"),
        CheckConstraint("(kind = 'leased') = (until_on IS NOT NULL)", name="until"),
        CheckConstraint("document_format IN ('','pdf','jpeg','png')", name="format"),
        Index(None, "site_id", "id"),
        lent(f"site_id = ANY {LENT_SITES}", ADD_ONLY),
    )


class SiteVerification(Tenant, Base):
    """An officer of the district was there on that day. Rows are added, the newest counts."""

    __tablename__ = "site_verification"
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    verified_on: Mapped[date]
    result: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    officer: Mapped[UUID | None]
    officer_name: Mapped[str]
    officer_role: Mapped[str]
    entered_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint("result IN ('passed','failed')", name="result"),
        CheckConstraint("result = 'passed' OR note <> ''", name="reason"),
        CheckConstraint("officer_role IN ('district_bureau','district_centre')", name="officer"),
        Index(None, "site_id", "id"),
        lent(f"site_id = ANY {LENT_SITES}", ADD_ONLY),
    )

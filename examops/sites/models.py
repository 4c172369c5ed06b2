"""Sites, rooms, workstations, cameras, and which camera sees which workstation."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, UniqueConstraint, literal_column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from examops.core.database import Base, Tenant
from examops.core.table_access import NO_DELETE, access

ALWAYS: Range[datetime] = Range(None, None, bounds="()")


class Site(Tenant, Base):
    """考点. ``district`` of a site outside Foshan is ``OUTSIDE``: only city offices reach it."""

    __tablename__ = "site"
    name: Mapped[str]
    address: Mapped[str]
    contact: Mapped[str] = mapped_column(default="")
    __table_args__ = (UniqueConstraint("body_id", "name"),)


class Room(Tenant, Base):
    """考场: a paper, computer, practical or review room."""

    __tablename__ = "room"
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    name: Mapped[str]
    kind: Mapped[str]
    seats: Mapped[int]
    __table_args__ = (
        UniqueConstraint("site_id", "name"),
        CheckConstraint("kind IN ('paper','computer','practical','review')", name="kind"),
    )


class Workstation(Tenant, Base):
    """工位, or a seat of a theory room. ``occupations`` are the codes it is fitted for (empty: any)."""

    __tablename__ = "workstation"
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    code: Mapped[str]
    occupations: Mapped[list[str]]
    is_usable: Mapped[bool] = mapped_column(default=True)
    __table_args__ = (UniqueConstraint("room_id", "code"),)


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
    __table_args__ = (Index(None, "workstation_id"),)


class CameraOutage(_Outage, Base):
    """摄像机停用: it covers no workstation in that time."""

    __tablename__ = "camera_outage"
    camera_id: Mapped[int] = mapped_column(ForeignKey("camera.id"))
    __table_args__ = (Index(None, "camera_id"), access(NO_DELETE))


class Camera(Tenant, Base):
    """A fixed camera. ``source`` is an RTSP address without user or password: those stay on the recorder box."""

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
    __table_args__ = (UniqueConstraint("room_id", "label"),)


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
    )

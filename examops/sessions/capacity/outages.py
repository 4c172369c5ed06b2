"""Whether something that a session would count on is out of service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import Range

from examops.core.database import db
from examops.sites.models import CameraCoverage, CameraOutage, WorkstationOutage


def any_out(stations: Sequence[int], during: Range[datetime]) -> bool:
    """Whether one of these workstations, or a camera that sees one, is out of service at some moment of that time, or a
    camera no longer sees one that it saw."""
    seen = select(CameraCoverage.camera_id).where(CameraCoverage.workstation_id.in_(stations))
    out = select(literal(1)).where(
        WorkstationOutage.workstation_id.in_(stations), WorkstationOutage.during.overlaps(during)
    )
    dark = select(literal(1)).where(CameraOutage.camera_id.in_(seen), CameraOutage.during.overlaps(during))
    unseen = select(literal(1)).where(
        CameraCoverage.workstation_id.in_(stations), ~func.upper_inf(CameraCoverage.valid)
    )
    return db.session.execute(out.union_all(dark, unseen).limit(1)).scalar() is not None

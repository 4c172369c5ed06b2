"""What a room has to examine with, in one query: its usable workstations, their outages and which cameras see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE, Range

from examops.core.database import db
from examops.sites.coverage import Coverage, coverage_from, outages_of_camera
from examops.sites.models import Camera, CameraCoverage, Workstation, WorkstationOutage


@dataclass(frozen=True)
class RoomGround:
    """``stations`` can be used, by code; ``outages`` are pairs of a station's inner number and a time."""

    stations: Sequence[Workstation]
    outages: Sequence[tuple[int, Range[datetime]]]
    coverage: Coverage


def room_ground(room_id: int) -> RoomGround:
    out = (
        select(func.range_agg(WorkstationOutage.during, type_=TSTZMULTIRANGE()))
        .where(WorkstationOutage.workstation_id == Workstation.id, ~func.isempty(WorkstationOutage.during))
        .correlate(Workstation)
        .scalar_subquery()
    )
    seen = and_(Camera.id == CameraCoverage.camera_id, Camera.admitted_at.is_not(None))
    query = (
        select(
            Workstation,
            out.label("out"),
            CameraCoverage.workstation_id,
            CameraCoverage.camera_id,
            CameraCoverage.valid,
            outages_of_camera(),
        )
        .outerjoin(
            CameraCoverage.__table__.join(Camera.__table__, seen),
            CameraCoverage.workstation_id == Workstation.id,
        )
        .where(Workstation.room_id == room_id, Workstation.is_usable)
        .order_by(Workstation.code)
    )
    rows = db.session.execute(query).all()
    stations = {row.Workstation.id: row for row in rows}
    return RoomGround(
        [row.Workstation for row in stations.values()],
        [(number, during) for number, row in stations.items() for during in row.out or ()],
        coverage_from(row for row in rows if row.camera_id is not None),
    )

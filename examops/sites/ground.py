"""What a room has to examine with, in one query: its usable workstations, their outages and which cameras see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE, Range

from examops.core.database import table_of
from examops.core.prepared import Prepared
from examops.sites.coverage import Coverage, coverage_from, outages_of_camera
from examops.sites.models import Camera, CameraCoverage, Workstation, WorkstationOutage


class Station(NamedTuple):
    """A usable workstation; ``occupations`` are codes of what it is fitted for, empty for all."""

    id: int
    code: str
    occupations: list[str]


@dataclass(frozen=True)
class RoomGround:
    """``stations`` can be used, by code; ``outages`` are pairs of a station's inner number and a time."""

    stations: Sequence[Station]
    outages: Sequence[tuple[int, Range[datetime]]]
    coverage: Coverage


def room_ground(room_id: int) -> RoomGround:
    rows = OF_ROOM.all(room_id=room_id)
    stations = {row.id: row for row in rows}
    return RoomGround(
        [Station(number, row.code, row.occupations) for number, row in stations.items()],
        [(number, during) for number, row in stations.items() for during in row.out or ()],
        coverage_from(row for row in rows if row.camera_id is not None),
    )


_OUT = (
    select(func.range_agg(WorkstationOutage.during, type_=TSTZMULTIRANGE()))
    .where(WorkstationOutage.workstation_id == Workstation.id, ~func.isempty(WorkstationOutage.during))
    .correlate(Workstation)
    .scalar_subquery()
)
_SEEN = table_of(CameraCoverage).join(
    table_of(Camera), and_(Camera.id == CameraCoverage.camera_id, Camera.admitted_at.is_not(None))
)
OF_ROOM = Prepared(
    select(
        Workstation.id,
        Workstation.code,
        Workstation.occupations,
        _OUT.label("out"),
        CameraCoverage.workstation_id,
        CameraCoverage.camera_id,
        CameraCoverage.valid,
        outages_of_camera(),
    )
    .select_from(table_of(Workstation).outerjoin(_SEEN, CameraCoverage.workstation_id == Workstation.id))
    .where(Workstation.room_id == bindparam("room_id", type_=BigInteger), Workstation.is_usable)
    .order_by(Workstation.code)
)

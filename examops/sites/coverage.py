"""Which camera sees which workstation, and when: marks in the camera's own still. Marks end, they are not deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Label, case, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import TSTZMULTIRANGE, Range

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import NotFound
from examops.core.language import N_, Message, message
from examops.sites.models import Camera, CameraCoverage, CameraOutage, Workstation
from examops.sites.tags import Tag

SIGHT_UNTIL = "sight_until"  # key of ``Camera.fitness``: since then it has another picture than the admitted one


def admitted_now() -> ColumnElement[Any]:
    """When a camera was admitted; NULL for one that never was, or whose address or picture is another since."""
    return case((Camera.fitness.has_key(SIGHT_UNTIL), None), else_=Camera.admitted_at)


@dataclass(frozen=True)
class Place:
    """Where in the picture: fractions of its width and height from the upper left; ``still_at`` is the picture's."""

    x: float
    y: float
    still_at: datetime | None = None


@dataclass(frozen=True)
class Coverage:
    """When admitted cameras see workstations, by inner number of the workstation."""

    spans: dict[int, list[Range[datetime]]]

    def throughout(self, during: Range[datetime]) -> frozenset[int]:
        """Those that are seen all that time, by one camera or by one after another."""
        return frozenset(station for station, spans in self.spans.items() if _is_within(during, spans))


def coverage_of(stations: Iterable[int], out: Mapping[int, Range[datetime]] | None = None) -> Coverage:
    """``out``: cameras that are supposed to be out of service as well, by inner number, and in what time."""
    query = (
        select(CameraCoverage.workstation_id, CameraCoverage.camera_id, CameraCoverage.valid, outages_of_camera())
        .join(Camera, Camera.id == CameraCoverage.camera_id)
        .where(CameraCoverage.workstation_id.in_(stations), Camera.admitted_at.is_not(None))
    )
    return coverage_from(db.session.execute(query), out)


def outages_of_camera() -> Label[Any]:
    """A column of a query on :class:`CameraCoverage`: when its camera is out of service."""
    return (
        select(func.range_agg(CameraOutage.during, type_=TSTZMULTIRANGE()))
        .where(CameraOutage.camera_id == CameraCoverage.camera_id, ~func.isempty(CameraOutage.during))
        .correlate(CameraCoverage)
        .scalar_subquery()
        .label("outages")
    )


def seen_times(station: Any) -> Any:
    """A column for a column of inner numbers of workstations: when admitted cameras see that one, as a multirange."""
    outages = func.coalesce(outages_of_camera(), literal_column("'{}'::tstzmultirange"))
    left = (
        func.unnest(func.tstzmultirange(CameraCoverage.valid) - outages)
        .table_valued("span")
        .render_derived(name="seen")
    )
    seen = func.range_agg(left.c.span, type_=TSTZMULTIRANGE())
    marks = select(seen).select_from(CameraCoverage).join(Camera, Camera.id == CameraCoverage.camera_id)
    marks = marks.join(left, true()).where(CameraCoverage.workstation_id == station, Camera.admitted_at.is_not(None))
    return marks.correlate(Workstation).scalar_subquery()


def coverage_from(rows: Iterable[Any], out: Mapping[int, Range[datetime]] | None = None) -> Coverage:
    """Of rows of (workstation_id, camera_id, valid, outages) of admitted cameras."""
    spans: dict[int, list[Range[datetime]]] = {}
    for row in rows:
        gone = [*(row.outages or ()), *([out[row.camera_id]] if out and row.camera_id in out else ())]
        spans.setdefault(row.workstation_id, []).extend(_without(row.valid, gone))
    return Coverage({station: sorted(found, key=_begins) for station, found in spans.items()})


def _begins(span: Range[datetime]) -> tuple[bool, float]:
    """Spans without a beginning come first."""
    return span.lower is not None, span.lower.timestamp() if span.lower else 0.0


def _without(span: Range[datetime], gone: Iterable[Range[datetime]]) -> list[Range[datetime]]:
    """What is left of ``span``, as half-open times."""
    left = [span]
    for out in gone:
        pieces: list[Range[datetime]] = []
        for piece in left:
            if not piece.overlaps(out):
                pieces.append(piece)
                continue
            if out.lower is not None and (piece.lower is None or piece.lower < out.lower):
                pieces.append(Range(piece.lower, out.lower, bounds="[)" if piece.lower else "()"))
            if out.upper is not None and (piece.upper is None or out.upper < piece.upper):
                pieces.append(Range(out.upper, piece.upper))
        left = pieces
    return left


def _is_within(during: Range[datetime], spans: Iterable[Range[datetime]]) -> bool:
    """``spans`` by their beginnings."""
    assert during.lower
    assert during.upper
    reached = during.lower
    for span in spans:
        if not span.contains(reached):
            continue
        if span.upper is None or span.upper >= during.upper:
            return True
        reached = span.upper
    return False


def stations_in_room(camera: Camera) -> list[Workstation]:
    query = select(Workstation).where(Workstation.room_id == camera.room_id).order_by(Workstation.code)
    return list(db.session.execute(query).scalars())


def standing_marks(camera: Camera) -> dict[int, CameraCoverage]:
    """By workstation, what the camera sees from now on."""
    query = select(CameraCoverage).where(CameraCoverage.camera_id == camera.id, func.upper_inf(CameraCoverage.valid))
    return {row.workstation_id: row for row in db.session.execute(query).scalars()}


def put_mark(camera: Camera, station_uid: UUID, place: Place | None, *, actor: Actor, clock: Clock) -> Workstation:
    """From now on the camera sees this workstation, there. Raises NotFound for one of another room."""
    station = _station(camera, station_uid)
    _end(camera, station, clock.now())
    row = CameraCoverage(
        **owner_of(camera),
        camera_id=camera.id,
        workstation_id=station.id,
        x=place.x if place else None,
        y=place.y if place else None,
        still_at=place.still_at if place else None,
        valid=Range(clock.now(), None),
        marked_by=actor.name,
    )
    db.session.add(row)
    db.session.flush()
    record(Tag.CAMERA_MARKED, actor, camera, words=_words(camera, station), at=clock.now(), placed=place is not None)
    return station


def end_mark(camera: Camera, station_uid: UUID, *, actor: Actor, clock: Clock) -> Workstation:
    """From now on the camera does not see this workstation."""
    station = _station(camera, station_uid)
    if not _end(camera, station, clock.now()):
        raise NotFound(N_("这台摄像机没有这个工位的标记"), advice=N_("刷新页面再看"))
    record(Tag.CAMERA_MARK_ENDED, actor, camera, words=_words(camera, station), at=clock.now())
    return station


def _station(camera: Camera, uid: UUID) -> Workstation:
    """The camera is locked: marks of one camera are written one after the other."""
    db.session.execute(select(Camera.id).where(Camera.id == camera.id).with_for_update())
    found = next((one for one in stations_in_room(camera) if one.uid == uid), None)
    if found is None:
        raise NotFound(N_("这个考场没有这个工位"), advice=N_("刷新页面再看"))
    return found


def _end(camera: Camera, station: Workstation, now: datetime) -> bool:
    mark = standing_marks(camera).get(station.id)
    if mark is None:
        return False
    mark.valid = Range(mark.valid.lower, now, bounds="[)" if mark.valid.lower else "()")
    db.session.flush()
    return True


def _words(camera: Camera, station: Workstation) -> Message:
    return message("{camera} {station}", camera=camera.label, station=station.code)

"""Passed trials of a body's cameras, as a filing cites them beside its workstations under cameras."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from examops.core.database import db
from examops.footage.trials.models import PASSED, FitnessTrial
from examops.sites.models import Camera, CameraCoverage, Room

MOST = 60


def passed_trials(body_id: int) -> list[Any]:
    """Rows of (FitnessTrial, label, room, seen): the newest trial of each camera, where it was passed and the camera
    has had no other address or picture since, and how many workstations it sees today."""
    newest = (
        select(func.max(FitnessTrial.id))
        .where(FitnessTrial.camera_id == Camera.id, FitnessTrial.ended_at.is_not(None))
        .correlate(Camera)
    )
    seen = (
        select(func.count(CameraCoverage.workstation_id.distinct()))
        .where(CameraCoverage.camera_id == Camera.id, func.upper_inf(CameraCoverage.valid))
        .correlate(Camera)
    )
    query = (
        select(FitnessTrial, Camera.label, Room.name.label("room"), seen.scalar_subquery().label("seen"))
        .join(Camera, Camera.id == FitnessTrial.camera_id)
        .join(Room, Room.id == Camera.room_id)
        .where(Camera.body_id == body_id, Camera.retired_at.is_(None))
        .where(Camera.fitness["trial"]["number"].astext == FitnessTrial.number)
        .where(FitnessTrial.id == newest.scalar_subquery(), FitnessTrial.state == PASSED)
        .order_by(Room.name, Camera.label)
    )
    return list(db.session.execute(query.limit(MOST)).all())

"""Why a camera does not record, in words somebody can act on: of gaps, alarms, and the boxes of a site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from examops.core.database import db
from examops.core.language import Message, _, message
from examops.footage.labels import FILTERS as LABELS
from examops.footage.labels import GAP_REASONS
from examops.footage.models import CameraState
from examops.footage.wording import CAUSES, cause_code
from examops.sites.models import Camera, Room


def gap_words(reason: str, detail: str) -> str:
    """What a gap is called: what to set, where the recorder knew it, else the reason."""
    return _(CAUSES[code] if (code := cause_code(detail)) else GAP_REASONS.get(reason, reason))


def alarm_detail(detail: str) -> Message | str:
    """The recorder's word about a camera that is offline, for an alarm; a word that we do not know stays as it is."""
    known = CAUSES.get(cause_code(detail)) or GAP_REASONS.get(detail)
    return message(known) if known else detail


def cameras_to_set(site_ids: Iterable[int]) -> dict[int, list[str]]:
    """By site: ``label: what to set`` for each camera whose recorder knows why it does not record."""
    query = (
        select(Room.site_id, Camera.label, CameraState.detail)
        .join(Room, Room.id == Camera.room_id)
        .join(CameraState, CameraState.camera_id == Camera.id)
        .where(Room.site_id.in_(set(site_ids)), CameraState.state == "offline")
        .order_by(Camera.label, Camera.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for site_id, label, detail in db.session.execute(query):
        if words := str(alarm_detail(detail)):
            found[site_id].append(f"{label}: {words}")
    return dict(found)


FILTERS: dict[str, Any] = {**LABELS, "cameras_to_set": cameras_to_set}

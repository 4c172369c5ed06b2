"""Why a camera does not record, in words somebody can act on: of gaps, alarms, and the boxes of a site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select

from examops.accounts.models import Device
from examops.core.database import among, db
from examops.core.language import Message, _, message
from examops.core.queries import rows_of
from examops.footage.labels import GAP_REASONS
from examops.footage.models import CameraState
from examops.footage.wording import CAUSES, cause_code
from examops.sites.models import Camera, Room

SEEN_EVERY = timedelta(seconds=10)  # how often a word of a box is written down


def gap_words(reason: str, detail: str) -> str:
    """What a gap is called: what to set, where the recorder knew it, else the reason."""
    return _(CAUSES[code] if (code := cause_code(detail)) else GAP_REASONS.get(reason, reason))


def alarm_detail(detail: str) -> Message | str:
    """The recorder's word about a camera that is offline, for an alarm; a word that we do not know stays as it is."""
    known = CAUSES.get(cause_code(detail)) or GAP_REASONS.get(detail)
    return message(known) if known else detail


def silent_boxes(site_ids: Iterable[int], now: datetime, silent: timedelta) -> dict[int, Message]:
    """By site of which no box was heard within ``silent``: what an alarm of its cameras says. A site without a word
    has a box that answers, and the box knows about each camera."""
    sites = set(site_ids)
    query = (
        select(Device.site_id, func.max(func.coalesce(Device.last_seen_at, Device.paired_at)).label("heard_at"))
        .where(Device.site_id.in_(sites), Device.kind == "recorder", Device.revoked_at.is_(None))
        .group_by(Device.site_id)
    )
    heard = {row.site_id: row.heard_at for row in db.session.execute(query)}
    found = {site: message(CAUSES["recorder_missing"]) for site in sites - heard.keys()}
    away = [site for site, at in heard.items() if now - at > silent + SEEN_EVERY]
    return found | dict.fromkeys(away, message(CAUSES["recorder_away"]))


def cameras_to_set(site_ids: Iterable[int]) -> dict[int, list[str]]:
    """By site: ``label: what to set`` for each camera whose recorder knows why it does not record."""
    found: dict[int, list[str]] = defaultdict(list)
    for site_id, label, detail in _offline_at(sorted(set(site_ids))):
        if words := str(alarm_detail(detail)):
            found[site_id].append(f"{label}: {words}")
    return dict(found)


@rows_of
def _offline_at(site_ids: list[int]) -> Select[int, str, str]:
    return (
        select(Room.site_id, Camera.label, CameraState.detail)
        .join(Room, Room.id == Camera.room_id)
        .join(CameraState, CameraState.camera_id == Camera.id)
        .where(among(Room.site_id, site_ids), CameraState.state == "offline")
        .order_by(Camera.label, Camera.id)
    )

"""Drawn photos of the demo's people, submitted as zips like a coordinator's; some are missing, some blurred."""

from __future__ import annotations

import io
import zipfile
from uuid import UUID

import cv2
import numpy as np
from sqlalchemy import select

from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.demo.story.portrait import portrait
from examops.registration.models import Roster
from examops.registration.rosters import photo_subjects, receive_photos, roster_by_uid

LACKING, BLURRED = 9, 23  # every 9th person has no photo, every 23rd a blurred one


def submit_photos(actor: Actor, clock: Clock) -> int:
    """Draw and submit photos for every saved roster without any; returns their number. A worker checks them."""
    with transaction(SYSTEM):
        saved = select(Roster.uid, Roster.photos).where(Roster.state == "saved").order_by(Roster.id)
        waiting = [row.uid for row in db.session.execute(saved) if not row.photos]
    return sum(_hand_in(uid, actor, clock) for uid in waiting)


def _hand_in(uid: UUID, actor: Actor, clock: Clock) -> int:
    with transaction(SYSTEM):
        people = {number: face.name for number, face in photo_subjects(roster_by_uid(uid), keyring()).items()}
    content, count = _zipped(people)
    if count:
        with transaction(SYSTEM):
            receive_photos(roster_by_uid(uid), "照片.zip", content, actor=actor, clock=clock, store=store())
    return count


def _zipped(people: dict[str, str]) -> tuple[bytes, int]:
    out, count = io.BytesIO(), 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for place, (number, name) in enumerate(sorted(people.items()), start=1):
            if place % LACKING:
                archive.writestr(f"{name}_{number}.jpg", _picture(number, is_blurred=place % BLURRED == 0))
                count += 1
    return out.getvalue(), count


def _picture(number: str, *, is_blurred: bool) -> bytes:
    """The same face for the same person; an even seventeenth digit is a woman's."""
    drawn = portrait(int(number[:17]), is_female=int(number[16]) % 2 == 0)
    if not is_blurred:
        return drawn
    picture = cv2.imdecode(np.frombuffer(drawn, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    soft = cv2.GaussianBlur(picture, (0, 0), 6)
    return cv2.imencode(".jpg", soft)[1].tobytes()

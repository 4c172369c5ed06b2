"""User and password of a camera: sealed in the database, opened for the plan of its recorder and for nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.keys import Keyring
from examops.footage.tags import Tag
from examops.sites.models import Camera, CameraLogin


def place_of_login(camera_id: int) -> str:
    return f"camera_login.login_sealed.{camera_id}"


def keep_login(camera: Camera, username: str, password: str, *, ring: Keyring, actor: Actor, clock: Clock) -> None:
    """Instead of what was there; both empty: nothing is kept, and what stands on the box counts. The log says that it
    was changed and by whom, never to what."""
    if username or password:
        sealed = ring.seal(json.dumps([username, password]), place_of_login(camera.id))
        entered = {"entered_by": actor.uid, "entered_by_name": actor.name, "entered_at": clock.now()}
        values = {"login_sealed": sealed, **entered}
        new = insert(CameraLogin).values(**owner_of(camera), camera_id=camera.id, **values)
        db.session.execute(new.on_conflict_do_update(index_elements=["camera_id"], set_=values))
    else:
        drop_login(camera)
    record(Tag.CAMERA_LOGIN, actor, camera, words=camera.label, at=clock.now(), kept=bool(username or password))


def drop_login(camera: Camera) -> bool:
    gone = delete(CameraLogin).where(CameraLogin.camera_id == camera.id).returning(CameraLogin.id)
    return db.session.execute(gone).scalar_one_or_none() is not None


def move_login(old: Camera, new: Camera, *, ring: Keyring) -> None:
    """To the row that the same camera has in another room."""
    row = login_row(old)
    if row is None:
        return
    plain = ring.open(bytes(row.login_sealed), place_of_login(old.id))
    sealed = ring.seal(plain, place_of_login(new.id))
    names = {"entered_by": row.entered_by, "entered_by_name": row.entered_by_name, "entered_at": row.entered_at}
    db.session.add(CameraLogin(**owner_of(new), camera_id=new.id, login_sealed=sealed, **names))
    db.session.delete(row)
    db.session.flush()


def login_row(camera: Camera) -> CameraLogin | None:
    query = select(CameraLogin).where(CameraLogin.camera_id == camera.id)
    return db.session.execute(query).scalar_one_or_none()


def logins_for(camera_ids: Iterable[int], ring: Keyring) -> dict[int, dict[str, Any]]:
    """By inner number of the camera, as the plan of a box has them. One that no key opens is left out: the box says
    then that the camera refuses it."""
    query = select(CameraLogin.camera_id, CameraLogin.login_sealed).where(CameraLogin.camera_id.in_(list(camera_ids)))
    found = {}
    for row in db.session.execute(query):
        try:
            username, password = json.loads(ring.open(bytes(row.login_sealed), place_of_login(row.camera_id)))
        except InvalidTag:
            continue
        found[row.camera_id] = {"username": username, "password": password}
    return found

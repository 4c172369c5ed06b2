"""Devices after their pairing (:mod:`examops.accounts.pairing`): known by a token, until they are taken out of use."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from examops.accounts.models import Device
from examops.accounts.tags import Tag
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import NotSignedIn
from examops.core.keys import digest_of
from examops.core.language import N_

SEEN_EVERY = timedelta(seconds=10)


class UnknownDevice(NotSignedIn):
    code, message = "device.unknown", N_("设备未配对，或已停用")
    advice = N_("请用新的配对码重新配对")


@dataclass(frozen=True)
class Identity:
    """A device as requests carry it: plain values, so that no later transaction reads them again."""

    id: int
    uid: uuid.UUID
    name: str
    kind: str
    site_id: int
    body_id: int
    district: str

    @property
    def actor(self) -> Actor:
        return Actor("device", self.uid, self.name, self.kind)


def identify(token: str, kind: str, *, clock: Clock) -> Identity:
    """The device of a token, or :class:`UnknownDevice`. Runs in the system scope: the token is the key."""
    query = select(Device).where(Device.token_digest == digest_of(token), Device.kind == kind)
    device = db.session.execute(query).scalar_one_or_none() if token else None
    if device is None or device.revoked_at is not None:
        raise UnknownDevice()
    now = clock.now()
    if device.last_seen_at is None or now - device.last_seen_at >= SEEN_EVERY:
        device.last_seen_at = now
    names = ("id", "uid", "name", "kind", "site_id", "body_id", "district")
    return Identity(**{name: getattr(device, name) for name in names})


def revoke(device: Device, *, actor: Actor, clock: Clock) -> None:
    """The token stops working at once; revoking twice changes nothing."""
    if device.revoked_at is None:
        device.revoked_at = clock.now()
        record(Tag.DEVICE_REVOKED, actor, device, words=device.name, at=clock.now())


def keys_of_site(site_id: int, recorded: datetime, kind: str = "recorder") -> list[tuple[int, bytes]]:
    """``(device id, public key)`` of every pairing at the site, newest first.

    A revoked one counts for what was ``recorded`` before it was taken out of use: a box that was paired anew still
    sends what it signed before. Whoever has taken the key of a lost box signs nothing with it afterwards.
    """
    query = (
        select(Device.id, Device.public_key)
        .where(Device.site_id == site_id, Device.kind == kind, Device.public_key.is_not(None))
        .where(or_(Device.revoked_at.is_(None), Device.revoked_at >= recorded))
        .order_by(Device.id.desc())
    )
    return [(row.id, bytes(row.public_key)) for row in db.session.execute(query)]

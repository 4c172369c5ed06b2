"""Devices: paired once by a code that works one time, known afterwards by a token of which only the digest is kept."""

from __future__ import annotations

import secrets
import uuid
from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from examops.accounts.models import Device, PairingCode
from examops.accounts.tags import Tag
from examops.accounts.throttle import count_attempt
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Invalid, NotAllowed, NotSignedIn
from examops.core.keys import digest_of
from examops.core.language import N_

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letters and digits that look alike
CODE_LENGTH = 10
CODE_TTL = timedelta(hours=24)
TRIES, TRY_MINUTES = 20, 15
SEEN_EVERY = timedelta(seconds=10)


class BadPairingCode(NotAllowed):
    code, message = "device.bad_code", N_("配对码不对、已用过或已过期")
    advice = N_("请在系统里重新生成一个配对码")


class BadKey(Invalid):
    code, message = "device.bad_key", N_("设备公钥不是 32 字节的 Ed25519 公钥")


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


def create_pairing_code(site: object, kind: str, *, clock: Clock) -> str:
    """A new code for one device of ``kind`` (``recorder`` or ``desk``) at the site; shown once, kept as a digest."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    row = PairingCode(
        **owner_of(site),
        kind=kind,
        site_id=site.id,  # type: ignore[attr-defined]
        code_digest=digest_of(code),
        expires_at=clock.now() + CODE_TTL,
    )
    db.session.add(row)
    db.session.flush()
    return code


def count_pairing(address: str, clock: Clock) -> None:
    """Count a try before looking; in a transaction of its own, so that refused tries stay counted."""
    count_attempt(f"pair:address:{address}", limit=TRIES, minutes=TRY_MINUTES, clock=clock)


def pair(code: str, name: str, kind: str, public_key: str | None, *, clock: Clock) -> tuple[Device, str]:
    """Use up the code; returns the new device and its token. Runs in the system scope: the code is the key."""
    key = _public_key(public_key) if public_key is not None else None
    now = clock.now()
    used = (
        update(PairingCode)
        .where(PairingCode.code_digest == digest_of(code.strip().upper()), PairingCode.kind == kind)
        .where(PairingCode.used_at.is_(None), PairingCode.expires_at > now)
        .values(used_at=now)
        .returning(PairingCode.site_id, PairingCode.body_id, PairingCode.district)
    )
    found = db.session.execute(used).one_or_none()
    if found is None:
        raise BadPairingCode()
    token = secrets.token_urlsafe(32)
    device = Device(
        **found._asdict(), kind=kind, name=name, token_digest=digest_of(token), public_key=key, paired_at=now
    )
    db.session.add(device)
    db.session.flush()
    record(Tag.DEVICE_PAIRED, Actor("device", device.uid, name, kind), device, words=name, at=now)
    return device, token


def _public_key(text: str) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise BadKey() from error
    if len(key) != 32:
        raise BadKey()
    return key


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


def keys_of_site(site_id: int, kind: str = "recorder") -> list[tuple[int, bytes]]:
    """``(device id, public key)`` of every pairing at the site, newest first.

    Revoked ones too: a box that was paired anew still sends what it signed before.
    """
    query = (
        select(Device.id, Device.public_key)
        .where(Device.site_id == site_id, Device.kind == kind, Device.public_key.is_not(None))
        .order_by(Device.id.desc())
    )
    return [(row.id, bytes(row.public_key)) for row in db.session.execute(query)]

"""Devices are paired once by a code that works one time; of their token only the digest is kept."""

from __future__ import annotations

import secrets
from base64 import b64decode
from binascii import Error as NotBase64
from datetime import datetime, timedelta

from sqlalchemy import select, update

from examops.accounts.models import Device, PairingCode
from examops.accounts.tags import Tag
from examops.accounts.throttle import count_attempt
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db, owner_of
from examops.core.errors import Invalid, NotAllowed
from examops.core.keys import digest_of
from examops.core.language import N_

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no letters and digits that look alike
CODE_LENGTH = 10
CODE_TTL = timedelta(hours=24)
TRIES, TRY_MINUTES = 20, 15
NOT_IN_A_CODE = str.maketrans("", "", " -\t\u3000")  # the page shows it in two halves


class BadPairingCode(NotAllowed):
    code, message = "device.bad_code", N_("配对码不对、已用过或已过期")
    advice = N_("请在系统里重新生成一个配对码")


class PairingCodeUsed(BadPairingCode):
    code, message = "device.code_used", N_("这个配对码已经用过，配对的是“{name}”")
    advice = N_(
        "那台设备不用再配对：录像盒里有 identity.json 就直接启动，平板打开签到台即可；"
        "换了设备请在系统里重新生成一个配对码"
    )


class BadKey(Invalid):
    code, message = "device.bad_key", N_("设备公钥不是 32 字节的 Ed25519 公钥")


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
    """Use up the code; returns the new device and its token. Runs in the system scope: the code is the key.

    A recorder whose answer was lost asks again with the same code and key: it is given a new token, as the same device,
    as long as nobody has used the first one. Raises :class:`BadPairingCode`, with the device's name where the code was
    used for one.
    """
    key = _public_key(public_key) if public_key is not None else None
    now, digest = clock.now(), digest_of(code.translate(NOT_IN_A_CODE).upper())
    token = secrets.token_urlsafe(32)
    used = (
        update(PairingCode)
        .where(PairingCode.code_digest == digest, PairingCode.kind == kind)
        .where(PairingCode.used_at.is_(None), PairingCode.expires_at > now)
        .values(used_at=now)
        .returning(PairingCode.site_id, PairingCode.body_id, PairingCode.district)
    )
    found = db.session.execute(used).one_or_none()
    if found is None:
        device = _paired_before(digest, kind, key, now)
        device.token_digest = digest_of(token)
    else:
        device = Device(
            **found._asdict(), kind=kind, name=name, token_digest=digest_of(token), public_key=key, paired_at=now
        )
        db.session.add(device)
    db.session.flush()
    record(Tag.DEVICE_PAIRED, Actor("device", device.uid, device.name, kind), device, words=device.name, at=now)
    return device, token


def _paired_before(digest: bytes, kind: str, key: bytes | None, now: datetime) -> Device:
    """The device of a used code, if it has this key and was never heard of. Raises :class:`BadPairingCode`."""
    query = (
        select(Device)
        .join(
            PairingCode,
            (PairingCode.site_id == Device.site_id)
            & (PairingCode.kind == Device.kind)
            & (PairingCode.used_at == Device.paired_at),
        )
        .where(PairingCode.code_digest == digest, PairingCode.expires_at > now, Device.kind == kind)
        .where(Device.revoked_at.is_(None))
        .order_by(Device.id)
        .with_for_update(of=Device)
    )
    found = db.session.execute(query).scalars().all()
    if not found:
        raise BadPairingCode()
    same = [device for device in found if key is not None and device.public_key == key]
    if not same or same[0].last_seen_at is not None:
        raise PairingCodeUsed(name=(same or found)[0].name)
    return same[0]


def _public_key(text: str) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise BadKey() from error
    if len(key) != 32:
        raise BadKey()
    return key

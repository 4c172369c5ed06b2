"""The signed note beside each segment: parsed strictly, checked against the recorder's key."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from examops.core.errors import Invalid
from examops.core.language import N_

LONGEST = timedelta(minutes=10)
LARGEST = 512 * 1024 * 1024
MAX_SEGMENTS = 1_000_000  # of a run; the key has room for six digits
HEX = re.compile(r"[0-9a-f]{64}")


class MalformedSidecar(Invalid):
    code, message = "sidecar.malformed", N_("录像段的清单格式不对")


@dataclass(frozen=True)
class Sidecar:
    """``digest`` and ``signed_bytes`` are taken over everything but the signature."""

    raw: dict[str, Any]
    segment_uid: uuid.UUID
    camera_uid: uuid.UUID
    arming_uid: uuid.UUID
    run_uid: uuid.UUID
    sequence: int
    start: datetime
    end: datetime
    size: int
    sha256: str

    @property
    def signed_bytes(self) -> bytes:
        return canonical({name: value for name, value in self.raw.items() if name != "signature"})

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.signed_bytes).digest()

    @property
    def previous_digest(self) -> str:
        return str(self.raw["previous_digest"])


def canonical(content: dict[str, Any]) -> bytes:
    """Sorted keys, no blanks, UTF-8."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def moment(text: Any) -> datetime:
    """An RFC 3339 time with a zone, or :class:`MalformedSidecar`."""
    try:
        parsed = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise MalformedSidecar(field=str(text)) from error
    if parsed.tzinfo is None:
        raise MalformedSidecar(field=str(text))
    return parsed


def parse(raw: Any) -> Sidecar:
    """Raises :class:`MalformedSidecar` naming the first field at fault. Unknown fields are kept: they are signed."""
    if not isinstance(raw, dict):
        raise MalformedSidecar(field="")
    try:
        sidecar = Sidecar(
            raw=raw,
            segment_uid=uuid.UUID(raw["segment_uid"]),
            camera_uid=uuid.UUID(raw["camera_uid"]),
            arming_uid=uuid.UUID(raw["arming_uid"]),
            run_uid=uuid.UUID(raw["run_uid"]),
            sequence=whole(raw, "sequence"),
            start=moment(raw["start"]),
            end=moment(raw["end"]),
            size=whole(raw, "bytes", least=1),
            sha256=str(raw["sha256"]),
        )
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise MalformedSidecar(field=str(error)) from error
    _check(sidecar)
    return sidecar


def whole(raw: dict[str, Any], name: str, *, least: int = 0) -> int:
    """A whole number of the sidecar, not below ``least``."""
    value = raw.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise MalformedSidecar(field=name)
    return value


def _check(sidecar: Sidecar) -> None:
    raw = sidecar.raw
    for name in ("media_start_ticks", "media_duration_ms", "wall_duration_ms", "init_length"):
        whole(raw, name)
    faults = {
        "version": raw.get("version") != 1,
        "end": not timedelta(0) < sidecar.end - sidecar.start <= LONGEST,
        "bytes": sidecar.size > LARGEST,
        "sha256": not HEX.fullmatch(sidecar.sha256),
        "previous_digest": not isinstance(raw.get("previous_digest"), str),
        "signature": not isinstance(raw.get("signature"), str),
        "lost_packets": not isinstance(raw.get("lost_packets", 0), int),
        "camera_clock_offset_ms": not isinstance(raw.get("camera_clock_offset_ms"), int | None),
        "sequence": sidecar.sequence > MAX_SEGMENTS,
        "fragments": not _fragments_fit(raw.get("fragments"), sidecar.size),
    }
    wrong = [name for name, is_wrong in faults.items() if is_wrong]
    if wrong:
        raise MalformedSidecar(field=wrong[0])


def _fragments_fit(fragments: Any, size: int) -> bool:
    """At least one fragment, each ``[offset, length, keyframe_offset, keyframe_length, …]`` inside the file."""
    if not isinstance(fragments, list) or not fragments:
        return False
    for fragment in fragments:
        if not isinstance(fragment, list) or len(fragment) < 8 or not all(isinstance(n, int) for n in fragment[:7]):
            return False
        offset, length, key_offset, key_length = fragment[:4]
        if min(offset, length, key_offset, key_length) < 0 or offset + length > size or key_offset + key_length > size:
            return False
    return True


def signer_of(sidecar: Sidecar, keys: Iterable[tuple[int, bytes]]) -> int | None:
    """The number of the first key that made the signature, or None. Keys are ``(number, 32 bytes)``."""
    try:
        signature = b64decode(sidecar.raw["signature"], validate=True)
    except (NotBase64, ValueError):
        return None
    for number, key in keys:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature, sidecar.signed_bytes)
        except InvalidSignature:
            continue
        return number
    return None

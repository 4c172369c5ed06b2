"""The signed note beside each segment: parsed strictly, checked against the recorder's key."""

from __future__ import annotations

import hashlib
import json
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
from examops.footage.archive.sidecar_schema import LONGEST_SEGMENT, SidecarSchema
from examops.web.inputs import InvalidInput, fits_json_column, read


class MalformedSidecar(Invalid):
    code, message = "sidecar.malformed", N_("录像段的清单格式不对")


@dataclass(frozen=True)
class Sidecar:
    """``raw`` as it came, ``fields`` as read by its schema.

    ``digest`` and ``signed_bytes`` are taken over everything but the signature.
    """

    raw: dict[str, Any]
    fields: dict[str, Any]
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


def parse(raw: Any) -> Sidecar:
    """Raises :class:`MalformedSidecar` naming the first field at fault. Unknown fields are kept: they are signed."""
    if not isinstance(raw, dict) or not fits_json_column(raw):
        raise MalformedSidecar(field="")
    try:
        fields = read(SidecarSchema, raw)
    except InvalidInput as error:
        raise MalformedSidecar(field=next(iter(error.faults))) from error
    _check(fields)
    names = ("segment_uid", "camera_uid", "arming_uid", "run_uid", "sequence", "start", "end", "sha256")
    return Sidecar(raw=raw, fields=fields, size=fields["bytes"], **{name: fields[name] for name in names})


def _check(fields: dict[str, Any]) -> None:
    """What no field shows alone."""
    if not timedelta(0) < fields["end"] - fields["start"] <= LONGEST_SEGMENT:
        raise MalformedSidecar(field="end")
    for offset, length, key_offset, key_length in (fragment[:4] for fragment in fields["fragments"]):
        if max(offset + length, key_offset + key_length) > fields["bytes"]:
            raise MalformedSidecar(field="fragments")


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

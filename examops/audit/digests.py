"""Digests of entries and links. Pure: the offline verifier and ``examops check`` use the same functions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any


def canonical(value: Any) -> bytes:
    """Sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def payload_digest(salt: bytes, payload: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(salt + canonical(payload)).digest()


def entry_digest(*, uid: str, at: datetime, tag: str, actor: list[str], subject: list[str], payload: bytes) -> bytes:
    """The digest of one entry; ``payload`` is the payload's digest, so erasing the payload keeps the chain."""
    fact = [uid, at.isoformat(timespec="microseconds"), tag, actor, subject, payload.hex()]
    return hashlib.sha256(canonical(fact)).digest()


def link_digest(previous: bytes, entries: Iterable[bytes]) -> bytes:
    running = hashlib.sha256(previous)
    for digest in entries:
        running.update(digest)
    return running.digest()


def head_message(day: str, number: int, digest: bytes) -> bytes:
    return canonical([day, number, digest.hex()])

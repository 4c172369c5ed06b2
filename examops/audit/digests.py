"""Digests of entries and links. Pure: the offline verifier and ``examops check`` use the same functions.

Entries and links carry the version of their digest. Version 1 is release 0.1.0: it leaves out some columns, and its
functions stay as they are for what was sealed then. Version 2 covers every column that means something (ADR 13).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

VERSION = 2


class Entry(Protocol):
    """The columns of an entry that its digest and its line in a link cover."""

    @property
    def id(self) -> Any: ...
    @property
    def uid(self) -> Any: ...
    @property
    def at(self) -> Any: ...
    @property
    def version(self) -> Any: ...
    @property
    def recorded_at(self) -> Any: ...
    @property
    def recorded_by(self) -> Any: ...
    @property
    def transaction_number(self) -> Any: ...
    @property
    def tag(self) -> Any: ...
    @property
    def actor_kind(self) -> Any: ...
    @property
    def actor_uid(self) -> Any: ...
    @property
    def actor_name(self) -> Any: ...
    @property
    def actor_role(self) -> Any: ...
    @property
    def body_id(self) -> Any: ...
    @property
    def district(self) -> Any: ...
    @property
    def subject_kind(self) -> Any: ...
    @property
    def subject_uid(self) -> Any: ...
    @property
    def subject_words(self) -> Any: ...
    @property
    def payload_digest(self) -> Any: ...
    @property
    def digest(self) -> Any: ...
    @property
    def signature(self) -> Any: ...


def canonical(value: Any) -> bytes:
    """Sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode()


def payload_digest(salt: bytes, payload: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(salt + canonical(payload)).digest()


def entry_digest(entry: Entry) -> bytes:
    """The digest of one entry; its payload enters by ``payload_digest``, so erasing the payload keeps the chain."""
    actor = [entry.actor_kind, _words(entry.actor_uid), entry.actor_name, entry.actor_role]
    subject = [entry.subject_kind, _words(entry.subject_uid), entry.subject_words]
    hidden = bytes(entry.payload_digest).hex()
    fact = [str(entry.uid), _iso(entry.at), str(entry.tag), actor, subject, hidden]
    if entry.version != 1:
        fact = [entry.version, *fact, entry.body_id, entry.district]
    return hashlib.sha256(canonical(fact)).digest()


def entry_line(number: int, entry: Entry) -> bytes:
    """What a link of version 2 takes in for its entry ``number``: what the writer said, and what the database added.

    The content is digested anew, because the digest that an entry of version 1 carries does not cover all of it.
    """
    told = [
        entry.version,
        bytes(entry.digest).hex(),
        bytes(entry.signature or b"").hex(),
        entry.body_id,
        entry.district,
    ]
    added = [entry.id, entry.transaction_number, _iso(entry.recorded_at), entry.recorded_by]
    return hashlib.sha256(canonical([number, told, entry_digest(entry).hex(), added])).digest()


def link_digest_v1(previous: bytes, entries: Iterable[bytes]) -> bytes:
    """A link of release 0.1.0: the digests of its entries, one after the other."""
    running = hashlib.sha256(previous)
    for digest in entries:
        running.update(digest)
    return running.digest()


def link_digest(number: int, previous: bytes, sealed_at: datetime, first_number: int, lines: Iterable[bytes]) -> bytes:
    """A link of version 2: its place, its time, the number of its first entry, and the lines of all its entries."""
    head = canonical([VERSION, number, previous.hex(), _iso(sealed_at), first_number])
    running = hashlib.sha256(head)
    for line in lines:
        running.update(line)
    return running.digest()


def head_message(version: int, day: str, number: int, digest: bytes) -> bytes:
    """What is signed for the end of a day."""
    return canonical(
        [day, number, digest.hex()] if version == 1 else ["audit-head", version, day, number, digest.hex()]
    )


def entry_message(digest: bytes) -> bytes:
    """What the writer of an entry signs."""
    return b"audit-entry\0" + digest


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else None


def _words(uid: UUID | None) -> str:
    return str(uid or "")

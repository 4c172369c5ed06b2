"""The end of the log, written every hour to where an administrator of the database cannot reach.

An anchor is a signed JSON object ``audit/anchors/TIME.json`` in the bucket ``footage``, whose versions the store keeps
under lock. It names the last link with its digest, the number of the last entry, and the heads of the days since the
anchor before: what is cut off later, emptied or written anew no longer fits to it. The oldest version of an object
counts; newer ones may have been laid over it.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from examops.audit.digests import canonical
from examops.audit.models import AuditHead, AuditSeal
from examops.audit.sealing import last_number
from examops.core.clock import Clock, local_day
from examops.core.database import db
from examops.core.keys import Keyring
from examops.core.store import Store

BUCKET, FOLDER = "footage", "audit/anchors/"
LATE = timedelta(hours=2)


@dataclass(frozen=True)
class Anchor:
    """``content`` as it was signed. ``is_signed``: by one of our own keys."""

    key: str
    content: dict[str, Any]
    is_signed: bool

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.content["at"])

    @property
    def link(self) -> int:
        return int(self.content["link"])

    @property
    def is_restore(self) -> bool:
        """Whether somebody confirmed with it that the database was restored from a backup."""
        return bool(self.content.get("restored"))


def write_anchor(store: Store, keyring: Keyring, clock: Clock, **more: Any) -> str:
    """Write where the log ends now; returns the object's key, or "" while the log has no link."""
    content = _content(clock.now())
    if content is None:
        return ""
    content |= more
    signature = keyring.signer("audit").sign(_message(content))
    key = f"{FOLDER}{clock.now().astimezone(UTC):%Y-%m-%dT%H%M%S%f}.json"
    body = {"content": content, "signature": b64encode(signature).decode()}
    store.put(BUCKET, key, canonical(body), "application/json")
    return key


def _content(now: datetime) -> dict[str, Any] | None:
    last = db.session.execute(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1)).scalar_one_or_none()
    if last is None:
        return None
    # Two days: an anchor shortly after midnight names the end of the day before.
    recent = select(AuditHead).where(AuditHead.day >= local_day(now) - timedelta(days=2)).order_by(AuditHead.day)
    heads = {head.day.isoformat(): _pair(head) for head in db.session.execute(recent).scalars()}
    entries = last_number(last) if last.first_number else None
    pair = [last.number, bytes(last.digest).hex()]
    return {"version": 1, "at": now.isoformat(), "link": pair[0], "digest": pair[1], "entries": entries, "heads": heads}


def _pair(head: AuditHead) -> list[Any]:
    return [head.seal_number, bytes(head.digest).hex()]


def _message(content: dict[str, Any]) -> bytes:
    return b"audit-anchor\0" + canonical(content)


def read_anchors(store: Store, keyring: Keyring) -> list[Anchor]:
    """All anchors, oldest first. An object that is no anchor, or not signed by us, counts as one that fits nothing."""
    found = store.first_versions(BUCKET, FOLDER)
    return [_parse(key, store.get(BUCKET, key, version_id=version), keyring) for key, version in sorted(found.items())]


def _parse(key: str, body: bytes, keyring: Keyring) -> Anchor:
    try:
        document = json.loads(body)
        content, signature = dict(document["content"]), b64decode(document["signature"])
        datetime.fromisoformat(content["at"])
        int(content["link"])
    except (ValueError, KeyError, TypeError):
        return Anchor(key, {"at": "1970-01-01T00:00:00+00:00", "link": 0}, is_signed=False)
    return Anchor(key, content, keyring.is_signed("audit", signature, _message(content)))


def anchor_faults(anchors: list[Anchor]) -> list[str]:
    """What the log in the database no longer has of what the anchors say it had."""
    links = {link.number: link for link in db.session.execute(select(AuditSeal)).scalars()}
    heads = {head.day: head for head in db.session.execute(select(AuditHead)).scalars()}
    return [fault for anchor in anchors if not _is_excused(anchor, anchors) for fault in _faults(anchor, links, heads)]


def _is_excused(anchor: Anchor, anchors: list[Anchor]) -> bool:
    """A restored backup has lost what came after it; who restored it has confirmed that with an anchor of its own."""
    return any(
        other.is_signed
        and other.is_restore
        and anchor.at < other.at
        and anchor.link > other.content["restored"]["from"]
        for other in anchors
    )


def _faults(anchor: Anchor, links: dict[int, AuditSeal], heads: dict[date, AuditHead]) -> Iterator[str]:
    name = anchor.key.removeprefix(FOLDER)
    if not anchor.is_signed:
        yield f"anchor {name} is not signed by this installation"
        return
    link = links.get(anchor.link)
    if link is None:
        yield f"anchor {name} names link {anchor.link}, which the log no longer has"
        return
    entries = last_number(link) if link.first_number else None
    if bytes(link.digest).hex() != anchor.content["digest"] or entries != anchor.content["entries"]:
        yield f"anchor {name} names another link {anchor.link} than the log has"
    day = local_day(anchor.at).isoformat()
    for head_day, pair in anchor.content["heads"].items():
        head = heads.get(date.fromisoformat(head_day))
        if head_day < day and (head is None or _pair(head) != pair):
            yield f"anchor {name} names another head of {head_day} than the log has"

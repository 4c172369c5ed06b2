"""A notice enters the outbox together with what it tells of, and once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import CursorResult
from sqlalchemy.dialects.postgresql import insert

from examops.core.clock import Clock
from examops.core.database import db, table_of
from examops.outbox.models import OutboxNotice

MAX_TEXT = 4000


@dataclass(frozen=True)
class Notice:
    """``channel``: ``email`` or ``sms``; ``recipient``: a mailbox or a telephone number.

    ``key`` names the fact and the recipient's part in it (``"filing:UID:decided"``): a second notice of the same key
    is dropped. ``kind`` is a code for the list of operators. ``text`` is in the words of the recipient; no ID numbers.
    ``useless_after``: when what it brings has ended, so that it is not sent any more.
    """

    recipient: str
    channel: str
    kind: str
    key: str
    subject: str
    text: str
    useless_after: datetime | None = None


def address_digest(address: str) -> str:
    """What a key says of an address without holding it."""
    return sha256(address.lower().encode()).hexdigest()[:16]


def post(notice: Notice, clock: Clock) -> bool:
    """Add it to the running transaction: both are committed, or neither. False: it was posted before."""
    now = clock.now()
    row = insert(table_of(OutboxNotice)).values(
        recipient=notice.recipient,
        channel=notice.channel,
        kind=notice.kind,
        key=notice.key,
        useless_after=notice.useless_after,
        payload={"subject": notice.subject[:200], "text": notice.text[:MAX_TEXT]},
        created_at=now,
        first_due=now,
        next_try=now,
    )
    # Neither the key is named nor the row given back: whoever may only add rows reads none, not even this one.
    counted = row.on_conflict_do_nothing().inline().execution_options(preserve_rowcount=True)
    return cast(CursorResult[Any], db.session.execute(counted)).rowcount == 1

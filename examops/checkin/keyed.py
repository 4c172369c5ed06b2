"""Scans keep a keyed hash of an ID number that was typed, to tell a repeated request from another one. It cannot be
written anew, since nobody has the number; requests of before are over, so it is emptied."""

from __future__ import annotations

from sqlalchemy import text

from examops.core.database import db
from examops.core.language import N_
from examops.core.rekeying import Batch, Change, KeyedStore

LEFT = text("SELECT scans_left_to_rekey(:before)")
FORGET = text("SELECT scans_forget_reading(:before, :after, :most)")


def _count_left(change: Change) -> int:
    return int(db.session.execute(LEFT, {"before": change.before}).scalar_one())


def _write_batch(change: Change, after: int, most: int) -> Batch:
    asked = {"before": change.before, "after": after, "most": most}
    numbers = sorted(db.session.execute(FORGET, asked).scalars())
    return Batch(numbers[-1] if numbers else None, len(numbers))


STORES = (KeyedStore(("scan.reading_digest",), N_("签到时输入的证件号"), _count_left, _write_batch),)

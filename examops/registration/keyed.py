"""What rosters keep under the installation's secret: ID numbers in rows, changed cells, and who was vouched for."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, or_, select

from examops.core.database import db
from examops.core.keys import Keyring, open_id_number, seal_id_number
from examops.core.language import N_
from examops.core.rekeying import Batch, Change, KeyedStore, opened, sealed_store
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.edits import KEYED, sheet_under


def _row_anew(ring: Keyring, row: RosterRow) -> dict[str, bytes]:
    hashed, sealed = seal_id_number(ring, open_id_number(ring, row))
    return {"id_hash": hashed, "id_sealed": sealed}


def _left(change: Change) -> tuple[ColumnElement[bool], ...]:
    marked = Roster.sheet[KEYED].as_integer()
    return (Roster.created_at < change.before, or_(marked.is_(None), marked != change.ring.key_id))


def _count_sheets(change: Change) -> int:
    query = select(func.count()).select_from(Roster).where(*_left(change))
    return int(db.session.execute(query).scalar_one())


def _write_sheets(change: Change, after: int, most: int) -> Batch:
    """A roster at a time: its rows are read for the hashes of the people who were vouched for."""
    query = select(Roster).where(Roster.id > after, *_left(change)).order_by(Roster.id)
    rosters = db.session.execute(query.limit(1).with_for_update(skip_locked=True)).scalars().all()
    values, unread = opened(rosters, lambda roster: sheet_under(change.ring, roster, _numbers(change.ring, roster)))
    for roster, (_id, sheet) in zip(rosters, values, strict=False):
        roster.sheet = sheet
    return Batch(rosters[-1].id if rosters else None, len(values), unread)


def _numbers(ring: Keyring, roster: Roster) -> list[str]:
    if not roster.sheet.get("seen"):
        return []
    rows = select(RosterRow.id_hash, RosterRow.id_sealed).where(RosterRow.roster_id == roster.id)
    return [open_id_number(ring, row) for row in db.session.execute(rows.where(RosterRow.id_hash.is_not(None)))]


STORES = (
    sealed_store(N_("名单的行"), RosterRow.id_sealed, (RosterRow.id_hash, RosterRow.id_sealed), _row_anew),
    KeyedStore(("roster.sheet",), N_("名单的改动"), _count_sheets, _write_sheets),
)

"""A roster through a change of the secret key: its rows, the cells that were changed, who was vouched for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from examops.core.database import db
from examops.core.extensions import keyring
from examops.core.keys import Keyring, open_id_number
from examops.core.rekeying import Change
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.registration.keyed import STORES
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.edits import cell_of, last_change
from examops.registration.rosters.originals import keep_seen, seen_groups, seen_of
from examops.registration.rosters.updating import _hashes_in
from tests.domains.registration.roster_files import GOOD, examined, workbook
from tests.domains.registration.test_roster_originals import OTHER, TWO, confirm

NEW = "another-" + "fedcba9876543210" * 3
CHANGED = "440604199001010050"
ROWS, SHEETS = STORES


@pytest.fixture
def roster(desk, job_app, clock) -> Roster:
    """Two people; an original of the first was seen, the number of the second was corrected."""
    found = examined(desk, job_app, clock, workbook(TWO), vouched=())
    confirm(desk, found, 2, "certificates")
    desk[2].post(f"/rosters/{found.uid}/rows/3/id_number", data={"value": CHANGED})
    db.session.rollback()
    return found


@pytest.fixture
def both() -> Keyring:
    return Keyring(NEW, former=keyring())


def move(store, ring: Keyring) -> int:
    """Everything of one store, in batches of one row."""
    after: int | None = 0
    written = 0
    while after is not None:
        with transaction(SYSTEM):
            now = db.session.execute(select(db.func.clock_timestamp())).scalar_one()
            batch = store.write_batch(Change(ring, now), after, 1)
        after, written = batch.last, written + batch.written
    return written


def rows_of(roster: Roster) -> dict[int, RosterRow]:
    db.session.expire_all()
    rows = db.session.execute(select(RosterRow).where(RosterRow.roster_id == roster.id)).scalars()
    return {row.row_number: row for row in rows}


def test_rows_changed_cells_and_originals_are_read_at_every_step(roster, both, job_app) -> None:
    with pytest.raises(InvalidTag):
        open_id_number(Keyring(NEW), rows_of(roster)[2])
    for step in (ROWS, SHEETS, None):
        rows = rows_of(roster)
        assert [open_id_number(both, rows[number]) for number in (2, 3)] == [GOOD, CHANGED]
        assert set(seen_groups(roster, rows[2], both)) == {"certificates"}
        assert set(seen_of(roster, [GOOD, CHANGED], both)) == {GOOD}
        assert [cell_of(value, roster, both) for value, _rows in last_change(roster)["was"]] == [OTHER]
        assert not keep_seen(roster, rows[2], "certificates", both, by="他人", on=None)
        db.session.rollback()
        if step:
            assert move(step, both) == {ROWS: 2, SHEETS: 1}[step]
    assert move(ROWS, both) == move(SHEETS, both) == 0, "a second run finds nothing to do"
    new, rows = Keyring(NEW), rows_of(roster)
    assert [open_id_number(new, rows[number]) for number in (2, 3)] == [GOOD, CHANGED]
    assert set(seen_of(roster, [GOOD], new)) == {GOOD}
    assert cell_of(roster.sheet["edited"]["3"][str(last_change(roster)["at"])], roster, new) == CHANGED


def test_another_roster_is_compared_with_people_under_either_hash(roster, both) -> None:
    before = {bytes(row.id_hash) for row in rows_of(roster).values()}
    move(ROWS, both)
    found = {bytes(one) for one in db.session.execute(_hashes_in(roster, both)).scalars()}
    assert found == before | {bytes(row.id_hash) for row in rows_of(roster).values()}
    assert len(found) == 4
    alone = db.session.execute(_hashes_in(roster, Keyring(NEW))).scalars()
    assert {bytes(one) for one in alone} == found - before


def test_a_person_is_corrected_with_every_row_while_half_of_them_have_moved(desk, roster, both, app) -> None:
    """Both rows are one person then: each is refused for the other, under whichever hash it is kept."""
    with transaction(SYSTEM):
        now = db.session.execute(select(db.func.clock_timestamp())).scalar_one()
        assert ROWS.write_batch(Change(both, now), 0, 1).written == 1
    parts = app.extensions["examops"]
    app.extensions["examops"] = replace(parts, keyring=both)
    try:
        desk[2].post(f"/rosters/{roster.uid}/rows/3/id_number", data={"value": GOOD})
    finally:
        app.extensions["examops"] = parts
    db.session.rollback()
    assert {number: row.outcome for number, row in rows_of(roster).items()} == {2: "no", 3: "no"}

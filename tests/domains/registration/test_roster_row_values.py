"""What a preview keeps of each row, worked out from the row alone: 50,000 of them are written."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from examops.core.keys import Keyring
from examops.eligibility.roster import Table, guess_columns, id_columns
from examops.registration.models import Roster
from examops.registration.rosters.context import columns_to_json
from examops.registration.rosters.examining import RowWriter
from tests.domains.eligibility.people import an_id
from tests.domains.eligibility.sheets import examined

HEADER = ["姓名", "身份证号", "报考职业", "等级", "备注", "身份证号码"]
ROWS = [
    HEADER,
    ["何志兰", an_id(sequence="001"), "电工", "四级", "无", "短号12345"],
    ["黎美豪", an_id(sequence="002"), "焊工", "五级", f"见{an_id(sequence='003')}", ""],
]


def roster_with(**sheet: Any) -> Roster:
    return cast(Roster, SimpleNamespace(id=1, body_id=2, district="440606", sheet=sheet))


def test_the_layout_is_read_once_and_not_for_each_row() -> None:
    """The columns of a layout took more time than all else of a row."""
    columns = guess_columns(Table(ROWS))
    roster = roster_with(layout=columns_to_json(columns))
    writer = RowWriter(roster, Table(ROWS), Keyring("x" * 40))
    assert writer.masked == id_columns(columns) == {1, 5}
    roster.sheet = {}
    rows = examined(ROWS).rows
    found = [writer.values(row) for row in rows]
    assert [one["facts"] for one in found] == [
        {**row.facts.to_json(), "id_number": ""} if row.facts else {} for row in rows
    ]
    raw = [one["cells"]["raw"] for one in found]
    assert [one["name"] for one in found] == ["何志兰", "黎美豪"]
    assert not any(an_id(sequence=order) in cell for cells in raw for cell in cells for order in ("001", "002", "003"))
    assert raw[0][5] != ROWS[1][5]

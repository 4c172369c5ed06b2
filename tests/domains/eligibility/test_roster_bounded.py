"""Spreadsheets that ask for more memory or time than there is: small files of far cells, bombs, endless ones."""

from __future__ import annotations

import dataclasses
import io
import subprocess
import sys
import zipfile
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from bench.roster import people, workbook
from examops.eligibility.roster import Limits, read_file, read_upload
from examops.eligibility.roster.reading import BOUNDS
from examops.eligibility.roster.refusals import (
    RosterEmpty,
    RosterHasFarCells,
    RosterNotATable,
    RosterTooBig,
    RosterTooHeavy,
    RosterTooLong,
)
from examops.sheets.bounded import Bounds
from examops.sheets.far_cells import far_cell, letters, position
from tests.domains.eligibility.biff import xls
from tests.domains.eligibility.people import an_id
from tests.domains.eligibility.sheets import HEADERS, SHEET, changed, large_workbook, xlsx

ROOT = Path(__file__).parents[3]
STRINGS = "xl/sharedStrings.xml"
LAST = ("名单", 1048575, 16383)
# Reads a file as the web does, and prints the refusal and by how many MB the peak of this process has grown.
PEAK = """
import resource, sys
from examops.eligibility.roster import RosterRefused, read_upload
def peak(): return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) // 1024
data, code = open(sys.argv[1], "rb").read(), ""
before = peak()
try:
    read_upload(data, is_paste=False)
except RosterRefused as refusal:
    code = refusal.code
print(code, peak() - before)
"""


def scattered(cells: list[tuple[str, int, int]], names: tuple[str, ...] = ("名单",)) -> bytes:
    """A short roster on the first sheet of ``names``, and a text in each of the cells (sheet, row, column from 0)."""
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        sheets = {name: book.add_worksheet(name) for name in names}
        for at, row in enumerate([HEADERS[:2], ("何兰", an_id())]):
            sheets[names[0]].write_row(at, 0, row)
        for name, row, column in cells:
            sheets[name].write(row, column, "x")
    return sink.getvalue()


@cache
def ordinary() -> tuple[bytes, list[tuple[Any, ...]]]:
    """As many people as a roster may have, and who they are."""
    rows = people(50_000)
    return large_workbook(rows), rows


def upload(data: bytes, limits: Limits | None = None, bounds: Bounds = BOUNDS):
    return read_upload(data, is_paste=False, limits=limits, bounds=bounds)


def test_a_far_cell_is_told_with_its_address() -> None:
    data = scattered([LAST])
    assert len(data) < 6000
    with pytest.raises(RosterHasFarCells) as refusal:
        upload(data)
    assert "XFD1048576" in refusal.value.words
    assert "整行整列删除" in refusal.value.next_step


def test_the_topmost_of_several_far_cells_is_told() -> None:
    with pytest.raises(RosterHasFarCells) as refusal:
        upload(scattered([("名单", 70_000, 0), ("名单", 60_000, 3), ("名单", 1, 300)]))
    assert (refusal.value.params["cell"], refusal.value.params["count"]) == ("KO2", 3)


def test_a_far_cell_without_content_or_on_another_sheet_does_not_matter() -> None:
    styled = changed(scattered([LAST]), SHEET, lambda xml: xml.replace(b' t="s"><v>4</v></c>', b' s="0"/>'))
    assert b"XFD1048576" in zipfile.ZipFile(io.BytesIO(styled)).read(SHEET)
    assert len(upload(styled).rows) == 2
    other = scattered([("附", *LAST[1:])], ("名单", "附"))
    assert (len(upload(other).rows), upload(other).other_sheets) == (2, ("附",))


def test_a_far_cell_that_is_not_seen_beforehand_ends_the_child_alone() -> None:
    """Written as no usual program writes it; the reader asks for 549 GB and is refused them."""
    data = changed(scattered([LAST]), SHEET, lambda xml: xml.replace(b' r="XFD', b'\nr="XFD'))
    with pytest.raises(RosterTooHeavy) as refusal:
        upload(data)
    assert "Ctrl+End" in refusal.value.next_step


def test_an_old_workbook_with_a_far_cell_is_refused_with_its_address() -> None:
    rows = [[*HEADERS[:2]], ["何兰", an_id()], *[[]] * 59_997, [None, "x"]]
    with pytest.raises(RosterHasFarCells) as refusal:
        upload(xls({"名单": rows}))
    assert refusal.value.params["cell"] == "B60000"


def test_an_old_workbook_whose_rectangle_is_too_large_is_refused() -> None:
    with pytest.raises(RosterTooHeavy):
        upload(xls({"名单": [[*HEADERS[:2]], *[[]] * 65_534, [*[None] * 255, "x"]]}))


def test_a_sheet_of_a_million_rows_is_refused_for_what_it_is() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(3, 1_000_001)).encode()
    far = b'<row r="1000001"><c r="AO1000001"><v>1</v></c></row></sheetData>'
    data = changed(scattered([]), SHEET, lambda xml: xml.replace(b"</sheetData>", rows + far), level=1)
    with pytest.raises(RosterTooLong) as refusal:
        upload(data)
    assert refusal.value.params == {"rows": 1_000_001, "limit": 50_000}


def test_a_sheet_of_a_million_mostly_empty_rows_is_not_called_too_long() -> None:
    with pytest.raises(RosterHasFarCells) as refusal:
        upload(scattered([("名单", row, 2) for row in range(99_999, 1_000_000, 100_000)]))
    assert (refusal.value.params["cell"], refusal.value.params["count"]) == ("C100000", 10)


def test_very_many_shared_texts_are_refused() -> None:
    """450 MB of texts in 1 MB: within what a workbook may unpack to, and too much for the child."""
    texts = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>'
    bomb = changed(scattered([]), STRINGS, lambda _: texts % (b"<si><t>x</t></si>" * 26_000_000))
    assert len(bomb) < 2 << 20
    with pytest.raises(RosterTooHeavy):
        upload(bomb)


def test_a_file_that_takes_too_long_is_refused() -> None:
    data, _ = ordinary()
    with pytest.raises(RosterTooHeavy, match="用时太久"):
        upload(data, bounds=dataclasses.replace(BOUNDS, cpu_s=1, wall_s=1))


def test_an_archive_that_lists_very_many_parts_is_refused_before_they_are_listed(monkeypatch) -> None:
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("listed"))
    with pytest.raises(RosterTooBig):
        read_file(b"PK\x03\x04" + b"PK\x01\x02" * (Limits.of().entries + 1))


@pytest.mark.parametrize("kind", ["far", "commas", "a cell behind commas"])
def test_the_memory_of_the_process_that_asked_does_not_grow(tmp_path, kind: str) -> None:
    """Commas alone made a list of 30 million texts."""
    data, code = {
        "far": (scattered([("名单", 60_000, 199)]), "roster.far_cell"),
        "commas": (b"," * 30_000_000, "roster.empty"),
        "a cell behind commas": (b"," * 30_000_000 + b"x", "roster.not_a_table"),
    }[kind]
    (tmp_path / "file").write_bytes(data)
    run = [sys.executable, "-c", PEAK, str(tmp_path / "file")]
    told = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert told[0] == code
    assert int(told[1]) < 10 + 2 * len(data) // (1 << 20)  # the data itself, once more on its way


def test_a_large_ordinary_file_is_read_whole() -> None:
    data, rows = ordinary()
    table = upload(data)
    assert len(table.rows) == 50_001
    assert [tuple(row) for row in table.rows[1:]] == rows


def test_the_quick_writer_writes_what_the_spreadsheet_library_writes() -> None:
    rows = people(200)
    quick, slow = (zipfile.ZipFile(io.BytesIO(data)).read(SHEET) for data in (large_workbook(rows), workbook(rows)))
    assert quick == slow


MOMENT = datetime.fromisoformat("2025-12-05T09:30")


def test_days_moments_and_numbers_come_through() -> None:
    data = xlsx([["姓名", "身份证号"], [date(2025, 12, 5), MOMENT, 3, 0.5, True, None, "=x"]])
    assert upload(data) == read_file(data)
    assert upload(data).rows[1][:2] == [date(2025, 12, 5), MOMENT]


def test_a_paste_is_read_the_same_way() -> None:
    assert read_upload("姓名\t身份证号\n何兰\t1\n".encode(), is_paste=True).rows[1] == ["何兰", "1"]
    with pytest.raises(RosterNotATable):
        read_upload(b"<html>", is_paste=True)
    with pytest.raises(RosterEmpty):
        read_upload(b"\n", is_paste=True)


@pytest.mark.parametrize(
    ("cell", "is_far"),
    [
        *(("GR50015", 0), ("A1", 0), ("A9999", 0), ("Z49999", 0), ("GS1", 1), ("AAA1", 1)),
        *(("A50016", 1), ("B60000", 1), ("A100000", 1), ("HA7", 1), ("XFD1048576", 1)),
    ],
)
def test_the_pattern_of_far_cells_counts_as_a_spreadsheet_does(cell: str, is_far: int) -> None:
    row, column = position(cell)
    assert f"{letters(column)}{row}" == cell
    assert bool(far_cell(50_015, 200).search(f'<c r="{cell}" s="1"><v>1</v></c>'.encode())) is bool(is_far)
    assert not far_cell(50_015, 200).search(f'<c r="{cell}" s="1"/><c r="A1"><v>1</v></c>'.encode())

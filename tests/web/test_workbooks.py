"""A list as a workbook: numbers are numbers, days are days, texts stay texts, and the head stays in sight."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import python_calamine
from flask import Flask

from examops.core.language import message
from examops.web import workbooks
from examops.web.workbooks import list_workbook

COLUMNS = (("姓名", 12), ("人数", 8))
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Any:
    with app.test_request_context():
        yield


def rows(*cells: Any) -> list[Any]:
    book = list_workbook("名单", COLUMNS, [cells])
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()[1]


def xml(content: bytes, part: str = SHEET) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(part).decode()


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (5, 5.0),
        (-3, -3.0),
        (0, 0.0),
        (2.5, 2.5),
        (Decimal("12.50"), 12.5),
        (10**15, "1000000000000000"),
        (float("nan"), "nan"),
        (date(2026, 11, 30), date(2026, 11, 30)),
        (datetime(2026, 11, 30, 1, 0, 59, tzinfo=UTC), datetime(2026, 11, 30, 9, 0)),  # noqa: DTZ001 - as a cell holds it
        (True, "是"),
        (message("第 {number} 轮", number=1), "第 1 轮"),
    ],
)
def test_a_value_is_written_as_what_it_is(given: Any, read: Any) -> None:
    assert rows("A", given) == ["A", read]


@pytest.mark.parametrize(
    "text",
    [
        "440606199001011234",
        "0757",
        "13800000000",
        "6-31-01-03",
        "2026-11-30",
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "{=1}",
        "http://example.org",
        "mailto:a@b.example",
        "1e5",
        "\t=1",
    ],
)
def test_a_text_stays_as_it_is_written(text: str) -> None:
    assert rows(text, 1) == [text, 1.0]
    content = list_workbook("名单", COLUMNS, [(text, 1)])
    assert "<f>" not in xml(content)
    assert "hyperlink" not in xml(content)


def test_nothing_is_an_empty_cell() -> None:
    assert rows("A", None) == rows("A", "") == ["A", ""]


def test_the_head_stays_in_sight_and_filters_all_rows_but_the_note(monkeypatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_ROWS", 3)
    sheet = xml(list_workbook("名单", COLUMNS, [("A", 1)] * 9, frozen=2))
    assert '<autoFilter ref="A1:B4"/>' in sheet
    assert 'xSplit="2" ySplit="1"' in sheet
    assert 'state="frozen"' in sheet
    assert "<autoFilter" in xml(list_workbook("名单", COLUMNS, []))


def test_days_and_moments_have_the_form_that_pages_have() -> None:
    styles = xml(
        list_workbook("名单", COLUMNS, [(date(2026, 1, 2), datetime(2026, 1, 2, tzinfo=UTC))]), "xl/styles.xml"
    )
    assert 'formatCode="yyyy-mm-dd"' in styles
    assert 'formatCode="yyyy-mm-dd hh:mm"' in styles

"""Every workbook that people save, cell by cell: numbers and days are no texts, no ID number in full, no formula."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import python_calamine
from flask import Flask
from werkzeug.test import TestResponse

from config.levels import LETTERS
from tests.factories import Factory
from tests.guards import walk
from tests.guards.place import Place
from tests.guards.rights import MAY
from tests.guards.stock import make_stocked_place
from tests.guards.test_downloads import DOWNLOADS
from tests.guards.test_routes import holder
from tests.guards.walk import Browser

pytestmark = [pytest.mark.postgres, pytest.mark.s3]
HERE = "440606"
BLANK = ("rosters.blank_form", "staff.blank_people", "staff.blank_relations")
# Heads of what is written in digits and is no number: a code, a telephone number, a name that people gave.
TEXTS = {
    "职业编码",
    "取值",
    "手机",
    "电话",
    "证号",
    "编号",
    "批次",
    "考场",
    "准考证号",
    "停用的",
    "摄像机",
    "统一社会信用代码",
}
NUMBER, DAY = re.compile(r"[+-]?\d+([.,]\d+)?%?"), re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d.*)?")
ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
KEY = re.compile(r"[a-z]+([_.][a-z]+)+|[0-9a-f]{8}-[0-9a-f]{4}-.*|None|\[.*\]|\{.*\}")
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def books(app: Flask, make: Factory, clock) -> Iterator[tuple[str, bytes]]:
    place = make_stocked_place(make, clock, district=HERE)
    calls = {call.endpoint: call for call in walk.calls(app) if call.method == "GET"}
    return (
        (name, saved(Browser(app, reader(make, MAY[name][0], place)).send(calls[name], place)))
        for name, (file, _check) in DOWNLOADS.items()
        if file.endswith(".xlsx")
    )


def reader(make: Factory, role: str, place: Place) -> Any:
    return make.user(role) if role.startswith("city_") else holder(make, role, place)


def saved(answer: TestResponse) -> bytes:
    assert answer.status_code == 200, (answer.request.path, answer.text)
    return answer.data


def faults(content: bytes) -> Iterator[str]:
    head, *rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    for row in rows:
        for word, cell in zip(head, row, strict=True):
            if isinstance(cell, str) and (NUMBER.fullmatch(cell) or DAY.fullmatch(cell)) and word not in TEXTS:
                yield f"{word}: {cell} is a text"
            if isinstance(cell, str) and (ID_NUMBER.search(cell) or KEY.fullmatch(cell)) and word != "账号":
                yield f"{word}: {cell}"
            if isinstance(cell, str) and cell in LETTERS and word != "取值":
                yield f"{word}: level {cell} has no word"
    if "" in head:
        yield "a column without a head"


def form_faults(content: bytes, *, is_list: bool) -> Iterator[str]:
    sheet = zipfile.ZipFile(io.BytesIO(content)).read(SHEET).decode()
    wanted = ['state="frozen"', "<cols>", *(["<autoFilter "] if is_list else [])]
    yield from (f"no {part}" for part in wanted if part not in sheet)
    yield from (f"has {part}" for part in ("<f>", "<hyperlink") if part in sheet)


def test_every_workbook_holds_numbers_days_and_words(books) -> None:
    seen, found = 0, []
    for name, content in books:
        seen += 1
        cells = () if name in BLANK else faults(content)  # what is typed there is text, as its example is
        found += [f"{name}: {fault}" for fault in (*cells, *form_faults(content, is_list=name not in BLANK))]
    assert found == []
    assert seen == sum(file.endswith(".xlsx") for file, _check in DOWNLOADS.values())

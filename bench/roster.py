"""A real XLSX of 50,000 people, read, guessed, parsed and judged on one core. Run ``python -m bench.roster``."""

from __future__ import annotations

import io
import random
import time
from datetime import date, timedelta
from typing import Any

import xlsxwriter

from examops.eligibility.id_number import check_character
from examops.eligibility.roster import RosterContext, examine, guess_columns, read_file

ROWS = 50_000
HEADERS = (
    *(
        "序号",
        "姓名",
        "身份证号",
        "用工形式",
        "班组",
        "报考职业",
        "等级",
        "派遣单位",
        "派遣起始日期",
        "参保地",
        "工作地",
    ),
    *("手机", "原证书等级", "原证书发证日期", "从事本职业起始日期", "参保单位"),
)
BODY = "佛山市顺德区示例电器有限公司"


def people(count: int, seed: int = 7) -> list[tuple[Any, ...]]:
    """Synthetic people: valid numbers, one in forty with a broken one, two in three agency workers."""
    dice = random.Random(seed)
    rows = []
    for number in range(count):
        born = date(1970, 1, 1) + timedelta(days=dice.randrange(13_000))
        head = f"{dice.choice(('440606', '440902', '450521', '430481'))}{born:%Y%m%d}{number % 1000:03d}"
        mark = check_character(head) if dice.random() > 0.025 else "X"
        kind = "劳务派遣" if dice.random() < 0.66 else "正式工"
        name = dice.choice("何黎黄覃陈李") + dice.choice("志美秋建国") + dice.choice("兰豪勇芳军")
        since = date(2015, 1, 1) + timedelta(days=dice.randrange(4000))
        start = date(2024, 1, 1) + timedelta(days=dice.randrange(1000))
        rows.append(
            (
                *(number + 1, name, head + mark, kind, "装配二车间", dice.choice(("电工", "焊工", "钳工")), "四级"),
                *(
                    "佛山人力资源有限公司" if kind == "劳务派遣" else "",
                    start,
                    dice.choice(("广州", "佛山", "顺德")),
                    "顺德",
                ),
                *(f"138{number:08d}", "五级", since.strftime("%Y.%m.%d"), since, "是"),
            )
        )
    return rows


def workbook(rows: list[tuple[Any, ...]]) -> bytes:
    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"constant_memory": True}) as book:
        sheet, days = book.add_worksheet("名单"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADERS)
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(at, column, value, days)
                else:
                    sheet.write(at, column, value)
    return sink.getvalue()


def preview(data: bytes) -> dict[str, int]:
    """What the preview page does with an uploaded file."""
    table = read_file(data)
    context = RosterContext("enterprise", BODY, date(2026, 11, 25))
    return examine(table, guess_columns(table), context).counts()


def run(rows: int = ROWS) -> list[dict[str, Any]]:
    """Time on the wall, and CPU: what other work on the machine does not change."""
    data = workbook(people(rows))
    started, worked = time.perf_counter(), time.process_time()
    counts = preview(data)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    assert sum(counts.values()) == rows, counts
    none: dict[str, Any] = {"peer": None, "peer_name": None, "ratio": None}
    return [
        {"name": "roster.preview_50000", "ours": round(seconds, 2), **none, "unit": "s", "goal": "ours <= 15"},
        {"name": "roster.preview_50000_cpu", "ours": round(cpu, 2), **none, "unit": "CPU s", "goal": "ours <= 15"},
    ]


if __name__ == "__main__":
    print(run())

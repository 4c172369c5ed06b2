"""Rosters of the story, as workbooks that go the same way as any user's."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta

import xlsxwriter

from examops.demo.story.people import SyntheticPerson, make_people

HEAD = (
    "姓名",
    "身份证号",
    "用工形式",
    "班组",
    "劳务派遣单位",
    "派遣起始日期",
    "参保单位",
    "参保地",
    "工作地",
    "从事本职业起始日期",
    "原证书等级",
    "原证书编号",
    "发证日期",
    "手机",
)
TEAMS = ("总装线 1 班", "总装线 3 班", "注塑一车间", "装配二车间", "设备维修班")
AGENCY = "广东众诚劳务派遣有限公司"


def enterprise_roster(rng: random.Random, cut_off: date, count: int, *, with_faults: bool) -> bytes:
    """Employees and agency workers; with ``with_faults`` every ninth row has a fault."""
    people = make_people(count, rng)
    rows = [_row(person, n, rng, cut_off, with_faults) for n, person in enumerate(people)]
    return workbook([list(HEAD), *rows])


def _row(person: SyntheticPerson, n: int, rng: random.Random, cut_off: date, with_faults: bool) -> list[str]:
    is_agency = n % 4 == 3
    start = cut_off - timedelta(days=rng.randrange(420, 3000))
    certified = cut_off - timedelta(days=rng.randrange(1600, 2600))
    number, level = person.id_number, "五级"
    if with_faults and n % 9 == 5:
        fault = (n // 9) % 4
        if fault == 0:
            is_agency, start = True, cut_off - timedelta(days=rng.randrange(355, 362))
        elif fault == 1:
            certified = cut_off - timedelta(days=rng.randrange(900, 1200))
        elif fault == 2:
            number = number[:-1] + ("0" if number[-1] != "0" else "1")
        else:
            level = ""
    kind, agency = ("劳务派遣", AGENCY) if is_agency else ("正式", "")
    working = certified - timedelta(days=rng.randrange(30, 900))
    insurer = agency or "本单位"
    held = [
        level,
        f"4419{certified:%Y}{rng.randrange(10**8):08d}" if level else "",
        f"{certified:%Y-%m-%d}" if level else "",
    ]
    return [
        person.name,
        number,
        kind,
        rng.choice(TEAMS),
        agency,
        f"{start:%Y-%m-%d}",
        insurer,
        "佛山",
        "佛山顺德",
        f"{working:%Y-%m-%d}",
        *held,
        person.telephone,
    ]


def student_roster(rng: random.Random, cut_off: date, count: int) -> bytes:
    """Final-year students of a technician college."""
    head = ["姓名", "身份证号", "班级", "学校", "学历", "专业", "学号", "入学日期", "毕业日期", "手机"]
    rows = [
        [
            p.name,
            p.id_number,
            f"电气 {2024 + n % 2} 级 {n % 3 + 1} 班",
            "佛山市远航技师学院",
            "技师学院",
            "电气自动化设备安装与维修",
            f"2024{n:05d}",
            "2024-09-01",
            f"{cut_off.year + 1}-06-30",
            p.telephone,
        ]
        for n, p in enumerate(make_people(count, rng, youngest=16, oldest=20))
    ]
    return workbook([head, *rows])


def social_roster(rng: random.Random, cut_off: date, count: int) -> bytes:
    """People who come on their own, with a certificate of the level below and years of work since."""
    head = [
        "姓名",
        "身份证号",
        "用工形式",
        "工作地",
        "从事本职业起始日期",
        "原证书等级",
        "原证书编号",
        "发证日期",
        "手机",
    ]
    rows = []
    for person in make_people(count, rng):
        certified = cut_off - timedelta(days=rng.randrange(1600, 2600))
        working = certified - timedelta(days=rng.randrange(30, 900))
        number = f"4419{certified:%Y}{rng.randrange(10**8):08d}"
        rows.append(
            [
                person.name,
                person.id_number,
                "社会考生",
                "佛山禅城",
                f"{working:%Y-%m-%d}",
                "五级",
                number,
                f"{certified:%Y-%m-%d}",
                person.telephone,
            ]
        )
    return workbook([head, *rows])


def workbook(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        sheet.set_column(0, len(rows[0]) - 1, 18)
    return out.getvalue()

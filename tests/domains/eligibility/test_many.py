"""What is judged and read once for many people is the very same as what is judged and read for each alone."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any

import pytest

from config.levels import SKILL_LEVELS
from config.rulebook import rulebook
from examops.eligibility.context import RuleContext
from examops.eligibility.facts import Certificate, Fact, Facts, Source
from examops.eligibility.id_number import (
    birthday_of,
    check_character,
    is_sound_apart_from_birthday,
    normalise,
    read_id_number,
)
from examops.eligibility.many import ManyPeople
from examops.eligibility.roster import Evidence, guess_columns, read_row, readers_for
from examops.eligibility.roster.facts_maker import FactsMaker
from examops.eligibility.roster.fields import FIELDS
from examops.eligibility.roster.reading import Table
from examops.eligibility.rules import judge_with
from examops.sheets.characters import visible_cells
from examops.sheets.table import filled
from tests.domains.eligibility.people import CUT_OFF, an_id, anybody, facts, own, seen, spell, student
from tests.domains.eligibility.sheets import examined, roster_context

DAY = timedelta(days=1)
# Days on which a limit is reached, with the days before and after.
EDGES = [
    day + step * DAY
    for day in (CUT_OFF, date(2025, 11, 25), date(2022, 11, 25), date(2020, 11, 25), date(2020, 2, 29))
    for step in (-1, 0, 1)
]
NUMBERS = (
    "",
    "123",
    "440606199001011",
    an_id()[:17] + "X",
    an_id()[:17] + "A",
    an_id(division="990101"),
    an_id(division="440699"),
    an_id(born="19900231"),
    an_id(born="18500101"),
    an_id(born="20270101"),
    an_id()[:6] + "-" + an_id()[6:],
    f" {an_id(born='19850505')}",
    *(an_id(born=f"{born:%Y%m%d}") for born in (date(2010, 11, 24), date(2010, 11, 25), date(2010, 11, 26))),
    *(
        an_id(born=f"{born:%Y%m%d}", sequence=order)
        for born in (date(1988, 2, 29), CUT_OFF)
        for order in ("001", "002")
    ),
)
DOCUMENTS = (
    ("resident", an_id()),
    ("港澳台居民居住证", "81000019900101001" + check_character("81000019900101001")),
    ("护照", "E12345678"),
    ("护照", "?"),
    ("驾驶证", "1"),
)


def odd_people() -> list[Facts]:
    """All kinds of persons and documents, faults of each kind, limits on both sides; each twice, in no order."""
    dice = random.Random(11)
    found = [anybody(dice) for _ in range(250)]
    found += [facts(spell(day), certificates=(), work_since=None) for day in EDGES]
    found += [facts(spell(date(2020, 1, 1), day), spell(day + 7 * DAY, agency="乙")) for day in EDGES]
    found += [facts(own(day), own(end=day), kind="employee", work_since=seen(day)) for day in EDGES]
    found += [facts(own(), kind="employee", certificates=(Certificate("5", issued_on=day),)) for day in EDGES]
    found += [facts(kind="student", schooling=(student(end=day),)) for day in EDGES]
    found += [facts(kind="social", schooling=(student(end=day, is_enrolment=False),)) for day in EDGES]
    found += [facts(id_number=number, sex=sex) for number, sex in product(NUMBERS, ("", "male", "female"))]
    found += [facts(kind="student", id_number=number) for number in NUMBERS]
    found += [
        facts(id_type=kind, id_number=number, id_seen=paper)
        for (kind, number), paper in product(DOCUMENTS, (None, seen(True)))
    ]
    found += [facts(work_since=None, work_years=seen(years)) for years in (6, 6.0, 0.0, -0.0, 5.5)]
    found += [facts(open_applications=count and Fact(count, Source.OFFICIAL)) for count in (None, 1, 2)]
    twice = [*found, *(replace(one, name="另一人") for one in found)]
    dice.shuffle(twice)
    return twice


def bodies() -> list[Any]:
    offered = frozenset((("6-31-01-03", "4"),))
    return [
        *(roster_context(body_kind=kind) for kind in ("enterprise", "college", "social")),
        roster_context(next_batch="春季批次", next_cut_off=date(2027, 5, 1), offered=offered, body_aliases=("甲公司",)),
    ]


@pytest.mark.parametrize("context", bodies(), ids=["enterprise", "college", "social", "offered"])
def test_verdicts_of_many_are_those_of_each(context) -> None:
    people = ManyPeople(RuleContext(context.unpinned()))
    everybody = odd_people()
    for code, level in (*(("6-31-01-03", level) for level in SKILL_LEVELS), ("6-18-02-04", "4"), ("0-00-00-00", "4")):
        one = RuleContext(context.for_one(code, level))
        for person in everybody:
            assert repr(people.judge(one, person)) == repr(judge_with(one, person)), (code, level, person)


def test_who_tells_the_same_shares_the_lines() -> None:
    context = roster_context()
    people, one = ManyPeople(RuleContext(context.unpinned())), RuleContext(context.for_one("6-31-01-03", "4"))
    other = RuleContext(context.for_one("6-18-02-04", "4"))
    first = people.judge(one, facts(spell())).lines
    second = people.judge(one, facts(spell(), name="覃美芳", id_number=an_id(sequence="029"))).lines
    assert all(line is same for line, same in zip(first, second, strict=True))
    shared = {line.code for line in people.judge(other, facts(spell())).lines if any(line is mine for mine in first)}
    assert shared == {"agency.year", "agency.foshan", "id.checksum", "person.age", "application.one"}


def test_a_line_of_a_standard_is_judged_once_for_all_who_have_it() -> None:
    """Three occupations with three lines each, of which one says it in other words; a certificate that names an
    occupation counts for that one."""
    context = roster_context()
    people = ManyPeople(RuleContext(context.unpinned()))
    targets = [RuleContext(context.for_one(code, "4")) for code in ("6-31-01-03", "6-18-02-04", "6-20-01-01")]
    for held in ("", "焊工", "6-31-01-03", "厨师"):
        person = facts(spell(), certificates=(Certificate("5", held, issued_on=date(2021, 1, 1)),))
        for one in targets:
            assert repr(people.judge(one, person)) == repr(judge_with(one, person)), held
    lines = [line for one in targets if (rule := one.conditions()) for line in rule.value]
    assert (len(lines), len(people.lines)) == (9, 4)
    assert {len(one.met) for one in people.lines.values()} == {1}  # of the certificate that names nothing


def test_people_of_one_age_share_what_is_said_of_it() -> None:
    context = roster_context()
    people, one = ManyPeople(RuleContext(context.unpinned())), RuleContext(context.for_one("6-31-01-03", "4"))
    for days in range(0, 45_000, 83):
        for born in (CUT_OFF - days * DAY, CUT_OFF + (days // 83) * DAY):
            for kind in ("employee", "student"):
                person = facts(kind=kind, id_number=an_id(born=f"{born:%Y%m%d}"))
                assert repr(people.judge(one, person)) == repr(judge_with(one, person)), born
    ages = [age for age, _kind in people.ages if isinstance(age, int)]
    assert len(ages) == 2 * len(set(ages)) < 220


@pytest.mark.parametrize("number", [*NUMBERS, *(number for _, number in DOCUMENTS)])
def test_a_sound_number_is_one_that_is_read_without_fault(number) -> None:
    plain = normalise(number)
    faults = {problem.code for problem in read_id_number(plain, on=CUT_OFF).problems}
    assert is_sound_apart_from_birthday(plain) == (not faults - {"id.birth_date"})


def test_the_check_character_is_the_weighed_sum_of_the_standard() -> None:
    weights, characters = (
        rulebook()[f"id_number.{name}"].on_latest().value for name in ("weights", "check_characters")
    )
    dice = random.Random(3)
    for _ in range(500):
        digits = "".join(dice.choices("0123456789", k=17))
        total = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
        assert check_character(digits) == characters[total % 11]
        assert birthday_of(digits + "X") == digits[6:14]
    for length in (0, 6, 16, 18):
        with pytest.raises(ValueError, match="zip"):
            check_character("1" * length)


CELLS: tuple[Any, ...] = (
    *(
        "",
        None,
        " ",
        "是",
        "否",
        "佛山",
        "派遣",
        "正式工",
        "外包",
        "电工",
        "电工四级",
        "不知道",
        "五级",
        "三级/中级工",
        "4",
    ),
    *(
        "2025-12-05",
        "2025年9月",
        "2022.1",
        "3/1/2023",
        "25.12.5",
        "1990-02-30",
        "至今",
        "5年6个月",
        "-0",
        "0",
        "5",
        "-5",
    ),
    *(1, 1.0, True, False, 0, 0.0, -0.0, 4.0, 5.5, 46000.0, 2022.1, 4.40606e17, 13812345678.0),
    *("13812345678", "+8613812345678", "0757-12345678", "138", an_id(), an_id().lower(), f"'{an_id()}", "4.40604E+17"),
    *(
        "张\u200b三",
        "ZHANG  San",
        "张3",
        "坏\ufffd字",
        "␀",
        '"开',
        '"好"',
        '="0757"',
        "１２３",
        "男",
        "x",
        "技师学院",
        "大专",
    ),
    *(
        date(2025, 12, 5),
        datetime.fromisoformat("2025-12-05T23:59:17"),
        datetime.fromisoformat("2025-12-05"),
        date(1800, 1, 1),
        time(8, 0),
    ),
    timedelta(hours=30),
)


def test_cells_that_were_read_before_are_read_the_same() -> None:
    """In every column, after every other cell and again; the numbers that are equal and are not the same too."""
    header = [field.title for field in FIELDS] + ["没有人认得"]
    for from_1904 in (False, True):
        columns = guess_columns(Table([header, ["甲"] * len(header)], from_1904=from_1904))
        shared = readers_for(columns)
        for row_no, cell in enumerate((*CELLS, *reversed(CELLS)), start=2):
            cells = [cell] * (len(header) + 1)
            assert repr(read_row(row_no, cells, shared)) == repr(read_row(row_no, cells, readers_for(columns)))


def test_facts_that_were_made_before_are_made_the_same() -> None:
    """Also where an empty text stands beside nothing, and a yes beside a number."""
    evidence = {"started_on": Evidence(Source.DOCUMENT, CUT_OFF, "李婷"), "id_type": Evidence(Source.DOCUMENT)}
    choices: dict[str, tuple[Any, ...]] = {
        "kind": ("agency", "employee", "student", "social", ""),
        **dict.fromkeys(
            ("agency", "employer", "host", "school", "major", "certificate_number"), ("", "甲", "某技师学院")
        ),
        **dict.fromkeys(("started_on", "ended_on", "certificate_on", "work_since", "graduates_on"), (None, *EDGES[:2])),
        "insured_by": (True, False, "甲", None, ""),
        **dict.fromkeys(("insured_in", "works_in"), ("", "佛山")),
        "certificate_level": ("5", None, ""),
        "work_years": (5.0, 0.0, -0.0, 1.0, None),
        "education": ("", "大专", "初中", "技校"),
    }
    dice = random.Random(5)
    for kind, default in product(("enterprise", "college"), ("", "employee")):
        shared = FactsMaker(evidence, kind, default)
        for _ in range(1500):
            values = {name: dice.choice(told) for name, told in choices.items() if dice.random() < 0.7}
            count = dice.choice((0, 0, 1))
            alone = FactsMaker(evidence, kind, default).make(values, count)
            assert repr(shared.make(values, count)) == repr(alone)


def test_a_default_that_stands_in_is_told_in_every_row_that_it_fills() -> None:
    header = ("姓名", "身份证号", "用工形式", "报考职业", "等级", "派遣单位")
    rows = [
        ("甲", an_id(sequence="001"), "派遣", "电工", "四级", ""),
        ("乙", an_id(sequence="002"), "", "", "", ""),
        ("丙", an_id(sequence="003"), "", "电工四级", "", "某人力公司"),
        ("丁", an_id(sequence="004"), "不知道", "不知道", "四级", ""),
    ]
    found = examined([header, *rows], default_occupation="6-31-01-03", default_level="4", default_kind="employee")
    assert [[error.code for error in row.errors] for row in found.rows] == [
        [],
        ["occupation.defaulted", "level.defaulted", "kind.defaulted"],
        [],
        ["kind.unknown", "occupation.unknown"],
    ]


ODD_TEXTS = (
    "清楚",
    "",
    "\x00",
    "a\x1fb",
    "\x7f",
    "\x9f",
    "\ud800",
    "\ufffe",
    "_xD800_",
    "_xd8",
    "_x",
    "\u3000",
    "a\nb\tc",
)


def test_whether_a_row_is_storable_is_seen_at_a_glance_and_right() -> None:
    rows = [[1.0, text, None, other] for text, other in product(ODD_TEXTS, ODD_TEXTS)]
    assert filled([[*row] for row in rows] + [["尾"]])[:-1] == [visible_cells(row) for row in rows]
    assert filled([[float("nan"), 1, float("-inf"), "x"]]) == [["nan", 1, "-inf", "x"]]

"""A reader who chose English: reasons, forms and workbooks in English; an English roster is understood."""

from __future__ import annotations

import io
import re

import pytest
import python_calamine

from config.occupations import catalogue as occupations
from examops.catalogue import LEVELS
from examops.core.language import translations
from examops.eligibility.roster import FIELDS, guess_columns, read_file
from examops.eligibility.roster.columns import plain_header
from examops.eligibility.roster.export import reasons_workbook, summary
from examops.eligibility.roster.fields import field_of
from examops.eligibility.roster.values import read_insured_by, read_kind, read_level, read_occupation, read_sex
from examops.eligibility.rules import judge
from examops.eligibility.wording import headline, next_step, reason, word
from tests.domains.eligibility.people import context, facts, line_of, spell
from tests.domains.eligibility.sheets import HEADERS, examined
from tests.domains.eligibility.test_stored import people

CHINESE = re.compile(r"[\u3400-\u9fff]")
# What people wrote stays as they wrote it; the law's own words stay Chinese too.
WRITTEN = re.compile(
    r"[\u4e00-\u9fff]*(?:佛山|广州|公司|学院|证书|电工|焊工|市|区|顺德|深圳|通行证|李婷|铣工|东莞)[\u4e00-\u9fff]*"
)


@pytest.fixture
def agency_worker():
    from datetime import date

    return judge(facts(spell(start=date(2025, 12, 5), proven=False)), context())


def test_a_line_is_worded_with_its_values(in_english, agency_worker):
    words = word(line_of(agency_worker, "agency.year"))
    assert (words.clause, words.found, words.limit, words.gap) == (
        "Agency worker for a full year at this company",
        "11 mo 20 d",
        "≥ 1 yr",
        "10 d short",
    )
    assert words.note == "As entered: since 2025-12-05, counted to 2026-11-25"
    assert words.advice[1] == "If the start is wrong, correct it and attach the agency agreement"
    assert "工作方案" in words.cited


def test_the_list_is_worded_too(in_english, agency_worker):
    assert str(headline(agency_worker)).startswith("One year as an agency worker: 10 d short; ")


def test_no_chinese_is_left_in_what_is_ours(in_english):
    for somebody, where in people(300, seed=12):
        verdict = judge(somebody, where)
        for line in verdict.lines:
            words = word(line)
            message = (words.clause, words.found, words.note, words.limit, words.gap, *words.advice, reason(line))
            message += (headline(verdict), next_step(verdict))
            left = [text for text in map(str, message) if CHINESE.search(WRITTEN.sub("", text))]
            assert not left


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_the_english_title_of_a_column_is_recognised(field):
    assert translations("en").gettext(field.title) == field.english[0]
    assert field_of(plain_header(field.english[0])) == field.name
    assert field_of(plain_header(field.english[0].upper() + " (required)")) == field.name
    assert field_of(plain_header(field.title)) == field.name


def test_cells_may_be_english():
    english = translations("en")
    assert [read_level(english.gettext(word_)) for word_ in LEVELS.values()] == list(LEVELS)
    assert [read_kind(word_) for word_ in ("Agency worker", "EMPLOYEE", "student", "Social candidate")] == [
        "agency",
        "employee",
        "student",
        "social",
    ]
    assert [read_sex(word_) for word_ in ("Male", "F", "女")] == ["male", "female", "female"]
    assert [read_insured_by(word_) for word_ in ("Yes", "NO")] == [True, False]
    assert read_occupation("lathe operator Level 4")[1] == "4"


@pytest.mark.parametrize(
    "one", [one for one in occupations().by_code.values() if one.name_en], ids=lambda one: one.code
)
def test_an_occupation_is_found_by_its_english_name(one):
    assert occupations().find(one.name_en.upper()) == one


def test_the_rows_to_mend_are_an_english_workbook(in_english):
    result = examined([HEADERS, ["何志兰", "123", "劳务派遣", "电工", "九级", "25.1.1", "佛山", "顺德"]])
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(reasons_workbook(result.corrections())))
    heads, row = book.get_sheet_by_index(0).to_python()
    assert heads[:3] + heads[8:] == ["Sheet row", "Name", "ID number", "Reason", "Next step", "Rule"]
    assert row[3:6:2] == ["Agency worker", "Electrician"]
    assert "Row 2, column E, 等级 “九级”: Level not understood; write Level 5 to Level 1" in row[8]
    assert str(summary(result.rows[0])).endswith("more to mend")


def test_a_blank_form_in_english_comes_back_as_a_roster(app, make, sign_in):
    client = sign_in(make.user("coordinator", make.body()))
    client.set_cookie("examops_language", "en")
    answer = client.get("/rosters/blank.xlsx")
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    (heads,) = sheet.to_python()
    assert heads[:2] == ["Name (required)", "ID number (required)"]
    assert not any(CHINESE.search(head) for head in heads)
    filled = ",".join(heads) + "\n" + ",".join(["x"] * len(heads))
    assert all(column.field for column in guess_columns(read_file(filled.encode())).columns)

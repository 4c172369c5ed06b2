"""What the reader leaves out, fills in, joins or refuses is told on the page, and no ID number stands in the clear."""

import json
import uuid

import pytest
from sqlalchemy import select

from examops.core.database import db
from examops.core.extensions import keyring, store
from examops.core.language import to_json
from examops.eligibility import CANDIDATE_KINDS
from examops.eligibility.roster.masking import hide_id, hide_numbers
from examops.eligibility.roster.wording import WORDS
from examops.eligibility.roster.words_read import KIND_WORDS
from examops.registration.models import Roster, RosterRow
from examops.registration.rosters.examining import examine_roster
from examops.registration.rosters.preview import reason_words
from examops.registration.rosters.saving import save_roster
from tests.domains.registration.roster_files import ACTOR, GOOD, HEAD, PEOPLE, examined, person, saved, upload, workbook
from tests.domains.registration.test_roster_correcting import HEADS, TWO_AGENCIES, own
from tests.sheets.books import xlsx

OTHER = "440604199001010034"
EXPLAINED = {"填表说明": [["填表说明"], ["一、身份证号填 18 位"]]}


def judged(desk, job_app, clock, data: bytes, **chosen: str) -> Roster:
    """As ``examined``, with choices of the columns page."""
    answer = upload(desk, data)
    assert answer.status_code == 302, answer.text
    answer = desk[2].post(answer.location, data=chosen)
    uid = uuid.UUID(answer.location.split("/")[2])
    with job_app.app_context():
        examine_roster(uid, actor=ACTOR, clock=clock, store=store(), ring=keyring())
    db.session.rollback()
    return db.session.execute(select(Roster).where(Roster.uid == uid)).scalar_one()


def test_the_first_sheet_with_a_header_is_read_and_the_others_are_told(desk, job_app, clock) -> None:
    sheets = {**EXPLAINED, "白班": [HEAD, PEOPLE[0]], "夜班": [HEAD, person("何志兰", OTHER)]}
    answer = upload(desk, xlsx(sheets))
    page = desk[2].get(answer.location).text
    assert "工作表 白班" in page
    assert "填表说明（没有表头）" in page
    assert "夜班（2 行）" in page
    roster = judged(desk, job_app, clock, xlsx(sheets))
    assert roster.counts["ok"] == 1
    assert "“夜班”也像名单，没有读" in desk[2].get(f"/rosters/{roster.uid}").text


def test_another_sheet_may_be_chosen(desk, job_app, clock) -> None:
    sheets = {"白班": [HEAD, PEOPLE[0]], "夜班": [HEAD, person("何志兰", OTHER), person("陈勇", GOOD)]}
    answer = upload(desk, xlsx(sheets))
    chosen = desk[2].post(answer.location, data={"sheet": "夜班"})
    assert chosen.location == answer.location
    assert "工作表 夜班" in desk[2].get(answer.location).text
    desk[2].post(answer.location, data={"sheet": "夜班"})
    with job_app.app_context():
        examine_roster(
            uuid.UUID(answer.location.split("/")[2]), actor=ACTOR, clock=clock, store=store(), ring=keyring()
        )
    db.session.rollback()
    assert db.session.execute(select(Roster.counts)).scalar_one()["ok"] == 2
    assert desk[2].post(answer.location, data={"sheet": "没有"}).status_code == 422


def test_hidden_rows_are_left_out_and_told_and_may_be_asked_for(desk, job_app, clock) -> None:
    data = xlsx({"名单": [HEAD, PEOPLE[0], person("离职", OTHER)]}, hidden_rows=(3,))
    roster = judged(desk, job_app, clock, data)
    assert sum(roster.counts.values()) == 1
    page = desk[2].get(f"/rosters/{roster.uid}").text
    assert "表里隐藏的 1 行没有读（第 3 行）" in page
    assert "离职" not in page
    again = judged(desk, job_app, clock, data, with_hidden="1")
    assert sum(again.counts.values()) == 2
    assert "没有读" not in desk[2].get(f"/rosters/{again.uid}").text


def test_lines_passed_over_filled_in_and_joined_are_counted_on_the_page(desk, job_app, clock) -> None:
    rows = [HEADS, own(OTHER), *TWO_AGENCIES, ["合计", "2人"], ["制表人：张三"]]
    rows[3] = [*rows[3]]
    rows[3][3] = ""
    roster = judged(desk, job_app, clock, xlsx({"名单": rows}, merged=("D3:D4",)))
    page = desk[2].get(f"/rosters/{roster.uid}").text
    assert "跳过 1 行合计、小计（第 5 行“合计 2人”）" in page
    assert "跳过 1 行制表、盖章、说明之类的文字（第 6 行“制表人：张三”）" in page
    assert "合并单元格的值已用到它盖住的 1 行（第 4 行）" in page
    assert "3 行是 2 人：同一人的几段派遣合在一起算（第 4 行并入第 3 行）" in page


def test_a_stray_quote_is_told_with_its_cell(desk, job_app, clock) -> None:
    rows = [HEADS, [*person('"陈小明', GOOD), "", ""], own(OTHER)]
    _, batch, client = desk
    form = {"batch": str(batch.uid), "pasted": "\n".join("\t".join(row) for row in rows)}
    answer = client.post("/rosters/", data={**form, "vouched": ["employment", "certificates"]})
    client.post(answer.location)
    uid = uuid.UUID(answer.location.split("/")[2])
    with job_app.app_context():
        examine_roster(uid, actor=ACTOR, clock=clock, store=store(), ring=keyring())
    db.session.rollback()
    assert db.session.execute(select(Roster.counts)).scalar_one() == {"ok": 1, "no": 1, "unclear": 0}
    page = client.get(f"/rosters/{uid}?tab=no&open=2").text
    assert "1 格的引号不成对，或格里有换行和分隔符（A2）" in page
    assert "没有配对的引号" in page


SPOILED = [
    "4406 0419 9001 010034",
    "440604-19900101-0034",
    "440604\u200b19900101\u202f0034",
    "44060419900101 0034\n",
    "'440604199001010034",
    "44060419900101003",
    440604199001010034.0,
]


@pytest.mark.parametrize("written", SPOILED)
@pytest.mark.parametrize("column", ["身份证号", "没人认得的列"])
def test_no_spelling_of_an_id_number_is_kept_in_the_clear(desk, job_app, clock, written, column) -> None:
    heads = [*HEAD, "没人认得的列"]
    row = [*person("陈小明", GOOD), ""]
    row[heads.index(column)] = written
    roster = examined(desk, job_app, clock, workbook([heads, row]))
    found = db.session.execute(select(RosterRow)).scalar_one()
    kept = json.dumps(to_json([found.cells, found.facts, found.lines, found.problems]), ensure_ascii=False)
    digits = "".join(mark for mark in kept if mark.isdigit())
    if column == "身份证号" or not isinstance(written, float):
        assert "04199001010" not in digits
    before = (found.outcome, found.cells["values"], found.reasons, found.problems)
    desk[2].post(f"/rosters/{roster.uid}/rows/2/team", data={"value": "总装线"})
    db.session.refresh(found)
    assert (found.outcome, found.cells["values"], found.reasons, found.problems) == before


@pytest.mark.parametrize(
    "text", ["13800000000 13900000000", "2024-01-05~2025-09-30", "2025-01-01 00:00:00", "4406-0419"]
)
def test_what_is_no_id_number_stays_readable(text) -> None:
    assert hide_numbers(text) == text


def test_a_short_number_in_the_column_of_ids_is_hidden_whole() -> None:
    assert (hide_id("123456"), hide_id("无"), hide_id("E12345678")) == ("******", "无", "E123*5678")


def test_a_correction_after_another_tab_has_saved_stays_on_the_page(desk, job_app, clock) -> None:
    roster = saved(desk, job_app, clock)
    for row, words in ((2, "已经报名"), (3, "已经不在核对")):
        answer = desk[2].post(f"/rosters/{roster.uid}/rows/{row}/team", data={"value": "夜班一组"})
        assert answer.status_code == 409
        assert words in answer.text
        assert 'value="夜班一组"' in answer.text
        assert "readonly" in answer.text
        assert f'id="row-{row}"' in answer.text


def test_saving_or_cancelling_twice_stays_on_the_page(desk, job_app, clock) -> None:
    roster = saved(desk, job_app, clock)
    for action in ("save", "cancel"):
        answer = desk[2].post(f"/rosters/{roster.uid}/{action}")
        assert answer.status_code == 409
        assert "已经保存" in answer.text
        assert 'class="tbl"' in answer.text


def test_the_same_file_again_says_when_it_was_imported_and_who_has_applied(desk, job_app, clock) -> None:
    data = workbook([HEAD, *PEOPLE])
    first = examined(desk, job_app, clock, data)
    assert "导入过" not in desk[2].get(f"/rosters/{first.uid}?tab=no").text
    desk[2].post(f"/rosters/{first.uid}/save")
    with job_app.app_context():
        save_roster(first.uid, actor=ACTOR, clock=clock, ring=keyring())
    again = examined(desk, job_app, clock, data)
    page = desk[2].get(f"/rosters/{again.uid}?tab=no").text
    assert "导入过，1 人已经报名" in page
    assert again.counts["ok"] == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_filter_of_each_fault_says_which_it_is(language: str, request: pytest.FixtureRequest) -> None:
    """A filter is one for many rows: no place for a value, and no two that read the same."""
    request.getfixturevalue("app" if language == "zh" else "in_english")
    words = {code: reason_words(f"cell:{code}") for code in WORDS}
    assert {code: found for code, found in words.items() if len(found) < 3 or set("{}“") & set(found)} == {}
    assert len(set(words.values())) == len(words)


def test_what_pages_call_a_kind_is_read_back() -> None:
    assert {kind: KIND_WORDS.get(words) for kind, words in CANDIDATE_KINDS.items()} == {k: k for k in CANDIDATE_KINDS}

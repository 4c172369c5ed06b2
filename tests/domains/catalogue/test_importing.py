"""An import file is read whole: previewed, refused with every fault at once, or taken over in one step."""

import io
import shutil
from dataclasses import replace
from datetime import date

import pytest
import xlsxwriter
from sqlalchemy import select

from config import occupations
from config.occupations import FOLDER, IMPORTED, catalogue, load
from examops.audit.models import AuditEntry
from examops.catalogue.decisions import Grounds, Seen, confirm, current_values
from examops.catalogue.importing import command
from examops.catalogue.importing.command import main
from examops.catalogue.importing.table import column_name, read_table
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.scope import SYSTEM, scoped
from examops.core.transaction import transaction

HEAD = (
    "序号",
    "职业编码",
    "职业名称",
    "行业",
    "等级",
    "标准版本",
    "理论分钟",
    "实操分钟",
    "考评员配比",
    "出处",
    "文号",
    "把握",
)
NEW = (
    1,
    "6-15-05-05",
    "古建琉璃工",
    "陶瓷",
    "五级、四级、三级",
    "2019",
    90,
    "5=120、4=150、3=180",
    "1:5",
    "某标准",
    "人社厅发〔2019〕1号",
    "官网",
)
KNOWN = (2, "6-15-05-03", "", "", "", "2020", 100, "", "", "陶瓷烧成工国家职业技能标准（2020年版）", "", "转载")


def sheet(*rows, head=HEAD):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate((head, *rows)):
            page.write_row(number, 0, row)
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    """A copy of the house's catalogue, to import into."""
    return shutil.copytree(FOLDER, tmp_path / "catalogue")


@pytest.fixture
def run(app, folder, tmp_path, capsys):
    def run(data, *options, name="目录.xlsx"):
        file = tmp_path / name
        file.write_bytes(data)
        code = main(["import", str(file), "--into", str(folder), *options], app)
        told = capsys.readouterr()
        return code, told.out + told.err

    return run


def logged(app):
    with app.app_context(), scoped(SYSTEM):
        query = select(AuditEntry).where(AuditEntry.tag == "catalogue:imported")
        return len(db.session.execute(query).all())


def imported(folder):
    return folder / "occupations" / IMPORTED


@pytest.fixture
def installed(app, settings, folder, tmp_path, capsys, monkeypatch):
    """Import as an installation does: the house's files in one folder, its data in another."""
    var = tmp_path / "data"
    monkeypatch.setattr(command, "FOLDER", folder)
    monkeypatch.setattr(command, "settings", lambda: replace(settings, var=var))

    def run(*rows):
        file = tmp_path / "目录.xlsx"
        file.write_bytes(sheet(*rows))
        code = main(["import", str(file), "--apply"], app)
        told = capsys.readouterr()
        return code, told.out + told.err

    return run, var / "catalogue"


def test_what_was_imported_lies_with_the_data_and_a_new_release_finds_it(installed, folder, tmp_path):
    run, imports = installed
    code, told = run(NEW)
    assert (code, imported(folder).exists()) == (0, False)
    assert str(imports / IMPORTED) in told
    release = shutil.copytree(FOLDER, tmp_path / "release")
    assert load(release, imports).by_code["6-15-05-05"].name == "古建琉璃工"
    assert "6-15-05-05" not in load(release, tmp_path / "elsewhere").by_code
    assert "与上一次导入的一样" in run(NEW)[1]


def test_a_file_of_before_in_the_programs_folder_is_read_and_taken_over(installed, run, folder):
    assert run(sheet(NEW), "--apply")[0] == 0
    import_here, imports = installed
    assert "6-15-05-05" in load(folder, imports).by_code
    code, told = import_here(KNOWN)
    assert (code, f"{imported(folder)} 不再读，可以删掉" in told) == (0, True)
    imported(folder).write_text("no: catalogue", encoding="utf-8")
    assert load(folder, imports).by_code["6-15-05-05"].name == "古建琉璃工"


def test_a_process_goes_by_the_folder_that_it_was_started_with(tmp_path, monkeypatch, run, folder):
    assert run(sheet(NEW), "--apply")[0] == 0
    imports = tmp_path / "var" / "catalogue"
    shutil.copytree(imported(folder).parent, imports)
    was = occupations._Installation.imports
    try:
        occupations.use_imports(imports)
        assert "6-15-05-05" in catalogue().by_code
    finally:
        occupations.use_imports(was or tmp_path)
    assert "6-15-05-05" not in catalogue().by_code


def test_a_preview_names_what_is_new_changed_and_gone_and_writes_nothing(run, folder):
    code, told = run(sheet(NEW, KNOWN))

    assert code == 0
    assert "新增 1 个职业" in told
    assert "+ 6-15-05-05 古建琉璃工" in told
    assert "~ 6-15-05-03 陶瓷烧成工 国家职业标准：没有" in told
    assert "- 6-31-01-03：目录里有，文件里没有，保留不动" in told
    assert not imported(folder).exists()


def test_an_applied_file_is_the_catalogue_with_its_sources(app, run, folder):
    assert run(sheet(NEW, KNOWN), "--apply")[0] == 0

    book = load(folder)
    new, known = book.by_code["6-15-05-05"], book.by_code["6-15-05-03"]
    assert (new.levels, new.sector, new.standard) == (("5", "4", "3"), "ceramics", "2019")
    assert [new.exam["2019"]["skill_minutes"][level].value for level in ("5", "4", "3")] == [120, 150, 180]
    assert new.exam["2019"]["candidates_per_examiner"]["all"].value == 5
    assert new.levels_sourced.source.words == "某标准（人社厅发〔2019〕1号）"
    assert (known.name, known.levels, known.standard) == ("陶瓷烧成工", ("5", "4", "3", "2", "1"), "2020")
    assert logged(app) == 1


def test_a_second_file_adds_to_the_first(run, folder):
    run(sheet(NEW), "--apply")
    run(sheet(KNOWN), "--apply")

    assert {load(folder).by_code[code].standard for code in ("6-15-05-05", "6-15-05-03")} == {"2019", "2020"}


WRONG = [
    (1, "6-15-5-5", "甲", "陶瓷", "五级", "", "", "", "", "某标准", "", "官网"),
    (2, "6-15-05-06", "", "瓷", "六级", "", "", "", "", "某标准", "", "官网"),
    (3, "6-15-05-03", "", "", "", "", 90, "", "", "", "", "听说"),
    (4, "6-15-05-01", "", "", "", "二〇二〇", "", "5=一百", "", "某标准", "", "转载"),
    (5, "6-15-05-02", "", "", "", "2020", 0, "", "", "某标准", "", "转载"),
    (6, "6-15-05-02", "", "", "", "", "", "", "", "某标准", "", "转载"),
]


def test_every_fault_is_told_with_row_and_column_and_nothing_is_written(run, folder):
    code, told = run(sheet(NEW, *WRONG), "--apply")

    assert code == 1
    for fault in (
        "第 3 行 B 列：“6-15-5-5”不是职业编码",
        "第 4 行 D 列：“瓷”不在可选范围",
        "第 4 行 E 列：“六级”读不成等级",
        "第 4 行 C 列：新职业要填“职业名称”",
        "第 5 行 J 列：“出处”没有填",
        "第 5 行 L 列：“听说”不在可选范围",
        "第 5 行 F 列：写了时间或配比，就要写是哪一版标准",
        "第 6 行 F 列：“二〇二〇”不是标准版本",
        "第 6 行 H 列：“5=一百”读不成数",
        "第 7 行 G 列：“0”读不成数",
        "什么都没有写入",
    ):
        assert fault in told, told
    assert not imported(folder).exists()


@pytest.mark.parametrize("first", [NEW, (*NEW[:-1], "听说")])
def test_a_code_twice_is_a_fault_though_the_first_row_is_wrong(run, first):
    assert "第 3 行 B 列：6-15-05-05 在表里出现两次（第 2 行）" in run(sheet(first, NEW))[1]


AGAINST = [
    (1, "6-18-01-01", "焊工", "", "", "", "", "", "", "某标准", "", "转载"),
    (2, "6-15-05-06", "车工", "陶瓷", "四级", "", "", "", "", "某标准", "", "转载"),
    (3, "6-15-05-07", "甲", "陶瓷", "四级、三级", "2020", "", "5=120、4=150", "", "某标准", "", "转载"),
    (4, "6-15-05-08", "乙", "陶瓷", "四级", "", "", "", "", "某标准", "", "听说"),
]


def test_what_contradicts_the_catalogue_is_told_beside_what_cannot_be_read(run, folder):
    """A slip of one digit in a code would else give the lathe operator's conditions to welders."""
    code, told = run(sheet(*AGAINST), "--apply")

    assert code == 1
    assert [line.split("：")[0] for line in told.splitlines()] == [
        "第 2 行 C 列",
        "第 3 行 C 列",
        "第 4 行 H 列",
        "第 5 行 L 列",
        "共 4 处要改，什么都没有写入。",
    ]
    assert "“焊工”已是 6-18-02-04 焊工 的名称" in told
    assert "实操最短时间写了等级 5，这个职业没有这个等级" in told
    assert not imported(folder).exists()


def test_a_yaml_file_is_held_to_the_catalogue_too(run):
    code, told = run(YAML.replace("name: 古建琉璃工", "name: 焊工").encode(), name="新.yaml")
    assert (code, "新.yaml: 6-15-05-05: name: “焊工”已是 6-18-02-04 焊工 的名称" in told) == (1, True), told


def test_a_standards_name_without_its_version_is_not_dropped(run):
    named = sheet((*NEW[:5], "某工国家职业标准", "", "", "", *NEW[9:]), head=(*HEAD[:5], "标准名称", *HEAD[6:]))
    assert "（表里没有“标准版本”一列）：写了标准名称，就要写是哪一版" in run(named)[1]


def test_a_preview_names_another_name_and_industry(run):
    told = run(sheet((2, "6-15-05-03", "陶瓷烧制工", "家具", *KNOWN[4:])))[1]
    assert "~ 6-15-05-03 陶瓷烧成工 名称：陶瓷烧成工 → 陶瓷烧制工" in told
    assert "~ 6-15-05-03 陶瓷烧成工 行业：陶瓷 → 家具" in told


def test_a_file_applied_twice_changes_and_logs_nothing_more(app, run, folder):
    run(sheet(NEW, KNOWN), "--apply")
    once = imported(folder).read_text(encoding="utf-8")

    code, told = run(sheet(NEW, KNOWN), "--apply")

    assert (code, "没有要写入的" in told, "已写入" in told) == (0, True, False)
    assert (imported(folder).read_text(encoding="utf-8"), logged(app)) == (once, 1)


def test_a_file_that_is_not_there_is_told_in_words(app, tmp_path, capsys):
    assert main(["import", str(tmp_path / "没有.xlsx")], app) == 1
    assert "没有这个文件" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (sheet(NEW, head=(*HEAD[:-1], "确定")), "缺少“把握”一列"),
        (sheet(NEW, head=(*HEAD[:2], "姓名", *HEAD[3:])), "不认识“姓名”"),
        (
            sheet((*NEW[:3], *NEW[4:]), head=(*HEAD[:3], *HEAD[4:])),
            "第 2 行（表里没有“行业”一列）：新职业要填“行业”",
        ),
        (sheet(head=("a", "b")), "没有找到表头"),
        (b"PK\x03\x04 broken", "读不了这个文件"),
        (b"\x89PNG\r\n", "读不了这个文件"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(run, data, words):
    code, told = run(data)
    assert (code, words in told) == (1, True), told


YAML = """\
sources:
  new-page: {title: 某标准, number: '', issued_on: '', read_at: p, certainty: official}
sector: ceramics
occupations:
  - code: 6-15-05-05
    name: 古建琉璃工
    edition: "2015"
    codes:
      "2015": {value: 6-15-05-05, source: new-page}
    levels: {value: [5, 4, 3], source: new-page}
"""


def test_a_yaml_file_of_the_houses_form_is_taken_over(run, folder):
    assert run(YAML.encode(), "--apply", name="新.yaml")[0] == 0
    assert load(folder).by_code["6-15-05-05"].sector == "ceramics"


def test_a_wrong_yaml_file_tells_line_and_key_of_every_fault(run, folder):
    wrong = YAML.replace("[5, 4, 3]", "[7]").replace("source: new-page}\n    levels", "source: old}\n    levels")
    code, told = run(wrong.encode(), "--apply", name="新.yaml")

    assert code == 1
    assert "新.yaml:9: source: 'old' is in no list of sources" in told
    assert "新.yaml:10: value: levels are X 5 4" in told
    assert not imported(folder).exists()


def test_a_source_that_means_something_else_here_is_a_fault(run):
    clashing = YAML.replace("new-page", "dadian-2022")
    assert "stands twice, with another content" in run(clashing.encode(), name="新.yaml")[1]


def test_a_value_that_the_city_confirmed_is_not_replaced_in_silence(run, folder, make):
    one, day = catalogue().by_code["6-20-01-01"], date(2026, 11, 23)
    user = make.user("city_bureau")
    with transaction(SYSTEM):
        value = current_values(one, day)["levels"]
        grounds = Grounds("佛人社〔2026〕12号", "已对照", day)
        confirm(one, {"levels": Seen(0, value.base_hash)}, grounds, actor=Actor("user", user.uid, user.name), today=day)
    other = (1, "6-20-01-01", "", "", "五级、四级", "", "", "", "", "某表", "", "转载")

    code, told = run(sheet(other), "--apply")
    assert code == 1
    assert "【已决定：五级、四级、三级、二级、一级，佛人社〔2026〕12号，决定仍然有效】" in told
    assert not imported(folder).exists()

    assert run(sheet(other), "--apply", "--with-confirmed")[0] == 0
    assert load(folder).by_code["6-20-01-01"].levels == ("5", "4")


def test_a_file_that_cannot_be_written_leaves_no_entry_in_the_log(app, run, folder, monkeypatch):
    def full(text, into):
        raise OSError("no space left")

    monkeypatch.setattr("examops.catalogue.importing.command.write", full)
    code, told = run(sheet(NEW), "--apply")

    assert (code, "no space left" in told) == (1, True)
    assert logged(app) == 0


@pytest.mark.parametrize("is_first", [True, False])
def test_a_log_that_cannot_be_written_leaves_the_file_as_it_was(app, run, folder, monkeypatch, is_first):
    if not is_first:
        run(sheet(NEW), "--apply")
    before = imported(folder).read_text(encoding="utf-8") if not is_first else None

    def away():
        raise OSError("connection lost")

    monkeypatch.setattr(db.session, "commit", away)
    code, told = run(sheet(KNOWN), "--apply")

    assert (code, "connection lost" in told) == (1, True)
    assert (imported(folder).read_text(encoding="utf-8") if imported(folder).exists() else None) == before


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_spreadsheets_name_them(place, name):
    assert column_name(place) == name


@pytest.mark.parametrize(
    ("text", "levels"),
    [("五级/初级工、四级/中级工", ["5", "4"]), ("5,4,3", ["5", "4", "3"]), ("技师 高级技师", ["2", "1"]), ("3", ["3"])],
)
def test_levels_are_read_as_people_write_them(text, levels):
    found, _sources, faults = read_table(
        sheet((1, "6-15-05-05", "甲", "陶瓷", text, "", "", "", "", "某", "", "转载")), {}
    )
    assert (faults, found["6-15-05-05"]["levels"]["value"]) == ([], levels)

"""Every text that the program shows to people is in the catalogue of words, and its English fills the same braces.

A Chinese letter in a string of these modules stands inside ``_``, ``N_`` or ``message``, or in a docstring,
or it is one of the exceptions below. An f-string with Chinese cannot be looked up, so it is a fault.
Commands for operators, the demo and its data are Chinese alone and are not looked at.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from examops.app.domains import DOMAINS as PACKAGES
from examops.core.language import translations

ROOT = Path(__file__).parents[2]
APART = ("examops.web", "examops.ops")  # mostly formats, and commands for operators
DOMAINS = (*(name.split(".")[1] for name in PACKAGES if name.startswith("examops.") and name not in APART), "sheets")
FILES = sorted(
    [
        *(path for domain in DOMAINS for path in (ROOT / "examops" / domain).rglob("*.py")),
        *(ROOT / "scheduler").glob("*.py"),
        ROOT / "examops" / "ops" / "audit_page.py",
    ]
)
CHINESE = re.compile(r"[\u3400-\u9fff]")
MARKS = ("_", "N_", "message")
DATA = {
    "examops/eligibility/documents.py": "documents of identity as people call them, recognised and never shown",
    "examops/eligibility/roster/words_read.py": "words that people write in cells, recognised and never shown",
    "examops/eligibility/roster/levels.py": "levels as people write them",
    "examops/eligibility/roster/lines.py": "words of totals and signatures",
    "examops/eligibility/roster/years.py": "years as people write them",
    "examops/sheets/kinds.py": "words of headers, to tell encodings apart",
    "examops/audit/command.py": "an operators' command",
    "examops/audit/invariants.py": "answers of the operators' command check",
    "examops/catalogue/importing/against.py": "faults that an operators' command lists",
    "examops/catalogue/importing/command.py": "an operators' command",
    "examops/catalogue/importing/incoming.py": "faults that an operators' command lists",
    "examops/catalogue/importing/merging.py": "what an operators' command writes",
    "examops/catalogue/importing/table.py": "faults that an operators' command lists",
    "examops/catalogue/values.py": "a mark in the sources of rules, recognised and never shown",
    "examops/eligibility/invariants.py": "answers of the operators' command check",
    "examops/filings/historic/columns.py": "headers and words that people write in cells, recognised",
    "examops/filings/lists/columns.py": "headers that people write, recognised",
    "examops/staff/importing/blanks.py": "blank sheets, Chinese for every reader as what is read back is",
    "examops/staff/importing/people.py": "headers that people write, recognised",
    "examops/staff/importing/relations.py": "headers that people write, recognised",
    "examops/staff/importing/sheets.py": "headers and marks that people write, recognised",
    "examops/exits/invariants.py": "answers of the operators' command check",
    "examops/filings/invariants.py": "answers of the operators' command check",
    "examops/filings/api_schemas.py": "examples in the API's document",
    "examops/filings/telling.py": "what is sent about letters and terms, Chinese for every reader as the letters are",
    "examops/sites/lending_telling.py": "what is sent about an answer, Chinese for every reader",
    "examops/offices/invariants.py": "answers of the operators' command check",
    "examops/footage/invariants.py": "answers of the operators' command check",
    "examops/registration/rejudging.py": "an operators' command",
    "examops/organisations/directory/invariants.py": "answers of the operators' command check",
    "examops/organisations/invariants.py": "answers of the operators' command check",
    "examops/organisations/openings/known.py": "places and legal forms in names, left out when names are compared",
    "examops/organisations/openings/telling.py": "notices, Chinese for every reader",
    "examops/organisations/inviting.py": "the notice of an invitation, Chinese for every reader",
    "examops/outbox/invariants.py": "answers of the operators' command check",
    "examops/sessions/telling_changes.py": "notices, Chinese for every reader",
    "examops/sessions/replacing/telling.py": "notices, Chinese for every reader",
    "examops/specifications/invariants.py": "answers of the operators' command check",
    "examops/sessions/invariants.py": "answers of the operators' command check",
    "examops/sessions/outages/invariants.py": "answers of the operators' command check",
    "scheduler/invariants.py": "answers of the operators' command check",
    "scheduler/__main__.py": "an operators' command",
}
# Files with single strings that are no text for people, and which.
SINGLE = {
    "examops/eligibility/clauses/agency.py": {"年"},  # units as stored in lines
    "examops/eligibility/clauses/identity.py": {"岁"},
    "examops/eligibility/clauses/needs.py": {"年", "岁"},
    "examops/eligibility/clauses/spells.py": {"工作日"},  # a rule's unit
    "examops/eligibility/labels.py": {"条款"},  # contexts of a catalogue
    "examops/sessions/labels.py": {"列名", "动作"},
    "examops/eligibility/wording.py": {"年", "岁", "天", "工作日"},
    "examops/eligibility/roster/columns.py": {"男", "女"},  # what cells hold
    "examops/registration/rosters/applicants.py": {"男", "女"},
    "examops/sites/station_codes.py": {r"\s*[~～至–—]\s*"},  # how people write a range
    # Citations, Chinese for every reader.
    "examops/sites/lending.py": {"市工作方案 一(三)"},
    "examops/sites/agreeing.py": {"系统规则 跨区借用考点"},
    "examops/sessions/outages/seeing.py": {"市工作方案 一(三)"},
    "examops/sites/papers.py": {"市工作方案 一(三)"},
    "examops/sites/plan_pictures.py": {"系统规则 平面图"},
    "examops/sites/rooms.py": {"市工作方案 一(三)"},
    "examops/sessions/checks/findings.py": {"市工作方案 一(三)", "考评人员管理办法 回避", "系统规则"},
    "examops/sessions/booking/no_shows.py": {"系统规则 缺考"},
    "examops/core/language/citations.py": {"系统规则", "；"},  # as they stand in config/rules
    "examops/sessions/refusals.py": {"考前申报（名单随申报）"},
    "examops/organisations/filed.py": {"市工作方案 一、五（备案与退出）"},
    "examops/outbox/delivery.py": {
        "（里面有只能用一次的链接或验证码，发出后不再保存）",
        "（里面的链接或验证码已过期，没有发出，不再保存）",
    },
    "examops/eligibility/specified.py": {
        "申报条件",  # a rule's unit
        "{name}（第{version}版） {level}",
        "本机构备案的评价规范，摘要 {hash}",
    },
    "examops/specifications/handing_in.py": {"{name}（第{version}版）", "；"},
    "examops/specifications/refusals.py": {
        *("市工作方案 一(七)", "市工作方案 四(四)", "市工作方案 四(三)", "市工作方案 三(二)"),
    },
    "examops/filings/refusals.py": {"系统规则 备案材料", "市工作方案 三"},
    "examops/filings/historic/reading.py": {"系统规则 上线前的备案"},
    "examops/filings/receipts.py": {"佛技评收件〔{year}〕{count:04d}号"},  # a number, Chinese for every reader
    "examops/offices/deputies.py": {"系统规则 代理"},
    "examops/filings/shown.py": {"百分比"},  # a rule's unit
    # Examples in the API's document.
    "examops/filings/api_published.py": {"缺考不退", "每场两名监考"},
    "examops/filings/api_begin.py": {"陈工"},
    "examops/footage/entry/api.py": {"前方 1", "拆走"},
    "examops/organisations/api_writes.py": {"王兰"},
    "examops/organisations/openings/api_writes.py": {"执照看不清，重新拍", "智造培训"},
    "examops/sessions/replacing/api.py": {"突发疾病"},
    "examops/sites/api_lending.py": {"借用协议 7 号", "监控还没有验收"},
    "examops/staff/link_api.py": {"关联错了人"},
    "examops/sites/api_writes.py": {"容桂考点", "容桂大道 9 号", "陈工 13800005678", "电工实操室"},
    "examops/specifications/api_levels.py": {"取得五级证书后从事本职业满两年"},
    # Numbers of letters, Chinese for every reader.
    "examops/filings/letters.py": {"佛技评{series}〔{year}〕{count:04d}号", "受理", "补正", "备案", "不予备案"},
    "examops/exits/letters.py": {"佛技评{series}〔{year}〕{count:04d}号"},
    "examops/footage/entry/addresses.py": {"系统规则 摄像机地址"},
    "examops/footage/entry/admission.py": {"市工作方案 一(三)"},
    # By what a group is examined, cited as a clause.
    "examops/sessions/capacity/standards.py": {"按市 {number}文", "标准 ", " 版"},
    "examops/sessions/capacity/terms.py": {
        "{name}（第{version}版）",
        "本机构备案的评价规范，摘要 {hash}",
        "考核科目",
        "考核时间",
        "合格线",
    },
    "examops/sessions/replacing/rules.py": {"考评人员管理办法"},
    "examops/checkin/duties.py": {"考评人员管理办法", "考评人员管理办法 回避"},
}
# Names whose values recognise what people wrote.
READ = {
    "SIMPLIFIED",
    "MONEY_SIGN",
    "MONEY_UNIT",
    "NUMBERED",
    "SURNAMES",
    "SCHOOL_NAMES",
    "EMPLOYER",
    "NOISE",
    "DAY",
    "MONTH",
    "YEARS",
    "BRACKETS",
}


def _marked(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS and node.args:
            yield node


def _docstrings(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _left_alone(tree: ast.AST) -> Iterator[ast.AST]:
    """Values of names that read, titles of columns that are recognised, reasons given to whoever reads the code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id in READ for one in node.targets):
            yield node.value
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "Field":
                yield from node.args[1].elts[1:]  # type: ignore[attr-defined]
            if node.func.id in ("open_to_all", "open_to_machines", "open_to_public"):
                yield from node.args
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "removesuffix":
            yield from node.args


def _unmarked(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    marked = [*_marked(tree)]
    contexts = (one.value for call in marked for one in call.keywords if one.arg == "context")
    roots = [*(call.args[0] for call in marked), *contexts, *_docstrings(tree), *_left_alone(tree)]
    known = {id(node) for root in roots if not isinstance(root, ast.JoinedStr) for node in ast.walk(root)}
    single = SINGLE.get(str(path.relative_to(ROOT)), set())
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CHINESE.search(node.value)
        if id(node) not in known and node.value not in single
    ]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [path for path in FILES if _name(path) not in DATA], ids=_name)
def test_no_chinese_text_stands_outside_the_catalogue(path: Path) -> None:
    assert not _unmarked(path)


def test_the_exceptions_are_still_needed() -> None:
    assert [name for name in DATA if not _unmarked(ROOT / name)] == []
    for name, texts in SINGLE.items():
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        assert texts <= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}


def _texts() -> dict[str, str]:
    """Every text marked in these modules, and where."""
    found: dict[str, str] = {}
    for path in FILES:
        for call in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            text = call.args[0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and CHINESE.search(text.value):
                found.setdefault(text.value, f"{_name(path)}:{call.lineno}")
    return found


def _braces(text: str) -> set[str]:
    return set(re.findall(r"\{[^}]*\}", text))


def test_every_text_has_its_english_with_the_same_braces() -> None:
    texts = _texts()
    english = {text: translations("en").gettext(text) for text in texts}
    assert len(texts) > 600
    assert [f"{place} {text}" for text, place in texts.items() if english[text] == text] == []
    assert [text for text in texts if _braces(text) != _braces(english[text])] == []
    assert [text for text in texts if CHINESE.search(english[text])] == []


@pytest.mark.parametrize(
    "line", ['raise Invalid("没有")', 'x = f"第 {n} 行"', 'y = _(f"第 {n} 行")', 'z = {"a": "没有"}']
)
def test_the_guard_finds_what_it_looks_for(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    (tmp_path / "some.py").write_text(line, encoding="utf-8")
    assert len(_unmarked(tmp_path / "some.py")) >= 1

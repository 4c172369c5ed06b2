"""A sheet of occupations, one a row: each cell as a value with the row's source. Every fault with row and column."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from config.levels import LETTERS, lowest_first
from config.occupation_faults import CODE, MOST, SECTORS, exam_value_fault
from examops.catalogue.importing.against import contradictions
from examops.catalogue.labels import CERTAINTIES, LEVEL_TITLES, LEVELS
from examops.catalogue.labels import SECTORS as SECTOR_WORDS
from examops.sheets.bounded_child import Refused
from examops.sheets.reader import read_file
from examops.sheets.table import Cells, SheetLimits, is_blank

LIMITS = SheetLimits(rows=5000, bytes=20 << 20, unpacked_bytes=200 << 20, entries=500, columns=60, header_rows=20)
TITLES = {
    "code": ("职业编码", "编码", "职业代码"),
    "code_2022": ("2022年版编码", "2022版编码"),
    "name": ("职业名称", "职业", "职业（工种）名称"),
    "name_en": ("英文名称",),
    "aliases": ("工种", "工种和别名", "别名"),
    "sector": ("行业",),
    "levels": ("等级", "技能等级"),
    "version": ("标准版本", "标准版本年"),
    "standard": ("标准名称", "国家职业标准"),
    "theory_minutes": ("理论分钟", "理论最短时间"),
    "skill_minutes": ("技能分钟", "实操分钟", "实操最短时间"),
    "review_minutes": ("评审分钟", "评审最短时间"),
    "candidates_per_examiner": ("考评员配比", "每名考评员的考生"),
    "source": ("出处",),
    "number": ("文号",),
    "issued_on": ("日期", "公布日期"),
    "read_at": ("看的页面", "网址"),
    "clause": ("条款",),
    "certainty": ("把握",),
}
KEY_OF = {title: key for key, titles in TITLES.items() for title in titles}
NEEDED = ("code", "source", "certainty")
OF_NEW = ("name", "sector", "levels")  # what the catalogue does not know of an occupation that is not in it
CERTAINTY_OF = {word: code for code, word in CERTAINTIES.items()} | {code: code for code in CERTAINTIES}
SECTOR_OF = {word: code for code, word in SECTOR_WORDS.items()} | {code: code for code in SECTORS}
LEVEL_OF = (
    {word: level for level, word in LEVELS.items()}
    | {word: level for level, word in LEVEL_TITLES.items()}
    | {level: level for level in LEVELS}
)
BY_LEVEL = re.compile(rf"([{''.join(LETTERS)}])\s*[=＝]\s*(\d+)")
MARKS = re.compile(r"[、,，;；\s]+")
ByLevel = dict[str, int]
Found = tuple[dict[str, dict[str, Any]], dict[str, Any], list[str]]


class CellFault(ValueError):
    """What is wrong with one cell, and what to write."""


def read_table(data: bytes, known: Mapping[str, dict[str, Any]]) -> Found:
    """(code → block, id → source, faults). ``known`` is the catalogue: code → block."""
    try:
        rows = read_file(data, "", LIMITS).rows
    except Refused as refused:
        return {}, {}, [f"读不了这个文件（{refused.code}）：另存为 XLSX 后再试"]
    head = next((number for number, row in enumerate(rows) if "code" in _columns(row).values()), None)
    if head is None:
        return {}, {}, ["没有找到表头：第一行要有“职业编码”“出处”“把握”"]
    columns = _columns(rows[head])
    faults = [f"第 {head + 1} 行：缺少“{TITLES[key][0]}”一列" for key in NEEDED if key not in columns.values()]
    faults += _unknown_columns(rows[head], head)
    if faults:
        return {}, {}, faults
    return _read_rows(rows, head, columns, known)


def _columns(row: Cells) -> dict[int, str]:
    return {place: KEY_OF[title] for place, cell in enumerate(row) if (title := _title(cell)) in KEY_OF}


def _title(cell: Any) -> str:
    return re.sub(r"\s", "", str(cell)) if not is_blank(cell) else ""


def _unknown_columns(row: Cells, head: int) -> Iterator[str]:
    """A column that nobody reads would be dropped in silence; a running number is one."""
    for place, cell in enumerate(row):
        if (title := _title(cell)) and title not in KEY_OF and title not in ("序号", "备注"):
            yield f"第 {head + 1} 行 {column_name(place)} 列：不认识“{title}”，改成模板里的列名或删去这一列"


def _read_rows(rows: list[Cells], head: int, columns: dict[int, str], known: Mapping[str, dict[str, Any]]) -> Found:
    occupations: dict[str, dict[str, Any]] = {}
    sources: dict[str, Any] = {}
    wrong_cells: list[tuple[int, str, str]] = []
    row_of: dict[str, int] = {}
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        cells = {key: str(_plain(row[place])).strip() for place, key in columns.items() if place < len(row)}
        if not any(cells.values()):
            continue
        block, wrong = _read_row(cells, sources)
        if cells.get("code") not in known:
            wrong += [(key, f"新职业要填“{TITLES[key][0]}”") for key in OF_NEW if not cells.get(key)]
        code = cells.get("code", "")
        if code and row_of.setdefault(code, number) != number:
            wrong.append(("code", f"{code} 在表里出现两次（第 {row_of[code]} 行），留一行"))
        wrong_cells += [(number, key, words) for key, words in wrong]
        if not wrong:
            occupations[code] = block
    wrong_cells += [(row_of[code], key, words) for code, key, words in contradictions(occupations, known)]
    place_of = {key: column_name(place) for place, key in columns.items()}
    in_order = sorted(wrong_cells, key=lambda one: one[0])
    return occupations, sources, [f"第 {row} 行{_column(place_of, key)}：{words}" for row, key, words in in_order]


def _column(place_of: dict[str, str], key: str) -> str:
    return f" {place_of[key]} 列" if key in place_of else f"（表里没有“{TITLES[key][0]}”一列）"


def _plain(cell: Any) -> Any:
    if is_blank(cell):
        return ""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _read_row(cells: dict[str, str], sources: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The block of one row and what is wrong in it, by column."""
    wrong: list[tuple[str, str]] = []

    def read(key: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(cells[key]) if cells.get(key) else None
        except CellFault as fault:
            wrong.append((key, str(fault)))
            return None

    wrong += [(key, f"“{TITLES[key][0]}”没有填") for key in NEEDED if not cells.get(key)]
    certainty = read("certainty", _one_of(CERTAINTY_OF))
    source = _source(cells, certainty or "", sources)
    read_values = {
        "code": read("code", _code),
        "code_2022": read("code_2022", _code),
        "sector": read("sector", _one_of(SECTOR_OF)),
        "levels": read("levels", _levels),
        "version": read("version", _version),
    }
    exam = {what: read(what, _by_level(what)) for what in TITLES if what in EXAM_COLUMNS}
    if any(exam.values()) and not cells.get("version"):
        wrong.append(("version", "写了时间或配比，就要写是哪一版标准"))
    elif cells.get("standard") and not cells.get("version"):
        wrong.append(("version", "写了标准名称，就要写是哪一版"))
    return _block(cells, read_values, exam, {"source": source, "clause": cells.get("clause", "")}), wrong


EXAM_COLUMNS = ("theory_minutes", "skill_minutes", "review_minutes", "candidates_per_examiner")


def _block(
    cells: dict[str, str], found: dict[str, Any], exam: dict[str, Any], source: dict[str, str]
) -> dict[str, Any]:
    """As in the house's files; what the row leaves empty is left out."""
    block: dict[str, Any] = {"code": found["code"], "edition": "2015"}
    block |= {key: cells[key] for key in ("name", "name_en") if cells.get(key)}
    if cells.get("aliases"):
        block["aliases"] = [part for part in MARKS.split(cells["aliases"]) if part]
    if found["sector"]:
        block["sector"] = found["sector"]
    codes = {"2015": found["code"], "2022": found["code_2022"]}
    block["codes"] = {edition: {"value": code, **source} for edition, code in codes.items() if code}
    if found["levels"]:
        block["levels"] = {"value": found["levels"], **source}
    if version := found["version"]:
        named = cells.get("standard") or f"{cells.get('name', '')}国家职业标准（{version}年版）"
        block["standards"] = {version: {"value": named, **source}}
        levels = {what: by for what, by in exam.items() if by}
        block["exam"] = {version: {what: _with(by, source) for what, by in levels.items()}} if levels else {}
    return block


def _with(by_level: ByLevel, source: dict[str, str]) -> dict[str, Any]:
    return {level: {"value": value, **source} for level, value in by_level.items()}


def _source(cells: dict[str, str], certainty: str, sources: dict[str, Any]) -> str:
    """The id of the row's document, the same for the same words."""
    raw = {
        "title": cells.get("source", ""),
        **{key: cells.get(key, "") for key in ("number", "issued_on", "read_at")},
        "certainty": certainty,
    }
    key = "daoru-" + hashlib.sha256("|".join(raw.values()).encode()).hexdigest()[:10]
    sources[key] = raw
    return key


def _one_of(table: dict[str, str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in table:
            raise CellFault(f"“{text}”不在可选范围：{'、'.join(word for word in table if not word.isascii())}")
        return table[text]

    return read


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise CellFault(f"“{text}”不是职业编码，写成 6-18-01-01 的样子")
    return text


def _levels(text: str) -> list[str]:
    found = [LEVEL_OF.get(part.split("/")[0]) for part in MARKS.split(text) if part]
    if None in found or not found or len(set(found)) != len(found):
        raise CellFault(f"“{text}”读不成等级，写成 五级、四级、三级 或 5、4、3")
    return lowest_first(one for one in found if one)


def _version(text: str) -> str:
    plain = re.sub(r"年?版?$", "", text)
    if not re.fullmatch(r"20\d\d", plain):
        raise CellFault(f"“{text}”不是标准版本，写年份，例如 2020")
    return plain


def _by_level(what: str) -> Callable[[str], ByLevel]:
    def read(text: str) -> ByLevel:
        number = re.fullmatch(r"(?:1\s*[:：]\s*)?(\d+)", text)  # 1:5 is a ratio
        pairs: ByLevel = {"all": int(number[1])} if number else {}
        pairs = pairs or {level: int(value) for level, value in BY_LEVEL.findall(text)}
        rest = BY_LEVEL.sub("", text) if "all" not in pairs else ""
        if not pairs or MARKS.sub("", rest) or any(exam_value_fault(what, value) for value in pairs.values()):
            raise CellFault(f"“{text}”读不成数，写一个 1 到 {MOST} 的整数（各级相同）或 5=150、4=180")
        return pairs

    return read


def column_name(place: int) -> str:
    """0 → A, 26 → AA."""
    name, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name

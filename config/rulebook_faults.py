"""What may be wrong with one entry of the rules files. Every fault is found, not only the first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from config.level_conditions import condition_faults
from config.levels import is_level

LOCAL, OPEN = "local decision", "open"
KINDS = ("law", "policy", LOCAL, "provisional", OPEN)
REQUIRED = ("description", "unit", "kind", "clause", "values")
ALLOWED = (*REQUIRED, "text")
OWN_WORDS = ("unit", "kind", "clause", "text", "decided_by")
CELL = ("value", "source", *OWN_WORDS, "corrects", "certainty", "recorded_on")
# How sure the source of a correction is: an official page, a copy on another host, one unofficial page, none found.
CERTAINTIES = ("official", "copy", "unofficial", "not found")
KEY = re.compile(r"[a-z][a-z_]*(\.[a-z0-9][a-z0-9_-]*)+")

# A unit says the type of the value, so that "30天" or "yes" cannot slip in where a number is counted with.
NUMBERS = {
    *("人", "个", "座", "份", "次", "行", "岁", "分", "年", "月", "天", "工作日", "小时", "分钟", "秒"),
    *("毫秒", "百分比", "像素", "字节", "厘米", "倍", "比值", "方差", "灰度", "角度"),
}
LEVEL = "等级"  # a level's letter; 5 to 1 may stand as numbers
OTHERS: dict[str, tuple[type, ...]] = {
    "是否": (bool,),
    "文字": (str,),
    "清单": (list,),
    "对照表": (dict,),
    "申报条件": (list,),
}


def entry_faults(file: str, key: Any, raw: Any, *, is_known: bool) -> list[str]:
    """Problems of one entry. ``file`` is its path below the rules folder.

    Keys begin with the file's or folder's name.
    """
    if not isinstance(raw, dict):
        return ["is not a block of keys"]
    return [
        *_key_faults(file, key, is_known),
        *(f"unknown key {name!r}" for name in raw if name not in ALLOWED),
        *(f"missing {name!r}" for name in REQUIRED if name not in raw),
        *_word_faults(raw),
        *_value_faults(raw.get("values"), raw.get("unit"), raw.get("kind")),
        *(_correction_faults(key, raw["values"]) if isinstance(raw.get("values"), dict) else ()),
    ]


def _key_faults(file: str, key: Any, is_known: bool) -> Iterator[str]:
    if is_known:
        yield "stands twice"
    if not isinstance(key, str) or not KEY.fullmatch(key):
        yield "is not a key like subject.name"
        return
    subject = file.split("/", maxsplit=1)[0].removesuffix(".yaml")
    if key.split(".")[0] not in (subject, subject.removesuffix("s")):
        yield f"does not begin with {subject}."


def _word_faults(raw: dict[str, Any]) -> Iterator[str]:
    for name in ("description", "unit", "clause", "text", "decided_by"):
        if name in raw and (not isinstance(raw[name], str) or not raw[name].strip()):
            yield f"{name!r} must be a text"
    if "kind" in raw and raw["kind"] not in KINDS:
        yield f"kind must be one of {', '.join(KINDS)}"
    if isinstance(raw.get("unit"), str) and raw["unit"] not in NUMBERS | set(OTHERS) | {LEVEL}:
        yield f"unknown unit {raw['unit']!r}"


def _value_faults(values: Any, unit: Any, kind: Any) -> Iterator[str]:
    if values is None:
        return
    if not isinstance(values, dict) or not values:
        yield "needs at least one dated value"
        return
    for day, cell in values.items():
        if not isinstance(day, date) or isinstance(day, datetime):
            yield f"{day!r} is not a day"
        elif not isinstance(cell, dict):
            yield f"{day}: is not a block with value and source"
        else:
            yield from (f"{day}: {fault}" for fault in _cell_faults(cell, unit, kind))


def _cell_faults(cell: dict[str, Any], unit: Any, kind: Any) -> Iterator[str]:
    yield from (f"unknown key {name!r}" for name in cell if name not in CELL)
    yield from _word_faults({name: cell[name] for name in OWN_WORDS if name in cell})
    yield from _later_faults(cell)
    unit = cell.get("unit", unit)
    if not isinstance(cell.get("source"), str) or not cell["source"].strip():
        yield "missing source"
    if "value" not in cell:
        yield "missing value"
    elif (cell.get("kind", kind) == OPEN) != (cell["value"] is None):
        yield "an open rule has the value null, and no other has"
    elif cell["value"] is None:
        return
    elif not _fits(cell["value"], unit):
        yield f"{cell['value']!r} is not a value in {unit}"
    elif unit == "申报条件":
        yield from condition_faults(cell["value"])


def _later_faults(cell: dict[str, Any]) -> Iterator[str]:
    """A value entered later than it applies says how sure it is and who decided."""
    is_later = "corrects" in cell or "recorded_on" in cell
    for name in ("certainty", "decided_by"):
        if is_later != (name in cell):
            yield f"missing {name!r}" if is_later else f"{name!r} belongs to a correction or a late entry"
    if "certainty" in cell and cell["certainty"] not in CERTAINTIES:
        yield f"certainty must be one of {', '.join(CERTAINTIES)}"
    recorded = cell.get("recorded_on", date.min)
    if not isinstance(recorded, date) or isinstance(recorded, datetime):
        yield "'recorded_on' must be a day"
    if {"corrects", "recorded_on"} <= cell.keys():
        yield "a correction is recorded on its own day: leave 'recorded_on' out"


def _correction_faults(key: Any, values: dict[Any, Any]) -> Iterator[str]:
    """A correction names an earlier value of its own entry, in full. A corrected value is not corrected again."""
    corrected = [cell["corrects"] for cell in values.values() if isinstance(cell, dict) and "corrects" in cell]
    yield from (
        f"{name} is corrected twice" for name in sorted({n for n in map(str, corrected) if corrected.count(n) > 1})
    )
    for day, cell in values.items():
        if isinstance(cell, dict) and "corrects" in cell and isinstance(day, date):
            earlier = [f"{key}@{other}" for other in values if isinstance(other, date) and other < day]
            if cell["corrects"] not in earlier:
                yield f"{day}: corrects {cell['corrects']!r}, which is no earlier value of this entry"


def _fits(value: Any, unit: Any) -> bool:
    if unit == LEVEL:
        return is_level(value)
    if unit in NUMBERS:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return not isinstance(unit, str) or unit not in OTHERS or isinstance(value, OTHERS[unit])

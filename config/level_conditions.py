"""The shape of the level conditions of a national standard: alternative lines, any one of which suffices.

``[{"line": "a", "needs": [{"need": "certificate", "level": 5},
{"need": "work", "years": 4, "after": "certificate"}]}]``

A level may stand there as a number or as text; who reads it takes :func:`config.levels.as_level`. What is written stays
as it is, since a rule's hash is that of its words.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.levels import LETTERS, SkillLevel, is_level

SCHOOLS = (
    "technical_school",  # 技工学校
    "senior_technical",  # 高级技工学校
    "technician_college",  # 技师学院
    "vocational_secondary",  # 中等职业学校
    "vocational_higher",  # 高等职业学校
    "college",  # 大专及以上普通高校
)
NEEDS: dict[str, dict[str, type]] = {
    "work": {"years": int},
    "certificate": {"level": SkillLevel},
    "graduation": {"schools": list, "final_year": bool},
    "apprenticeship": {},
    "age": {"years": int},
    "pre_technician": {},  # 预备技师证书
    "title": {"level": str},  # 符合专业对应关系的职称（专业技术人员职业资格）
    "degree": {"degree": str},
    "held": {"level": SkillLevel, "years": int},  # 取得该等级证书满若干年，不问是否从事
}
OPTIONAL = {"work": {"after"}, "graduation": {"specialty"}, "certificate": {"of"}, "degree": {"specialty"}}
# What an optional key may say. ``specialty``: in this or a related field (as where it is left out), or in any;
# ``of: related`` asks for a certificate of a related occupation, where this one does not have the level.
CHOICES = {
    "after": ("certificate", "graduation", "title"),
    "specialty": ("related", "any"),
    "of": ("related",),
    "degree": ("bachelor", "master", "doctor"),
}
TITLES = ("junior", "intermediate", "senior")  # 初级、中级、高级职称


def condition_faults(lines: list[Any]) -> Iterator[str]:
    """Problems of one list of alternative lines."""
    if not lines:
        yield "has no line"
    seen = set()
    for line in lines:
        if not isinstance(line, dict) or set(line) != {"line", "needs"} or not line["needs"]:
            yield f"{line!r} is not a line with needs"
            continue
        if line["line"] in seen:
            yield f"line {line['line']} stands twice"
        seen.add(line["line"])
        for need in line["needs"]:
            yield from (f"line {line['line']}: {fault}" for fault in _need_faults(need))


def _need_faults(need: Any) -> Iterator[str]:
    kind = need.get("need") if isinstance(need, dict) else None
    if kind not in NEEDS:
        yield f"unknown need {kind!r}"
        return
    fields = NEEDS[kind]
    yield from (f"unknown key {name!r}" for name in set(need) - {"need", *fields, *OPTIONAL.get(kind, ())})
    for name, wanted in fields.items():
        if wanted is SkillLevel and not is_level(need.get(name)):
            yield f"{name!r} must be one of {' '.join(LETTERS)}"
        elif wanted is not SkillLevel and type(need.get(name)) is not wanted:
            yield f"{name!r} must be {wanted.__name__}"
    for name, choices in CHOICES.items():
        if name in need and need[name] not in choices:
            yield f"{name} must be one of {', '.join(choices)}"
    if kind == "title" and need.get("level") not in TITLES:
        yield f"level must be one of {', '.join(TITLES)}"
    schools = need.get("schools")
    if isinstance(schools, list):
        yield from (f"unknown school {name!r}" for name in schools if name not in SCHOOLS)

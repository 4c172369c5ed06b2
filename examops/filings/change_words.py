"""A line of a comparison in words, as pages and letters show it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from examops.catalogue import LEVELS
from examops.core.language import N_, _
from examops.filings.labels import LIST_KINDS, value_words
from examops.filings.steps import DOCUMENTS, FACTS

NOTHING = N_("没有")
PARTS = {
    "occupation": N_("职业和等级"),
    "fact": N_("事实"),
    "document": N_("材料"),
    "list": N_("名册"),
}


def change_title(line: Mapping[str, Any]) -> str:
    """``电工 申报认定的职工``."""
    key: str = line["key"]
    asked = FACTS.get(key)
    known = {"fact": asked and asked.word, "document": DOCUMENTS.get(key), "list": LIST_KINDS.get(key)}
    word = known.get(line["what"])
    return " ".join(part for part in (line["name"], _(word) if word else key) if part)


def change_value(line: Mapping[str, Any], side: str) -> str:
    """``side``: before or after."""
    value = line[side]
    return _(NOTHING) if value is None else WORDS[line["what"]](line["key"], value)


def _occupation(_key: str, value: Any) -> str:
    levels = _("、").join(_(LEVELS[letter]) for letter in value["levels"])
    return f"{levels} · {value['standard']}" if value["standard"] else levels


def _fact(key: str, value: Any) -> str:
    return value_words(key, value) if key in FACTS else str(value)


def _document(_key: str, value: Any) -> str:
    return _("；").join(f"{name}（{digest[:8]}）" for name, digest in value)


def _list(_key: str, value: Any) -> str:
    counted = _("没有计数") if value["counted"] is None else _("{count} 人", count=value["counted"])
    return _("{words}，截至 {day}", words=counted, day=value["as_of"])


WORDS: dict[str, Callable[[str, Any], str]] = {
    "occupation": _occupation,
    "fact": _fact,
    "document": _document,
    "list": _list,
}

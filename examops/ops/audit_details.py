"""The details of a log entry in words: what changed, how many, how long; digests shortened, inner keys left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examops.core.extensions import registry
from examops.core.language import N_, _, from_line, render
from examops.web.formats import duration

LABELS = {
    "added": N_("新增"),
    "application": N_("报名号"),
    "camera": N_("摄像机"),
    "changed": N_("改了"),
    "commitment": N_("抽签承诺"),
    "count": N_("个数"),
    "counts": N_("结果"),
    "detail": N_("说明"),
    "fitted": N_("对上"),
    "groups": N_("组"),
    "job": N_("任务号"),
    "kind": N_("种类"),
    "mode": N_("方式"),
    "objects": N_("个数"),
    "outcome": N_("结果"),
    "people": N_("人数"),
    "reason": N_("原因"),
    "reasons": N_("原因"),
    "saved": N_("保存"),
    "severity": N_("程度"),
    "sha256": N_("摘要"),
    "source": N_("来自"),
    "tried": N_("次数"),
    "version": N_("版本"),
    "vouched": N_("核对人担保"),
    "wrong": N_("有误"),
}
SHORT = 12  # letters of a digest or an address: enough to compare by eye


def subject(tag: str, words: str) -> str:
    """The subject of an entry; a reason stored as a code is translated."""
    known = registry().detail_words().get(_kind(tag), {}).get(words)
    return _(known) if known else str(from_line(words))


def details(tag: str, payload: Mapping[str, Any]) -> list[str]:
    return list(_details(_kind(tag), render(dict(payload))))


def _kind(tag: str) -> str:
    """``session`` of ``session:moved``."""
    return tag.partition(":")[0]


def _details(kind: str, payload: Mapping[str, Any]) -> Iterator[str]:
    if "before" in payload and "after" in payload:
        before, after = (_value(kind, payload[name]) for name in ("before", "after"))
        yield _("{before} → {after}", before=before, after=after)
    if "seconds" in payload:
        yield duration(float(payload["seconds"]))
    labels = {**registry().detail_labels(), **LABELS}
    for name, value in payload.items():
        if name in labels and value not in (None, "", [], {}):
            yield _("{label} {value}", label=_(labels[name]), value=_value(kind, value))


def _value(kind: str, value: Any) -> str:
    if isinstance(value, dict):
        return _("、").join(f"{_value(kind, key)} {number}" for key, number in value.items())
    if isinstance(value, list):
        return _("、").join(_value(kind, one) for one in value)
    known = _known(kind, str(value))
    if known:
        return known
    return str(value)[:SHORT] + "…" if len(str(value)) > 40 else str(value)


def _known(kind: str, code: str) -> str:
    """The words of this kind of subject first: 已取消 of a session, 已退出 of a booking; then those of any other."""
    words = registry().detail_words()
    found = next((table[code] for table in (words.get(kind, {}), *words.values()) if code in table), "")
    return _(found) if found else ""

"""The details of a log entry in words: what changed, how many, how long; digests shortened, inner keys left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from examops.core.extensions import registry
from examops.core.language import N_, _, from_line, render
from examops.eligibility import OUTCOMES
from examops.footage import ALARM_WORDS, FLAG_STATES, GAP_REASONS, Tag
from examops.sessions import BOOKING_STATES, SESSION_STATES
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
MODES = {"live": N_("实时"), "playback": N_("回放"), "stills": N_("静帧"), "frames": N_("抽帧")}
SHORT = 12  # letters of a digest or an address: enough to compare by eye


def subject(tag: str, words: str) -> str:
    """The subject of an entry; a reason stored as a code is translated."""
    if tag in (Tag.GAP_RECORDED, Tag.ALARM_RAISED, Tag.ALARM_ENDED):
        known = {**GAP_REASONS, **ALARM_WORDS}.get(words)
        return _(known) if known else str(from_line(words))
    return str(from_line(words))


def details(payload: Mapping[str, Any]) -> list[str]:
    return list(_details(render(dict(payload))))


def _details(payload: Mapping[str, Any]) -> Iterator[str]:
    if "before" in payload and "after" in payload:
        yield _(
            "{before} → {after}", before=_value("state", payload["before"]), after=_value("state", payload["after"])
        )
    if "seconds" in payload:
        yield duration(float(payload["seconds"]))
    labels = {**registry().detail_labels(), **LABELS}
    for name, value in payload.items():
        if name in labels and value not in (None, "", [], {}):
            yield _("{label} {value}", label=_(labels[name]), value=_value(name, value))


def _value(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return _("、").join(f"{_value(name, key)} {number}" for key, number in value.items())
    if isinstance(value, list):
        return _("、").join(_value(name, one) for one in value)
    known = _known(str(value))
    if known:
        return known
    return str(value)[:SHORT] + "…" if len(str(value)) > 40 else str(value)


def _known(value: str) -> str:
    for table in (SESSION_STATES, BOOKING_STATES, FLAG_STATES, OUTCOMES):
        if value in table:
            return _(table[value][1])
    words = {**GAP_REASONS, **ALARM_WORDS, **MODES}.get(value)
    return _(words) if words else ""

"""The form of a batch: read whole, every fault beside its field.

Fields: ``name``, ``cut_off_on``, ``applies_from``, ``applies_until`` (minutes in Foshan), ``held_from``, ``held_until``,
``fee`` (yuan), ``offer`` (code/level, repeated) and ``part`` (repeated).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from examops.catalogue import find_occupation
from examops.core.clock import SHANGHAI, local, local_day
from examops.core.language import _
from examops.registration.batches.service import BatchPlan, Offer
from examops.registration.models import PART_CODES, Batch, BatchOccupation

T = TypeVar("T")
LONGEST_NAME, MAX_YUAN = 60, 100_000
REVIEWED_LEVELS = (2, 1)  # technicians and senior technicians are reviewed by a panel as well
USUAL_PARTS = ("theory", "skill")


@dataclass
class BatchForm:
    """``plan`` is None while there are faults."""

    plan: BatchPlan | None = None
    faults: dict[str, str] = field(default_factory=dict)


def read_batch(form: MultiDict[str, str], filed: Sequence[tuple[str, int]]) -> BatchForm:
    """``filed`` is what the body may assess: (code, level)."""
    found = BatchForm()

    def read(name: str, words: str, convert: Callable[[str], T]) -> T | None:
        try:
            return convert(form.get(name, "").strip())
        except (ValueError, InvalidOperation):
            found.faults[name] = words
            return None

    name = read("name", _("写一个 {most} 字以内的名称", most=LONGEST_NAME), _name)
    cut_off_on = read("cut_off_on", _("选年限计算的截止日"), date.fromisoformat)
    since = read("applies_from", _("选报名开始的时间"), _moment)
    until = read("applies_until", _("选报名截止的时间"), _moment)
    held_from = read("held_from", _("选考试开始的日期"), date.fromisoformat)
    held_until = read("held_until", _("选考试结束的日期"), date.fromisoformat)
    fee_fen = read("fee", _("费用写成元，0 至 {most}，最多两位小数", most=MAX_YUAN), _fen)
    offers = _offers(form, filed, found.faults)
    _order(found.faults, since, until, held_from, held_until)
    if not found.faults:
        assert name
        assert cut_off_on
        assert since
        assert until
        assert held_from
        assert held_until
        assert fee_fen is not None
        found.plan = BatchPlan(name, cut_off_on, since, until, held_from, held_until, fee_fen, offers)
    return found


def _order(
    faults: dict[str, str], since: datetime | None, until: datetime | None, first: date | None, last: date | None
) -> None:
    if since and until and since >= until:
        faults["applies_until"] = _("报名截止要晚于报名开始")
    if first and last and first > last:
        faults["held_until"] = _("考试结束不能早于考试开始")
    elif until and last and local_day(until) > last:
        faults["applies_until"] = _("报名截止不能晚于考试结束的那一天")


def _name(text: str) -> str:
    if not 0 < len(text) <= LONGEST_NAME:
        raise ValueError(text)
    return text


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def _fen(text: str) -> int:
    fen = Decimal(text or "0") * 100
    if fen != fen.to_integral_value() or not 0 <= fen <= MAX_YUAN * 100:
        raise ValueError(text)
    return int(fen)


def _offers(form: MultiDict[str, str], filed: Sequence[tuple[str, int]], faults: dict[str, str]) -> tuple[Offer, ...]:
    chosen = [
        (code, int(level))
        for code, _slash, level in (text.partition("/") for text in form.getlist("offer"))
        if level.isdigit()
    ]
    parts = tuple(part for part in PART_CODES if part in form.getlist("part"))
    if not chosen:
        faults["offers"] = _("至少选一个职业和等级")
    elif set(chosen) - set(filed):
        faults["offers"] = _("有的职业或等级不在本机构备案范围内")
    else:
        without = sorted({code for code, _ in chosen if not (one := find_occupation(code)) or not one.has_standard})
        if without:
            faults["offers"] = _("没有国家职业标准，不能开考：{codes}", codes=_("、").join(without))
    if not parts:
        faults["parts"] = _("至少选一个科目")
    return tuple(Offer(code, level, _parts(parts, level)) for code, level in dict.fromkeys(chosen))


def _parts(chosen: tuple[str, ...], level: int) -> tuple[str, ...]:
    """``review`` belongs to technicians and above only."""
    return tuple(part for part in chosen if part != "review" or level in REVIEWED_LEVELS)


def form_of(batch: Batch, offers: Sequence[BatchOccupation]) -> MultiDict[str, str]:
    """The form that would make this batch."""
    single = {
        "name": batch.name, "cut_off_on": batch.cut_off_on.isoformat(), "held_from": batch.held_from.isoformat(),
        "held_until": batch.held_until.isoformat(), "fee": f"{Decimal(batch.fee_fen) / 100:f}",
        "applies_from": _wall(batch.applies_from), "applies_until": _wall(batch.applies_until),
    }  # fmt: skip
    form: MultiDict[str, str] = MultiDict(single)
    for row in offers:
        form.add("offer", f"{row.occupation_code}/{row.level}")
    for part in sorted({part for row in offers for part in row.parts}):
        form.add("part", part)
    return form


def _wall(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%dT%H:%M}"

"""The form of a batch: read whole, every fault beside its field. Times are minutes in Foshan, the fee is in yuan."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError, validates_schema
from werkzeug.datastructures import MultiDict

from config.levels import LETTERS, is_below
from examops.catalogue import LEVELS, PARTS, find_occupation, named_occupation
from examops.core.clock import local, local_day
from examops.core.language import N_, Message, join_messages, message
from examops.registration.batches.service import BatchPlan, Offer
from examops.registration.models import PART_CODES, Batch, BatchOccupation
from examops.web.api import LenientSchema
from examops.web.inputs import Day, InvalidInput, ListOf, Moment, OneOf, ShortText, Uid, input_fault, read

LONGEST_NAME, MAX_YUAN, MAX_OFFERS = 60, 100_000, 500
REVIEWED_FROM = "2"  # 技师 and above are reviewed by a panel as well
USUAL_PARTS = ("theory", "skill")
NOTHING: Mapping[tuple[str, str], Sequence[str]] = MappingProxyType({})
FIELDSETS = {"offer": "offers", "part": "parts"}  # where the page shows the faults of several boxes
MONEY_SIGN = re.compile("^(人民币|RMB|CNY)?¥?", re.IGNORECASE)
MONEY_UNIT = re.compile("(元|圆|RMB|CNY)?(整|正)?([/每](人|位))?$", re.IGNORECASE)
NUMBERED = re.compile(r"(\D*)(20\d\d)?(.*第\s*)(\d+)(\s*批.*)")
FEE, OFFER = re.compile(r"[0-9]{0,6}(\.[0-9]{0,2})?"), re.compile(rf"([^/]{{1,40}})/([{''.join(LETTERS)}])")


class BodySchema(LenientSchema):
    """Whose batch it is; for those who coordinate a single body it goes without saying."""

    body = Uid()


class Fee(ShortText):
    """Yuan with at most two decimals, as fen; nothing is nothing to pay.

    Read as people write money: ``１００元``, ``￥1,280.50``, ``100 元/人``.
    """

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> Any:
        text = plain_yuan(value) if isinstance(value, str) else ""
        if not FEE.fullmatch(text) or not re.search("[0-9]", text) or Decimal(text) > MAX_YUAN:
            raise self.make_error("invalid")
        return int(Decimal(text) * 100)


def plain_yuan(value: str) -> str:
    """Digits and a point of an amount as it was typed: without its sign, its unit and the commas between thousands."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", value))
    text = MONEY_UNIT.sub("", MONEY_SIGN.sub("", text))
    return text.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", text) else text


class OfferField(ShortText):
    """``6-31-01-03/4`` as (code, level)."""

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> Any:
        found = OFFER.fullmatch(value) if isinstance(value, str) else None
        if not found:
            raise self.make_error("invalid")
        return found[1], found[2]


class BatchSchema(LenientSchema):
    """``filed`` is what the body may assess, ``specified`` for what of it a specification of its own is in force:
    (code, level)."""

    name = ShortText(LONGEST_NAME, required=True, fault=message(N_("写一个 {most} 字以内的名称"), most=LONGEST_NAME))
    cut_off_on = Day(required=True, fault=N_("选年限计算的截止日"))
    applies_from = Moment(local=True, required=True, fault=N_("选报名开始的时间"))
    applies_until = Moment(local=True, required=True, fault=N_("选报名截止的时间"))
    held_from = Day(required=True, fault=N_("选考试开始的日期"))
    held_until = Day(required=True, fault=N_("选考试结束的日期"))
    fee_fen = Fee(
        data_key="fee", load_default=0, fault=message(N_("费用写成元，0 至 {most}，最多两位小数"), most=MAX_YUAN)
    )
    offers = ListOf(
        OfferField(), data_key="offer", least=1, most=MAX_OFFERS, required=True, fault=N_("至少选一个职业和等级")
    )
    parts = ListOf(OneOf(PART_CODES), data_key="part", least=1, most=20, required=True, fault=N_("至少选一个科目"))

    def __init__(self, filed: Sequence[tuple[str, str]], specified: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        self.filed, self.specified = set(filed), set(specified)

    @validates_schema(skip_on_field_errors=False)
    def check_order(self, given: dict[str, Any], **_options: Any) -> None:
        """What can be read is held against each other even while another field is at fault."""
        since, until, first, last = (
            given.get(name) for name in ("applies_from", "applies_until", "held_from", "held_until")
        )
        faults = {}
        if since and until and since >= until:
            faults["applies_until"] = [message(N_("报名截止要晚于报名开始"))]
        if first and last and first > last:
            faults["held_until"] = [message(N_("考试结束不能早于考试开始"))]
        elif until and last and local_day(until) > last:
            faults["applies_until"] = [message(N_("报名截止不能晚于考试结束的那一天"))]
        if faults:
            raise ValidationError(faults)

    @validates_schema(skip_on_field_errors=False)
    def check_offers(self, given: dict[str, Any], **_options: Any) -> None:
        offers = given.get("offers", [])
        if set(offers) - self.filed:
            raise input_fault(
                N_("有的职业或等级不在本机构备案范围内（市工作方案 三(一)）：先办增项备案，或只选下面列出的"), "offer"
            )
        without = sorted({code for code, _ in set(offers) - self.specified if not _has_standard(code)})
        if without:
            raise input_fault(
                N_("没有国家职业标准，不能开考：{codes}"), "offer", codes=join_messages(N_("、"), without)
            )


def _has_standard(code: str) -> bool:
    found = find_occupation(code)
    return found is not None and found.has_standard


@dataclass
class BatchForm:
    """``plan`` is None while there are faults."""

    plan: BatchPlan | None = None
    faults: dict[str, str] = field(default_factory=dict)


def read_batch(
    form: MultiDict[str, str],
    filed: Sequence[tuple[str, str]],
    specified: Mapping[tuple[str, str], Sequence[str]] = NOTHING,
) -> BatchForm:
    """``filed`` as :class:`BatchSchema` takes it; ``specified``: by (code, level) the parts of the body's own
    specification, of which those that are ticked are announced."""
    try:
        given = read(BatchSchema(filed, specified), form)
    except InvalidInput as refused:
        found = [(name.partition(".")[0], str(fault)) for name, fault in refused.faults.items()]
        return BatchForm(faults={FIELDSETS.get(name, name): fault for name, fault in found})
    chosen, parts = dict.fromkeys(given.pop("offers")), given.pop("parts")
    ordered = tuple(part for part in PART_CODES if part in parts)
    asked = {(code, level): specified.get((code, level)) or _asked(level) for code, level in chosen}
    offers = tuple(
        Offer(code, level, tuple(part for part in ordered if part in asked[code, level])) for code, level in chosen
    )
    without = next((offer for offer in offers if not offer.parts), None)
    if without:
        return BatchForm(faults={"parts": str(_no_part(without, asked[without.code, without.level]))})
    return BatchForm(BatchPlan(**given, offers=offers))


def _asked(level: str) -> Sequence[str]:
    """``review`` belongs to technicians and above only."""
    return [part for part in PART_CODES if part != "review" or not is_below(level, REVIEWED_FROM)]


def _no_part(offer: Offer, asked: Sequence[str]) -> Message:
    return message(
        N_("{occupation}{level}不考勾选的科目，它考的是：{parts}"),
        occupation=message(named_occupation(offer.code).name),
        level=message(LEVELS[offer.level]),
        parts=join_messages(N_("、"), [message(PARTS[part]) for part in asked]),
    )


def form_from_batch(batch: Batch, offers: Sequence[BatchOccupation]) -> MultiDict[str, str]:
    """The form that would make this batch."""
    single = {
        "name": batch.name,
        "cut_off_on": batch.cut_off_on.isoformat(),
        "held_from": batch.held_from.isoformat(),
        "held_until": batch.held_until.isoformat(),
        "fee": f"{Decimal(batch.fee_fen) / 100:f}",
        "applies_from": _wall(batch.applies_from),
        "applies_until": _wall(batch.applies_until),
    }
    form: MultiDict[str, str] = MultiDict(single)
    for row in offers:
        form.add("offer", f"{row.occupation_code}/{row.level}")
    for part in sorted({part for row in offers for part in row.parts}):
        form.add("part", part)
    return form


def form_for_next(batch: Batch, offers: Sequence[BatchOccupation], day: date) -> MultiDict[str, str]:
    """The form of the batch after this one: everything as before, every date later by as many days as bring the start
    of the applications to ``day``."""
    by = day - local_day(batch.applies_from)
    form = form_from_batch(batch, offers)
    form["name"] = next_name(batch.name, day.year)
    for name in ("cut_off_on", "held_from", "held_until"):
        form[name] = (getattr(batch, name) + by).isoformat()
    for name in ("applies_from", "applies_until"):
        form[name] = _wall(getattr(batch, name) + by)
    return form


def next_name(name: str, year: int) -> str:
    """``2026 第 4 批`` → ``2026 第 5 批``, in a new year ``2027 第 1 批``; a name without a number is kept."""
    found = NUMBERED.fullmatch(name)
    if found is None:
        return name
    before, of_year, middle, number, after = found.groups()
    is_new = of_year is not None and int(of_year) != year
    return f"{before}{year if is_new else of_year or ''}{middle}{1 if is_new else int(number) + 1}{after}"


def _wall(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%dT%H:%M}"

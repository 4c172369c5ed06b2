"""What the forms of rules and fees read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from marshmallow import validates_schema

from config.levels import LETTERS
from examops.catalogue import find_occupation
from examops.core.language import N_, Message, message
from examops.specifications.labels import FEE_PARTS
from examops.specifications.models import RULE_KINDS
from examops.specifications.refusals import PUBLISHING_CLAUSE, BadVersion
from examops.web.api import LenientSchema
from examops.web.inputs import InvalidInput, OneOf, ShortText, Uid, input_fault, read, read_together

LONGEST, MOST_FEN, FEE_ROWS = 20_000, 10_000_000, 60


class RuleSchema(LenientSchema):
    kind = OneOf(RULE_KINDS, required=True, fault=N_("选管理办法的种类"))
    text = ShortText(LONGEST, lines=True)
    document = Uid()


class RuleFormSchema(RuleSchema):
    """With what is wrong with the two together at its field."""

    @validates_schema(skip_on_field_errors=False)
    def one_of_both(self, data: dict[str, Any], **_: Any) -> None:
        if "text" in data and "document" in data and bool(data["text"]) == bool(data["document"]):
            raise input_fault(N_("写正文，或选一份材料，两样取一样"), "text")


class NoteSchema(LenientSchema):
    note = ShortText(LONGEST, lines=True)


def fees_of(form: Mapping[str, str]) -> tuple[list[dict[str, Any]], str]:
    """The rows with an amount, and the note. Raises :class:`InvalidInput` with every fault, at its field."""
    given = [row for row in range(1, FEE_ROWS + 1) if form.get(f"fee-{row}", "").strip()]
    note, *amounts = read_together(
        lambda: read(NoteSchema, form)["note"],
        *(partial(_fee, row, given, form) for row in given),
        clause=PUBLISHING_CLAUSE,
    )
    return amounts, note


def _fee(row: int, given: Iterable[int], form: Mapping[str, str]) -> dict[str, Any]:
    """One row of the form, which differs from the rows before it."""
    if faults := dict(_fee_faults(row, given, form)):
        raise InvalidInput(faults)
    occupation, level, part = _priced(row, form)
    return {"occupation": occupation, "level": level, "part": part, "fen": _fen(form[f"fee-{row}"])}


def _priced(row: int, form: Mapping[str, str]) -> tuple[str, str, str]:
    """What a row sets a price for: occupation, level and part."""
    occupation, level, part = (form.get(f"{name}-{row}", "").strip() for name in ("occupation", "level", "part"))
    return occupation, level, part or "whole"


def _fee_faults(row: int, given: Iterable[int], form: Mapping[str, str]) -> Iterator[tuple[str, Message]]:
    occupation, level, part = _priced(row, form)
    if find_occupation(occupation) is None:
        yield f"occupation-{row}", message(N_("第 {row} 行没有选职业"), row=row)
    if level not in LETTERS:
        yield f"level-{row}", message(N_("第 {row} 行没有选等级"), row=row)
    if part not in FEE_PARTS:
        yield f"part-{row}", message(N_("第 {row} 行没有选科目"), row=row)
    if _fen(form[f"fee-{row}"]) is None:
        yield f"fee-{row}", message(N_("第 {row} 行的金额写成元，最多两位小数，不超过 10 万元"), row=row)
    elif occupation and any(_priced(other, form) == _priced(row, form) for other in given if other < row):
        yield f"fee-{row}", message(N_("第 {row} 行与前面的重复，同一职业、等级和科目只写一行"), row=row)


def must_differ(one: Mapping[str, Any], others: Iterable[Mapping[str, Any]], row: int) -> None:
    """Raises :class:`BadVersion` where a row before sets a price for the same."""
    if any({**one, "fen": 0} == {**other, "fen": 0} for other in others):
        raise _bad(N_("第 {row} 行与前面的重复"), N_("同一职业、等级和科目只写一行"), row=row)


def _fen(text: str) -> int | None:
    """Yuan with at most two decimals, as fen."""
    whole, _mark, rest = text.strip().removesuffix("元").strip().partition(".")
    if (
        not whole.isascii()
        or not whole.isdigit()
        or len(rest) > 2
        or len(whole) > 9
        or (rest and not (rest.isascii() and rest.isdigit()))
    ):
        return None
    fen = int(whole) * 100 + int((rest + "00")[:2])
    return fen if fen <= MOST_FEN else None


def _bad(words: str, advice: str, **params: Any) -> BadVersion:
    return BadVersion(words, advice=advice, clause=PUBLISHING_CLAUSE, **params)

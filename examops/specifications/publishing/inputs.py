"""What the forms of rules and fees read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from config.levels import LETTERS
from examops.core.language import N_
from examops.specifications.labels import FEE_PARTS
from examops.specifications.models import RULE_KINDS
from examops.specifications.refusals import PUBLISHING_CLAUSE, BadVersion
from examops.web.api import LenientSchema
from examops.web.inputs import OneOf, ShortText, Uid, read

LONGEST, MOST_FEN, FEE_ROWS = 20_000, 10_000_000, 60


class RuleSchema(LenientSchema):
    kind = OneOf(RULE_KINDS, required=True, fault=N_("选管理办法的种类"))
    text = ShortText(LONGEST, lines=True)
    document = Uid()


class NoteSchema(LenientSchema):
    note = ShortText(300, lines=True)


class FeeRowSchema(LenientSchema):
    """One row of the form of fees."""

    occupation = ShortText(40)
    level = OneOf(LETTERS)
    part = OneOf(FEE_PARTS, load_default="whole")
    fee = ShortText(20)


def amounts_of(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows with an amount. Raises :class:`BadVersion` for what is no amount, and for a row without its level."""
    found: list[dict[str, Any]] = []
    for row in range(1, FEE_ROWS + 1):
        if not form.get(f"fee-{row}", "").strip():
            continue
        given = read(
            FeeRowSchema, {name: form.get(f"{name}-{row}", "") for name in ("occupation", "level", "part", "fee")}
        )
        if not given["fee"]:
            continue
        fen = _fen(given["fee"])
        if fen is None or not given["occupation"] or not given["level"]:
            raise _bad(N_("第 {row} 行没有写全"), N_("选职业和等级，金额写成元，最多两位小数"), row=row)
        one = {"occupation": given["occupation"], "level": given["level"], "part": given["part"], "fen": fen}
        must_differ(one, found, row)
        found.append(one)
    return found


def must_differ(one: Mapping[str, Any], others: Iterable[Mapping[str, Any]], row: int) -> None:
    """Raises :class:`BadVersion` where a row before sets a price for the same."""
    if any({**one, "fen": 0} == {**other, "fen": 0} for other in others):
        raise _bad(N_("第 {row} 行与前面的重复"), N_("同一职业、等级和科目只写一行"), row=row)


def _fen(text: str) -> int | None:
    """Yuan with at most two decimals, as fen."""
    whole, _mark, rest = text.removesuffix("元").strip().partition(".")
    if (
        not whole.isascii()
        or not whole.isdigit()
        or len(rest) > 2
        or (rest and not (rest.isascii() and rest.isdigit()))
    ):
        return None
    fen = int(whole) * 100 + int((rest + "00")[:2])
    return fen if fen <= MOST_FEN else None


def _bad(words: str, advice: str, **params: Any) -> BadVersion:
    return BadVersion(words, advice=advice, clause=PUBLISHING_CLAUSE, **params)

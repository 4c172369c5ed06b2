"""Lists of made people with sound ID numbers, as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from examops.eligibility import check_character

HEAD = "姓名,身份证号,统一社会信用代码,参保单位"
BRANCH, OTHER = "91440606MA4W2AJX1P", "91440606MA51G3HR8X"


def id_number(at: int) -> str:
    head = f"440606{1970 + at // 10000 % 30}0{1 + at // 1000 % 9}{10 + at // 100 % 10}{at % 100:03d}"
    return head + check_character(head)


def row(at: int, code: str, name: str = "", employer: str = "佛山示例电器有限公司") -> str:
    return f"{name or '何志'},{id_number(at)},{code},{employer}"


def csv(rows: Iterable[str], head: str = HEAD) -> bytes:
    return "\n".join([head, *rows]).encode()


def insured(count: int, code: str, more: Sequence[str] = ()) -> bytes:
    """``count`` different people at one entity, and further rows."""
    return csv([*(row(at, code) for at in range(count)), *more])


def applicants(numbers: Iterable[int]) -> bytes:
    return csv([f"何志,{id_number(at)}" for at in numbers], "姓名,身份证号")

"""Which columns a list has: those of the roster's reader, and the credit code of the entity beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from examops.core.errors import Invalid
from examops.core.language import N_, join_messages, message
from examops.eligibility.roster import Columns, Table, open_roster
from examops.filings.lists.models import INSURED

CODE = "credit_code"
# Headers beyond those of rosters, as the reader compares them: without blanks and remarks.
TITLES = {
    "统一社会信用代码": CODE,
    "社会信用代码": CODE,
    "信用代码": CODE,
    "单位信用代码": CODE,
    "单位统一社会信用代码": CODE,
    "参保单位统一社会信用代码": CODE,
    "CreditCode": CODE,
    "Creditcode": CODE,
    "参保单位": "employer",
    "参保单位名称": "employer",
    "缴费单位": "employer",
}
USED = ("name", "id_number", CODE, "employer")
WORDS = {"name": N_("姓名"), "id_number": N_("身份证号"), CODE: N_("统一社会信用代码")}
CLAUSE = "系统规则 参保和申报名册"


@dataclass(frozen=True)
class OpenedList:
    """The sheet that was read, and its columns, only those that a list uses named."""

    table: Table
    columns: Columns


def open_list(content: bytes, kind: str) -> OpenedList:
    """Read the sheet with a header that we know, in a bounded child process.

    Raises ``RosterRefused`` for a file that cannot be read, :class:`Invalid` naming every column that is missing.
    """
    opened = open_roster(content, is_paste=False, memory=TITLES)
    columns = tuple(one if one.field in USED else replace(one, field="") for one in opened.columns.columns)
    there = {one.field for one in columns}
    missing = [word for field, word in WORDS.items() if field not in there and (field != CODE or kind == INSURED)]
    if missing:
        raise Invalid(
            N_("表里没有这些列：{missing}"),
            advice=N_("在表头写上这些列名再上传；一行一个人，一人在几个单位参保的，一个单位一行"),
            clause=CLAUSE,
            missing=join_messages(N_("、"), [message(word) for word in missing]),
        )
    return OpenedList(opened.table, replace(opened.columns, columns=columns))

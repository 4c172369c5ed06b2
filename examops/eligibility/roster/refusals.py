"""Reasons to refuse a whole file."""

from __future__ import annotations

from examops.core.errors import DomainError, Kind
from examops.core.language import N_

ROWS = N_("名单有 {rows} 行，上限 {limit} 行")


class RosterRefused(DomainError):
    """The file as a whole cannot be read. ``code`` says why."""

    kind, code, message = Kind.INVALID, "roster.refused", N_("这份名单读不了")


class RosterTooLong(RosterRefused):
    code, message = "roster.too_long", N_("名单行数超过上限")
    advice = N_("按车间、班级或学院拆成几份再导入。")


class RosterTooBig(RosterRefused):
    code, message = "roster.too_big", N_("名单文件太大")
    advice = N_("删去图片和多余的工作表，或拆成几份再导入。")


class RosterHasFarCells(RosterRefused):
    code, message = "roster.far_cell", N_("离名单很远的地方有 {count} 处内容，第一处在单元格 {cell}")
    advice = N_(
        "选中名单下面的空行和右边的空列，整行整列删除（只清除内容不够），保存后再导入；要留的内容先移到另一个工作表。"
    )


class RosterTooHeavy(RosterRefused):
    code, message = "roster.too_heavy", N_("表格范围太大或内容太多，没有读完")
    advice = N_(
        "在 Excel 或 WPS 里按 Ctrl+End 看表格的最后一格：离名单很远时，把名单下面的空行、右边的空列整行整列删除；"
        "或只把名单复制到新工作簿，再导入。"
    )


class RosterNotATable(RosterRefused):
    code, message = "roster.not_a_table", N_("文件不是表格")
    advice = N_("用 Excel 或 WPS 打开，另存为 .xlsx 或 .csv 再导入。")


class RosterLocked(RosterRefused):
    code, message = "roster.locked", N_("文件有打开密码")
    advice = N_("去掉密码后再导入。")


class RosterUnreadableText(RosterRefused):
    code, message = "roster.encoding", N_("文字编码认不出来")
    advice = N_("另存为 UTF-8 编码的 CSV，或直接存为 .xlsx。")


class RosterWithoutHeader(RosterRefused):
    code, message = "roster.no_header", N_("没有找到表头")
    advice = N_("表头须在前 15 行之内，至少有“姓名”和“身份证号”两列。")


class RosterEmpty(RosterRefused):
    code, message = "roster.empty", N_("表里没有人员")
    advice = N_("检查是否选错了工作表。")

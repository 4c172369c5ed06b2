"""Texts for the faults of cells."""

from __future__ import annotations

from examops.core.language import N_, Message, message
from examops.eligibility.roster.fields import title_of
from examops.eligibility.roster.rows import Cell
from examops.eligibility.words import FORMS

WORDS = {
    "name.missing": N_("姓名未填"),
    "name.digits": N_("姓名里有数字"),
    "id_number.missing": N_("身份证号未填"),
    "id.lost_digits": N_("身份证号被 Excel 存成数字，末几位已丢失；把该列设为文本后重新填写"),
    "id.two_names": N_("同一身份证号有两个姓名：第 {other_row} 行是另一个"),
    "row.double": N_("行重复：与第 {other_row} 行是同一人、同一职业、同一等级"),
    "row.refused": N_("数据库没有收下这一行；核对各格内容，还是不行请联系运维"),
    "occupation.missing": N_("报考职业未填"),
    "occupation.unknown": N_("职业目录里没有这个职业（工种）"),
    "level.missing": N_("报考等级未填"),
    "level.unknown": N_("等级认不出来，填五级至一级"),
    "level.contradicts": N_("等级的数字和名称不是同一级，只留对的一个"),
    "number.lost_digits": N_("编号被 Excel 存成数字，末几位已丢失；把该列设为文本后重新填写"),
    "kind.unknown": N_("用工形式认不出来，填正式、劳务派遣、学生或社会人员"),
    "kind.outsourced": N_("外包人员不是本企业职工，不能由本企业申报"),
    "sex.unknown": N_("性别填男或女"),
    "telephone.unreadable": N_("手机号不是 11 位"),
    "day.no_day": N_("只有年月，按日计算须填到日"),
    "day.short_year": N_("年份须写四位"),
    "day.january_or_october": N_(
        "月份不清：可能是 1 月，也可能是 10 月（表格会去掉末尾的 0）；写成 {year}年10月 或 {year}年1月"
    ),
    "day.order_unclear": N_("日和月的次序不清，可能是 {first}，也可能是 {last}；年份写在前面"),
    "day.impossible": N_("没有这一天"),
    "day.out_of_range": N_("日期超出范围：{day} 不在 {first} 至 {last} 年之间"),
    "day.unreadable": N_("日期认不出来，写成 2025-12-05"),
    "years.unreadable": N_("年限认不出来，写成 5 或 5年6个月"),
    "quote.open": N_("格子以引号开头，没有配对的引号；删掉引号，核对这一行各格"),
    "occupation.defaulted": N_("报考职业空着：是按导入时选的“{default}”算的；确认后填上"),
    "level.defaulted": N_("报考等级空着：是按导入时选的“{default}”算的；确认后填上"),
    "kind.defaulted": N_("用工形式空着：是按导入时选的“{default}”算的；确认后填上"),
    "control": N_("有看不见或已损坏的字符（显示为 {marks}）；删掉它，整格重新填写"),
    "years.out_of_range": N_("年限超出范围：{years:g} 不在 0 至 60 之间"),
}
# Of sheets that are no rosters: a roster's ID numbers are judged as facts.
OF_LISTS = {
    "credit_code.missing": N_("统一社会信用代码未填"),
    "credit_code.length": N_("统一社会信用代码应为 18 位"),
    "credit_code.characters": N_("统一社会信用代码里有不用的字母或符号"),
    **{code: form for code, form in FORMS.items() if code.startswith("id.")},
}


def word_cell(cell: Cell) -> Message:
    """The reason alone: 年份须写四位."""
    return message(words_of(cell.code), **cell.params)


def words_of(code: str) -> str:
    """The text of a code. Codes of control characters name their column (``name.control``) and share one text."""
    return WORDS["control"] if code.endswith(".control") else WORDS.get(code) or OF_LISTS.get(code, code)


def word_cell_at(cell: Cell) -> Message:
    """With its place and value: 第 217 行 H 列 派遣起始日期“25.12.5”：年份须写四位."""
    title = cell.header or (message(title_of(cell.field)) if cell.field else "")
    place = (
        message(N_("第 {row} 行 {letter} 列 {title}"), row=cell.row_no, letter=cell.letter, title=title)
        if cell.letter
        else message(N_("第 {row} 行 {title}"), row=cell.row_no, title=title)
    )
    fault = word_cell(cell)
    if not cell.value:
        return message(N_("{place}：{fault}"), place=place, fault=fault)
    return message(N_("{place}“{value}”：{fault}"), place=place, value=cell.value, fault=fault)

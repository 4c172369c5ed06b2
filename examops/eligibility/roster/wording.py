"""The faults of cells in Chinese."""

from __future__ import annotations

from examops.eligibility.roster.fields import title_of
from examops.eligibility.roster.rows import Cell

WORDS = {
    "name.missing": "姓名未填",
    "name.digits": "姓名里有数字",
    "id_number.missing": "身份证号未填",
    "id.lost_digits": "身份证号被 Excel 存成数字，末几位已丢失；把该列设为文本后重新填写",
    "id.two_names": "同一身份证号在第 {other_row} 行是另一个姓名",
    "row.double": "与第 {other_row} 行重复（同一人、同一职业、同一等级）",
    "occupation.missing": "报考职业未填",
    "occupation.unknown": "职业目录里没有这个职业（工种）",
    "level.missing": "报考等级未填",
    "level.unknown": "等级认不出来，填五级至一级",
    "kind.unknown": "用工形式认不出来，填正式、劳务派遣、学生或社会人员",
    "kind.outsourced": "外包人员不是本企业职工，不能由本企业申报",
    "sex.unknown": "性别填男或女",
    "telephone.unreadable": "手机号不是 11 位",
    "day.no_day": "只有年月，按日计算须填到日",
    "day.short_year": "年份须写四位",
    "day.impossible": "没有这一天",
    "day.out_of_range": "{day} 不在 {first} 至 {last} 年之间",
    "day.unreadable": "日期认不出来，写成 2025-12-05",
    "years.unreadable": "年限认不出来，写成 5 或 5年6个月",
    "years.out_of_range": "年限 {years:g} 不在 0 至 60 之间",
}


def word_cell(cell: Cell) -> str:
    """The reason alone: 年份须写四位."""
    return WORDS[cell.code].format(**cell.params)


def word_cell_at(cell: Cell) -> str:
    """With its place and value: 第 217 行 H 列 派遣起始日期“25.12.5”：年份须写四位."""
    title = cell.header or title_of(cell.field)
    place = f"第 {cell.row_no} 行 {cell.letter} 列 {title}" if cell.letter else f"第 {cell.row_no} 行 {title}"
    value = f"“{cell.value}”" if cell.value else ""
    return f"{place}{value}：{word_cell(cell)}"

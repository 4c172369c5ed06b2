"""The blank sheets that an import takes: their headers and an example."""

# What an import reads is Chinese for every reader, as the sheets themselves are.
SHEET = "导入"
BLANKS = {
    "people": (
        ("姓名", "班组", "电话", "用人单位", "教过的班级", "类别", "证号", "职业", "等级", "起日", "止日"),
        ("（例）梁志强", "设备部", "13800000000", "", "", "考评员", "GD0001", "电工", "五级、四级", "2026-01-01", ""),
    ),
    "relations": (
        ("考务人员", "考务人员班组", "考生", "考生身份证号", "关系", "起日", "止日"),
        ("（例）梁志强", "设备部", "何兰", "", "亲属", "", ""),
    ),
}

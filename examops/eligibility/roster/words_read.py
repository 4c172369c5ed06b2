"""Words that people write in the cells of a roster, and what they mean."""

import re

LEVELS: dict[str, str] = {
    word: level
    for level, words in {
        "5": (
            "五级",
            "5",
            "5级",
            "初级",
            "初级工",
            "五级/初级工",
            "五级(初级工)",
            "初级工/五级",
            "职业资格五级",
            "level5",
            "level5(basic)",
        ),
        "4": (
            "四级",
            "4",
            "4级",
            "中级",
            "中级工",
            "四级/中级工",
            "四级(中级工)",
            "中级工/四级",
            "职业资格四级",
            "level4",
            "level4(intermediate)",
        ),
        "3": (
            "三级",
            "3",
            "3级",
            "高级",
            "高级工",
            "三级/高级工",
            "三级(高级工)",
            "高级工/三级",
            "职业资格三级",
            "level3",
            "level3(advanced)",
        ),
        "2": (
            "二级",
            "2",
            "2级",
            "技师",
            "二级/技师",
            "二级(技师)",
            "技师/二级",
            "职业资格二级",
            "level2",
            "level2(technician)",
        ),
        "1": (
            "一级",
            "1",
            "1级",
            "高级技师",
            "一级/高级技师",
            "一级(高级技师)",
            "高级技师/一级",
            "职业资格一级",
            "level1",
            "level1(seniortechnician)",
        ),
        "X": ("学徒工", "学徒", "apprentice", "x"),
        "T": ("特级技师", "特级", "specialtechnician", "t"),
        "S": ("首席技师", "首席", "chieftechnician", "s"),
    }.items()
    for word in words
}
KIND_WORDS: dict[str, str] = {
    word: kind
    for kind, words in {
        "agency": (
            "劳务派遣",
            "派遣",
            "派遣工",
            "劳务派遣工",
            "劳务工",
            "派遣制",
            "派遣员工",
            "劳务派遣人员",
            "agency",
            "agency worker",
        ),
        "employee": (
            "正式",
            "正式工",
            "正式员工",
            "合同工",
            "劳动合同",
            "合同制",
            "自有",
            "自有员工",
            "本单位",
            "本单位职工",
            "本企业职工",
            "在岗职工",
            "在职",
            "职工",
            "全日制",
            "直签",
            "正编",
            "employee",
            "own employee",
        ),
        "student": ("学生", "在校生", "在校学生", "在籍学生", "全日制学生", "应届毕业生", "应届生", "student"),
        "social": (
            "社会人员",
            "社会",
            "社会考生",
            "个人",
            "自由职业",
            "灵活就业",
            "待业",
            "social",
            "social candidate",
        ),
    }.items()
    for word in words
}
OUTSOURCED = frozenset(("外包", "劳务外包", "业务外包", "外包工", "外协", "承包商"))
SEX_WORDS = {"男": "male", "女": "female", "男性": "male", "女性": "female"} | {
    "m": "male",
    "f": "female",
    "male": "male",
    "female": "female",
}
YES, NO = (
    frozenset(("是", "有", "已", "已参保", "参保", "√", "y", "yes", "在保")),
    frozenset(("否", "无", "未", "未参保", "×", "n", "no", "没有")),
)
# Words in Latin letters stand in small letters: case does not matter.
NOTHING = frozenset(("", "无", "/", "-", "—", "--", "暂无", "没有", "\\", "N/A", "NA", "none", "空"))
OPEN_END = frozenset(("至今", "在职", "长期", "无固定期限", "在岗", "今", "现在"))
SCHOOL_WORDS: dict[str, str] = {
    word: school
    for school, words in {
        "technical_school": ("技工学校", "技校", "中级工班", "技工"),
        "senior_technical": ("高级技工学校", "高级技校", "高级工班", "高技", "高级技工"),
        "technician_college": ("技师学院", "预备技师", "技师班"),
        "vocational_secondary": ("中专", "中职", "职高", "中等职业学校", "职业高中", "中等专科"),
        "vocational_higher": ("高职", "高等职业学校", "高职院校", "高职高专"),
        "college": ("大专", "专科", "本科", "大学", "大学本科", "大学专科", "研究生", "硕士", "博士", "本科及以上"),
    }.items()
    for word in words
}
BELOW = frozenset(("小学", "初中", "高中", "初中及以下", "普高"))
RESIDENT = frozenset(
    (
        *("", "1", "01", "身份证", "居民身份证", "中国居民身份证", "中华人民共和国居民身份证"),
        *("二代证", "二代身份证", "二代居民身份证", "第二代身份证", "第二代居民身份证"),
    )
)

# What every company's name has; without it the names of two companies of one town are not alike.
COMPANY_WORDS = re.compile(
    r"(广东省?|佛山市?|[\u4e00-\u9fff]{2}区|股份有限公司|有限责任公司|有限公司|集团|分公司|公司|[()])"
)

"""The columns a roster may have: their names in the program, their title, and what people write above them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from config.traditional import simplified
from examops.core.language import N_, _


@dataclass(frozen=True, slots=True)
class Field:
    """``titles`` begins with the title we use ourselves; so does ``english``, which the catalogue of words repeats."""

    name: str
    titles: tuple[str, ...]
    english: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.titles[0]


FIELDS = (
    Field("name", (N_("姓名"), "员工姓名", "学生姓名", "考生姓名", "人员姓名", "名字"), ("Name", "Full name")),
    Field(
        "id_number",
        (
            N_("身份证号"),
            "身份证号码",
            "证件号码",
            "证件号",
            "公民身份号码",
            "居民身份证号码",
            "身份证",
            "身份证件号码",
        ),
        ("ID number", "ID card number", "ID no."),
    ),
    Field("id_type", (N_("证件类型"), "证件种类", "证件名称"), ("Type of document",)),
    Field("sex", (N_("性别"),), ("Sex", "Gender")),
    Field(
        "kind",
        (
            N_("用工形式"),
            "用工类型",
            "用工性质",
            "用工方式",
            "人员类别",
            "人员类型",
            "员工类型",
            "考生类别",
            "员工性质",
        ),
        ("Employment", "Kind of employment", "Candidate type"),
    ),
    Field(
        "team",
        (N_("班组"), "部门", "车间", "班组/部门", "部门/班组", "所在部门", "所属部门", "工段", "班组(部门)", "科室"),
        ("Team", "Department"),
    ),
    Field(
        "occupation",
        (
            N_("报考职业"),
            "职业",
            "工种",
            "报考工种",
            "申报职业",
            "申报工种",
            "职业(工种)",
            "职业工种",
            "职业名称",
            "认定职业",
            "报考职业(工种)",
            "申报职业(工种)",
            "报考",
            "职业/工种",
        ),
        ("Occupation", "Trade"),
    ),
    Field(
        "level",
        (N_("等级"), "报考等级", "申报等级", "认定等级", "报考级别", "申报级别", "级别", "职业技能等级", "技能等级"),
        ("Level",),
    ),
    Field(
        "agency",
        (N_("派遣单位"), "劳务派遣单位", "派遣公司", "劳务公司", "派遣单位名称", "劳务派遣公司"),
        ("Agency", "Employment agency"),
    ),
    Field("host", (N_("用工单位"), "用工企业", "用工单位名称", "实际用工单位"), ("Host company", "Host")),
    Field("employer", (N_("工作单位"), "单位名称", "所在单位", "用人单位", "单位"), ("Employer", "Company")),
    Field(
        "started_on",
        (
            N_("派遣起始日期"),
            "入职日期",
            "派遣开始日期",
            "派遣起始",
            "入职时间",
            "派遣日期",
            "进厂日期",
            "到岗日期",
            "开始日期",
            "起始日期",
            "派遣起始时间",
            "派遣开始时间",
            "入厂日期",
            "进厂时间",
            "上岗日期",
        ),
        ("Agency start date", "Start date"),
    ),
    Field(
        "ended_on",
        (
            N_("离职日期"),
            "派遣结束日期",
            "派遣终止日期",
            "离职时间",
            "结束日期",
            "终止日期",
            "派遣截止日期",
            "离厂日期",
            "合同到期日",
        ),
        ("Last day", "End date", "Last day of work"),
    ),
    Field(
        "insured_in",
        (N_("参保地"), "社保参保地", "社保缴纳地", "参保地区", "社保地", "缴费地", "社保所在地"),
        ("Insured in", "Place of insurance"),
    ),
    Field(
        "insured_by",
        (
            N_("参保单位"),
            "社保参保单位",
            "社保缴纳单位",
            "缴费单位",
            "是否参保",
            "本单位参保",
            "是否本单位参保",
            "是否在本单位参保",
        ),
        ("Insured by", "Insured here"),
    ),
    Field(
        "works_in",
        (N_("工作地"), "就业地", "工作地点", "用工地", "工作所在地", "就业所在地", "实际工作地"),
        ("Works in", "Place of work"),
    ),
    Field(
        "telephone",
        (N_("手机"), "手机号", "手机号码", "联系电话", "电话", "联系方式", "移动电话", "本人电话"),
        ("Mobile", "Telephone", "Phone"),
    ),
    Field(
        "certificate_number",
        (N_("原证书编号"), "证书编号", "原证书号", "已有证书编号", "证书号", "现有证书编号"),
        ("Certificate number", "Certificate no."),
    ),
    Field(
        "certificate_level",
        (N_("原证书等级"), "已有证书等级", "现有等级", "现有证书等级", "原等级", "已持等级", "持证等级", "证书等级"),
        ("Certificate level",),
    ),
    Field(
        "certificate_occupation",
        (N_("原证书职业"), "原证书工种", "证书职业", "已有证书职业", "原证书职业(工种)", "证书工种"),
        ("Certificate occupation",),
    ),
    Field(
        "certificate_on",
        (
            N_("原证书发证日期"),
            "发证日期",
            "证书日期",
            "原发证日期",
            "取证日期",
            "发证时间",
            "取证时间",
            "原证书日期",
            "证书取得日期",
            "取得证书日期",
            "已有证书取得日期",
            "已有证书发证日期",
            "现有证书发证日期",
            "获证日期",
            "获证时间",
            "核发日期",
        ),
        ("Certificate date", "Date of certificate"),
    ),
    Field(
        "work_years",
        (
            N_("从事本职业年限"),
            "本职业年限",
            "从业年限",
            "工作年限",
            "工龄",
            "从事年限",
            "本工种年限",
            "从事本工种年限",
            "累计年限",
            "本职业工作年限",
            "从事本职业工作年限",
            "相关工作年限",
            "累计工作年限",
        ),
        ("Years in the occupation", "Years of work"),
    ),
    Field(
        "work_since",
        (
            N_("从事本职业起始日期"),
            "从业起始日期",
            "从事本职业起始",
            "从业开始日期",
            "从事本工种起始日期",
            "从事本职业日期",
            "开始从业日期",
            "从事本职业起始时间",
            "从事本职业开始日期",
        ),
        ("In the occupation since",),
    ),
    Field("education", (N_("学历"), "文化程度", "学校类别", "学校类型", "培养层次"), ("Education",)),
    Field("major", (N_("专业"), "所学专业", "专业名称"), ("Major",)),
    Field("school", (N_("毕业院校"), "学校", "学校名称", "毕业学校", "院校", "就读学校", "就读院校"), ("School",)),
    Field("student_number", (N_("学号"), "学籍号"), ("Student number", "Student no.")),
    Field("class_name", (N_("班级"), "所在班级", "班别", "班级名称"), ("Class",)),
    Field("enrolled_on", (N_("入学日期"), "入学时间", "入学年月"), ("Enrolment date", "Enrollment date")),
    Field(
        "graduates_on", (N_("毕业日期"), "毕业时间", "预计毕业日期", "毕业年月", "预计毕业时间"), ("Graduation date",)
    ),
    Field(
        "apprenticeship_ended_on",
        (N_("学徒期满日期"), "学徒期满", "出师日期", "学徒结束日期"),
        ("Apprenticeship end date",),
    ),
    Field("born_on", (N_("出生日期"), "出生年月", "生日", "出生年月日"), ("Date of birth",)),
    Field("remark", (N_("备注"), "说明"), ("Remark", "Remarks", "Note")),
    Field("number", (N_("序号"), "编号", "工号", "员工编号", "人员编号"), ("No.", "Number")),
)
BY_NAME = {field.name: field for field in FIELDS}
BY_TITLE = {
    title.replace(" ", "").casefold(): field.name for field in FIELDS for title in (*field.titles, *field.english)
}
LATIN = re.compile(r"[a-z0-9().,/_'-]+")
HAN = re.compile(r"[\u3400-\u9fff（）／]+")
REQUIRED = ("name", "id_number")


def field_of(header: str) -> str:
    """The field of a header without blanks and remarks, in either language or both ("姓名Name", "Name/姓名"), in
    traditional characters too; "" where nobody knows."""
    plain = simplified(header.casefold())
    spellings = (plain, plain.split("(")[0], LATIN.sub("", plain), HAN.sub("", plain).strip("()/-"))
    return next((BY_TITLE[one] for one in spellings if one in BY_TITLE), "")


def title_in(name: str) -> str:
    """The title in the reader's language."""
    return _(title_of(name))


def title_of(name: str) -> str:
    """The title in Chinese, for what is stored and worded later."""
    return BY_NAME[name].title if name in BY_NAME else name

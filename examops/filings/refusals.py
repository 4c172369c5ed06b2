"""Why something cannot be done with a filing, with its clause and what to do next."""

from __future__ import annotations

from examops.core.errors import Conflict, Invalid, NotAllowed
from examops.core.language import N_

DOCUMENT_CLAUSE = "系统规则 备案材料"
OCCUPATION_CLAUSE = "市工作方案 三"


class FilingIsClosed(Conflict):
    """The body changes what is being decided, or what has been."""

    code, message = "filing.closed", N_("申报现在是“{state}”，不能改")
    advice = N_("正在审核的，等退回后再改，或先撤回；已经办结的，另开一次申报")


class StepOvertaken(Conflict):
    """Somebody else saved this page in between."""

    code, message = "filing.step_overtaken", N_("{by} {at} 先保存了这一页，改了：{changed}。您填的还在下面，没有保存")
    advice = N_("对照他改的，改好后再保存一次")


class FilingOvertaken(Conflict):
    """Somebody else acted on the filing in between."""

    code, message = "filing.overtaken", N_("{by} {at} 已经办理：{act}。您这一次没有保存")
    advice = N_("看现在的状态和往来，需要时再办")


class OneOpenFiling(Conflict):
    code, message = "filing.one_open", N_("本机构已有一份申报还没有办结")
    advice = N_("接着填那一份，或先撤回它")


class OwnHand(NotAllowed):
    """Nobody reads what they uploaded, reviews what they handed in, or decides what they handed in or reviewed."""

    code, message = "filing.own_hand", N_("自己交的、审过的，不能自己来看或决定")
    advice = N_("请另一位有权限的人办理")


class InOtherHands(NotAllowed):
    """Another officer of the office has the filing in hand."""

    code, message = "filing.in_other_hands", N_("这份申报由 {name} 在办")
    advice = N_("请他办；他不在时由他的代理人办，或由部门负责人改派")


class NotComplete(Conflict):
    code, message = "filing.not_complete", N_("还缺 {count} 项，不能提交：{missing}")
    advice = N_("按“还缺什么”逐项补齐后再提交")


class NotMet(Conflict):
    code, message = "filing.not_met", N_("有 {count} 项没有落实，不能这样办：{missing}")
    advice = N_("先看材料、查记录或作出具名决定；落实不了的，退回或不予备案")


class BadDocument(Invalid):
    code, message = "filing.bad_document", N_("这个文件的内容不是完整的 PDF、JPEG 或 PNG，不能作为材料")
    advice = N_("用原来的程序重新导出或重新扫描后上传；只改扩展名不行")


class DocumentTakenOut(Conflict):
    """The body has taken the document out of its draft."""

    code, message = "filing.document_taken_out", N_("材料“{name}”已由 {by} {at} 取下")
    advice = N_("看现在的材料；还要用它的，由机构再上传一次")


class CodeUnexplained(Invalid):
    """A credit code fails its own check character, or an office of another city gave it: it is wrong, or the licence
    itself has it so."""

    code, message = "filing.code_unexplained", N_("统一社会信用代码要说明理由：{codes}")
    advice = N_("对照证照：写错的，改好表再上传；证照上就是这样的（如迁来本市、沿用原代码），写明理由再办")

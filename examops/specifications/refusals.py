"""Why something cannot be done with a specification, a work plan or a published rule; clause and next step."""

from __future__ import annotations

from examops.core.errors import Conflict, Invalid
from examops.core.language import N_

SPECIFICATION_CLAUSE = "市工作方案 一(七)"
PLAN_CLAUSE = "市工作方案 四(四)"
PUBLISHING_CLAUSE = "市工作方案 四(三)"
STANDARD_CLAUSE = "市工作方案 三(二)"


class NotADraft(Conflict):
    code, message = "version.not_a_draft", N_("第 {version} 版已经交出，不能改")
    advice = N_("随备案交出的，退回或撤回后再改；已经备案的，另起一版")


class VersionOvertaken(Conflict):
    """Somebody else saved this draft in between."""

    code, message = "version.overtaken", N_("{by} {at} 先保存了这份草稿，您这一次没有保存")
    advice = N_("看他改了什么，再填一次")


class OneDraft(Conflict):
    code, message = "version.one_draft", N_("已有一份草稿或在审的版本")
    advice = N_("接着改那一份，或等它办结")


class BadVersion(Invalid):
    code, message = "version.bad", N_("内容不完整")


class VersionIncomplete(Conflict):
    code, message = "version.incomplete", N_("随报的版本还不能提交：{faults}")
    advice = N_("补齐后再提交，或先把它从这份申报里取下")


class DocumentUnread(Conflict):
    code, message = "version.unread", N_("随报版本的材料还没有人看过或不能用：{names}")
    advice = N_("先打开材料看过，记下能不能用；不能用的退回")

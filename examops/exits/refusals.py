"""Why something cannot be done with an exit case, and what to do next."""

from __future__ import annotations

from examops.core.errors import Conflict, NotAllowed
from examops.core.language import N_


class CaseOvertaken(Conflict):
    """Somebody else acted on the case in between."""

    code, message = "exit.overtaken", N_("{by} {at} 已经办理：{act}。您这一次没有保存")
    advice = N_("看现在的状态和经过，需要时再办")


class OneOpenCase(Conflict):
    code, message = "exit.one_open", N_("{body}同一事由的退出事项还没有办结")
    advice = N_("在那一件里补充事实，或先办结它")


class NoFacts(Conflict):
    code, message = "exit.no_facts", N_("还没有事实，不能告知机构")
    advice = N_("先补充查到的事实：内容、在哪里看的、截至哪一天")


class HearingRuns(Conflict):
    """The body has not stated its case and may still do so."""

    code, message = "exit.hearing_runs", N_("机构陈述申辩到 {until} 为止，还不能决定")
    advice = N_("等机构陈述，或过了这一天再决定")


class OwnCase(NotAllowed):
    """Nobody decides what they opened, gathered facts for, told the body or stated."""

    code, message = "exit.own_hand", N_("自己或所代的人立案、补充事实或告知过的，不能决定")
    advice = N_("请市局另一位经办人决定")


class SetAsideByOther(NotAllowed):
    """Nobody sets aside what they had a hand in, the decision above all."""

    code, message = "exit.set_aside_by_other", N_("自己或所代的人在这件事项里办过任何一步的，不能撤销它的决定")
    advice = N_("请市局没有办过这件事项的经办人办")


class OtherCaseOpen(Conflict):
    """A body does not leave by its own wish, which bars nobody, while a case is open that may bar it."""

    code, message = "exit.other_open", N_("{body}还有没办结的 {number}（{ground}），不能先同意自愿退出")
    advice = N_("先决定或撤销那一件，再办这一件；要不同意退出，现在就可以")


class NotRemovedByThis(Conflict):
    code, message = "exit.not_removed_by_this", N_("{body}现在的状态不是这件事项取消备案的结果，不能从这里撤销")
    advice = N_("看机构现在的状态和它最近的退出事项、申报")


class AlreadyLeft(Conflict):
    """Of a body that has left, nothing is decided but a bar for misconduct."""

    code, message = "exit.already_left", N_("{body}已经退出，这个事由没有什么可以再决定")
    advice = N_("退出以后才查到违规失信的，事由选“违规失信等行为”，只决定限制申请")


class BarOnly(Conflict):
    """A body that has left can only be barred, and only such a one."""

    code, message = "exit.bar_only", N_("{body}现在是“{state}”，不能这样决定")
    advice = N_("已经退出的：选“限制申请”或“不予处理”；还在备案的：选“取消备案”，写限制申请到哪一天")


class NothingToLeave(Conflict):
    code, message = "exit.not_filed", N_("{body}现在是“{state}”，不能这样办")
    advice = N_("只有已备案或暂停的机构可以暂停或取消备案")

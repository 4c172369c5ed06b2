"""Notices to the body, through the outbox, in the transaction of what they tell."""

from __future__ import annotations

from examops.core.clock import Clock
from examops.core.extensions import settings
from examops.core.language import N_, Message, in_chinese, message
from examops.exits.labels import GROUND_WORDS, OUTCOMES
from examops.exits.models import ExitCase
from examops.filings import recipients_at
from examops.offices import Words
from examops.offices import tell as tell_people
from examops.organisations.models import Body
from examops.outbox import Notice, post


def tell_hearing(case: ExitCase, body: Body, clock: Clock) -> bool:
    until = case.hearing_until.isoformat() if case.hearing_until else ""
    words = message(
        N_("{body}：因“{ground}”拟处理备案（{number}）。请在 {until} 前登录考务系统看事实并陈述申辩。"),
        body=body.name,
        ground=message(GROUND_WORDS[case.ground]),
        number=case.number,
        until=until,
    )
    return tell(body, "exit_case", f"exit:{case.uid}:told", message(N_("陈述申辩告知")), words, clock)


def tell_term(case: ExitCase, body: Body, clock: Clock) -> bool:
    words = message(
        N_(
            "{body}：退出事项 {number} 陈述申辩的期限改为 {until}：节假日安排已公布，按工作日重新算过；"
            "文书上印的日期以这一次为准。"
        ),
        body=body.name,
        number=case.number,
        until=str(case.hearing_until),
    )
    return tell(
        body, "exit_case", f"exit:{case.uid}:term:{case.hearing_until}", message(N_("陈述申辩期限")), words, clock
    )


def tell_decision(case: ExitCase, body: Body, clock: Clock) -> bool:
    words = message(
        N_("{body}：退出事项 {number} 已决定：{decision}。决定书在考务系统里看。"),
        body=body.name,
        number=case.number,
        decision=message(OUTCOMES[case.decision]),
    )
    return tell(body, "exit_case", f"exit:{case.uid}:decided", message(N_("退出事项决定")), words, clock)


def tell_lifted(case: ExitCase, body: Body, clock: Clock) -> bool:
    words = message(N_("{body}：退出事项 {number} 的暂停已解除，恢复备案。"), body=body.name, number=case.number)
    return tell(body, "exit_case", f"exit:{case.uid}:lifted", message(N_("恢复备案")), words, clock)


def tell_withdrawn(case: ExitCase, body: Body, clock: Clock) -> bool:
    words = message(
        N_("{body}：退出事项 {number}（{ground}）已撤销，不再办理，备案不变。"),
        body=body.name,
        number=case.number,
        ground=message(GROUND_WORDS[case.ground]),
    )
    return tell(body, "exit_case", f"exit:{case.uid}:withdrawn", message(N_("退出事项撤销")), words, clock)


def tell_set_aside(case: ExitCase, body: Body, clock: Clock) -> bool:
    if case.decision == "barred":
        return _tell_bar_set_aside(case, body, clock)
    words = message(
        N_(
            "{body}：退出事项 {number} 取消备案的决定已撤销，备案状态恢复；"
            "以前取消的场次和随之结束的申报不会自动恢复，要考的请重新排，要报的请另开一份。"
        ),
        body=body.name,
        number=case.number,
    )
    return tell(body, "exit_case", f"exit:{case.uid}:set_aside", message(N_("撤销取消备案的决定")), words, clock)


def _tell_bar_set_aside(case: ExitCase, body: Body, clock: Clock) -> bool:
    words = message(
        N_("{body}：退出事项 {number} 限制申请的决定已撤销，即日起可以申报。"), body=body.name, number=case.number
    )
    return tell(body, "exit_case", f"exit:{case.uid}:set_aside", message(N_("撤销限制申请的决定")), words, clock)


def tell(body: Body, kind: str, key: str, subject: Message, words: Message, clock: Clock) -> bool:
    """To each address once; False where there is none, or all were told before."""
    with in_chinese():
        text = str(words)
        said = Words(str(subject), text, text)
    return bool(tell_people(recipients_at(body), said, kind=kind, about=key, clock=clock))


def tell_operators(key: str, subject: Message, words: Message, clock: Clock) -> bool:
    """To the mailbox for alarms; nothing happens where none is set."""
    if not (mailbox := settings().alarm_mailbox):
        return False
    with in_chinese():
        return post(Notice(mailbox, "email", "recheck_failed", key, str(subject), str(words)), clock)

"""What notices, channels and their states are called; addresses as operators read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.core.language import N_, _
from examops.outbox.models import EMAIL, EXPIRED, FAILED, GIVEN_UP, SENT, SMS, TOLD, WAITING
from examops.web.labels import labelled, marked

STATES = {
    WAITING: ("wait", N_("等着发")),
    FAILED: ("look", N_("没发出，会再试")),
    GIVEN_UP: ("stop", N_("已放弃")),
    SENT: ("done", N_("已发出")),
    TOLD: ("done", N_("已用别的办法告知")),
    EXPIRED: ("off", N_("过期未发")),
}
CHANNELS = {EMAIL: N_("邮件"), SMS: N_("短信")}
# What follows where the notice has ended: whoever needs it asks for another.
AFTER_EXPIRY = {
    "opening_code": N_("验证码到期时还没有发出，所以不再发。申请人在申请页点“重发一个”。"),
    "account_invited": N_("链接到期时还没有发出，所以不再发。由登记的部门在机构页重发邀请。"),
}
HOWS = {"phone": N_("电话"), "in_person": N_("当面"), "paper": N_("书面送达"), "other": N_("其他办法")}
BY_ADDRESS = "address"  # sent once more, to the address that was put right
HOW_WORDS = {**HOWS, BY_ADDRESS: N_("改了地址另发一条")}
FAULTS = {
    "ConnectionRefusedError": N_("连不上，对方没有开"),
    "NewConnectionError": N_("连不上，对方没有开"),
    "gaierror": N_("找不到这个主机名"),
    "NameResolutionError": N_("找不到这个主机名"),
    "ConnectTimeoutError": N_("对方太久没有应答"),
    "ReadTimeoutError": N_("对方太久没有应答"),
    "TimeoutError": N_("对方太久没有应答"),
    "ProtocolError": N_("对方挂断了，或者答的不是 HTTP"),
    "SSL": N_("证书不对"),
    "SMTPAuthenticationError": N_("账号或密码不对"),
    "SMTP 5": N_("对方拒收"),
    "SMTP 4": N_("对方请稍后再来"),
    "HTTP 401": N_("令牌不对，改好设置后自动再发"),
    "HTTP 403": N_("令牌不对，改好设置后自动再发"),
    "HTTP 407": N_("令牌不对，改好设置后自动再发"),
    "HTTP 404": N_("网址不对，改好设置后自动再发"),
    "HTTP 405": N_("网址不对，改好设置后自动再发"),
    "HTTP 429": N_("对方请稍后再来"),
    "HTTP 408": N_("对方请稍后再来"),
    "HTTP 425": N_("对方请稍后再来"),
    "HTTP 4": N_("对方拒收"),
    "HTTP 5": N_("对方出错"),
    "HTTP 3": N_("网址不对，对方要转到别处"),
    "no address": N_("收件地址不成地址，请本人改联系方式"),
}
KINDS = {
    "account_invited": N_("考务账号邀请"),
    "opening_code": N_("开户申请验证码"),
    "opening_decided": N_("开户申请退回或不予登记"),
    "job_failed": N_("任务失败"),
    "session_broken": N_("场次受停用影响"),
    "duty_replaced": N_("当值换人"),
    "lending_answered": N_("跨区借用考点的答复"),
    "lending_ended": N_("考点借用提前结束"),
    "filing_letter": N_("备案文书"),
    "filing_overdue": N_("备案逾期"),
    "catalogue_change": N_("职业目录改动"),
    "filing_term": N_("备案期限改动"),
    "calendar": N_("节假日安排"),
    "exit_case": N_("退出事项"),
    "recheck_reminder": N_("备案后提醒"),
    "recheck_failed": N_("备案后核对没有做成"),
}


def mask_recipient(address: str) -> str:
    """``y***@example.cn``, ``138****5678``: enough to recognise, not to copy."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 8 else "****"


def shown_fault(fault: str) -> str:
    """What the other side did, in words, with the code that its operators understand."""
    if fault.endswith("MAIL FROM"):
        return _("对方不收我们的发件人，改好设置后自动再发（{code}）", code=fault)
    words = next((words for code, words in FAULTS.items() if fault.startswith(code)), N_("对方没有应答"))
    return _("{words}（{code}）", words=_(words), code=fault) if fault else ""


FILTERS: dict[str, Callable[..., Any]] = {
    "notice_state": marked(STATES),
    "notice_channel": labelled(CHANNELS),
    "notice_kind": labelled(KINDS),
    "notice_fault": shown_fault,
    "notice_how": labelled(HOW_WORDS),
    "mask_recipient": mask_recipient,
}

"""What is sent to whoever asks to be registered. Chinese, as everything that goes out."""

from __future__ import annotations

from examops.core.clock import local
from examops.offices import Words
from examops.organisations.openings.models import OpeningRequest
from examops.organisations.openings.states import RETURNED


def code_words(row: OpeningRequest, digits: str) -> Words:
    line = f"验证码 {digits}，{local(row.code_until):%H:%M} 前有效，用于职业技能等级认定机构开户申请 {row.number}。"
    text = f"{line}不是您本人操作的，不用理会，也不要把验证码告诉别人。"
    return Words("开户申请验证码", text, text)


def answer_words(row: OpeningRequest, address: str) -> Words:
    """``address``: where the state is read by number and mobile."""
    what = "已退回，请改正后再交" if row.state == RETURNED else "不予登记"
    line = f"{row.person}：{row.name}的开户申请 {row.number} {what}。理由：{row.reason}"
    after = f"凭编号和手机号查看：{address}"
    return Words(f"开户申请{what}", f"{line}\n{after}", f"{line} {after}")

"""A notice that does not go out is closed: somebody was told another way, or another goes to the address that was put
right."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day, today
from examops.core.database import db
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.language import N_, message
from examops.outbox.labels import BY_ADDRESS, STATES, mask_recipient
from examops.outbox.models import EMAIL, STUCK, TOLD, OutboxNotice
from examops.outbox.posting import Notice, address_digest, post
from examops.outbox.senders import ADDRESS, NUMBER
from examops.outbox.tags import Tag


class NotStuck(Conflict):
    """It went out, waits to, or was closed by somebody else."""

    code, message = "notice.not_stuck", N_("这条通知现在是“{state}”，不用再处理")
    advice = N_("看通知现在的状态")


class ToldAlready(Conflict):
    code, message = "notice.told_already", N_("同一件事已经通知（或正在通知）这个地址，不再发第二次")
    advice = N_("不用另发：写明怎样告知，把这一条办结")


def notice_by_uid(uid: UUID) -> OutboxNotice:
    found = db.session.execute(select(OutboxNotice).where(OutboxNotice.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有这条通知"), advice=N_("回到通知页刷新"))
    return found


def close_as_told(uid: UUID, how: str, whom: str, on: date, *, actor: Actor, clock: Clock) -> None:
    """It is never sent any more. Raises :class:`NotStuck`, :class:`Invalid` for a day that cannot be."""
    notice = _stuck(uid)
    if not local_day(notice.created_at) <= on <= today(clock):
        raise Invalid(
            N_("告知的日期要在 {first} 和今天之间"),
            advice=N_("选实际告知的那一天"),
            first=local_day(notice.created_at).isoformat(),
        )
    _close(notice, how, whom, on, actor, clock)
    told = {"told_how": how, "told_whom": whom, "told_on": on.isoformat()}
    record(Tag.TOLD, actor, notice, at=clock.now(), notice=notice.kind, **told)


def send_to(uid: UUID, address: str, *, actor: Actor, clock: Clock) -> None:
    """Another notice of the same fact goes to this address, this one is closed. Keys of both stay, so that neither
    address is told of it again. Raises :class:`NotStuck`, :class:`ToldAlready`, :class:`Invalid`."""
    notice, address = _stuck(uid), address.strip()
    form = ADDRESS if notice.channel == EMAIL else NUMBER
    if not form.fullmatch(address):
        raise Invalid(N_("这不成一个收件地址"), advice=N_("邮箱像 name@example.cn，手机写号码，只写一个"))
    payload, before = notice.payload, mask_recipient(notice.recipient)
    words = payload["subject"], payload["text"], notice.useless_after
    again = Notice(address, notice.channel, notice.kind, _key_for(notice, address), *words)
    if not post(again, clock):
        raise ToldAlready()
    _close(notice, BY_ADDRESS, mask_recipient(address), today(clock), actor, clock)
    told = {"before": before, "after": mask_recipient(address)}
    record(Tag.ADDRESS_CORRECTED, actor, notice, at=clock.now(), notice=notice.kind, **told)


def _stuck(uid: UUID) -> OutboxNotice:
    """Locked: whoever sends or closes it meanwhile comes first, or after."""
    notice = notice_by_uid(uid)
    db.session.refresh(notice, with_for_update=True)
    if notice.state not in STUCK:
        raise NotStuck(state=message(STATES[notice.state][1]))
    return notice


def _close(notice: OutboxNotice, how: str, whom: str, on: date, actor: Actor, clock: Clock) -> None:
    notice.state, notice.ended_at = TOLD, clock.now()
    notice.told_how, notice.told_whom, notice.told_on, notice.closed_by_name = how, whom, on, actor.name
    notice.recipient = mask_recipient(notice.recipient)  # nobody needs it any more
    db.session.flush()


def _key_for(notice: OutboxNotice, address: str) -> str:
    """As whoever told this address of the same fact would write it (see ``offices.tell``)."""
    about = notice.key.removesuffix(f":{notice.channel}:{address_digest(notice.recipient)}")
    return f"{about}:{notice.channel}:{address_digest(address)}"

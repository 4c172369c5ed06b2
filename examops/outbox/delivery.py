"""Sending what is due, one notice in one transaction; what fails waits longer each time, and is given up with an alarm.

At least once: a process that is killed between the other side's "taken" and the commit sends the notice again, under
the same Message-ID or Idempotency-Key.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.outbox.models import EXPIRED, FAILED, GIVEN_UP, SENT, TO_SEND, WAITING, OutboxNotice
from examops.outbox.senders import Later, Outgoing, Refused, Sender, SenderAway
from examops.outbox.tags import Tag

log = logging.getLogger("examops.outbox")
WAITS = (1, 2, 5, 15, 30, 60)  # minutes until the next try; the last one again and again
GIVE_UP_AFTER = timedelta(hours=72)
AT_ONCE = 200  # of one run
KEPT_DAYS = 90
WITH_KEY = ("account_invited", "opening_code")
KEY_GONE = "（里面有只能用一次的链接或验证码，发出后不再保存）"
EXPIRED_UNSENT = "（里面的链接或验证码已过期，没有发出，不再保存）"
ACTOR = Actor.system(N_("发件箱"))


@dataclass
class Delivered:
    """What one run did. ``given_up`` is what operators must look at."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    expired: int = 0


def deliver_due(senders: Mapping[str, Sender], clock: Clock) -> Delivered:
    """Send what is due by the channels that are set. A channel that is away is not asked again in this run."""
    with transaction(SYSTEM):
        done, open_channels = Delivered(expired=close_useless(clock.now())), set(senders)
    for _ in range(AT_ONCE):
        with transaction(SYSTEM):
            notice = _next_due(open_channels, clock.now())
            if notice is None:
                return done
            try:
                senders[notice.channel](_outgoing(notice))
            except SenderAway as error:
                open_channels.discard(notice.channel)
                _put_off(notice, str(error), clock.now(), done)
            except Later as error:
                _put_off(notice, str(error), clock.now(), done)
            except Refused as error:
                _give_up(notice, str(error), clock.now(), done)
            except Exception as error:  # one that nobody foresaw stops no other
                log.exception("notice %s (%s) could not be sent", notice.uid, notice.kind)
                _put_off(notice, type(error).__name__, clock.now(), done)
            else:
                notice.state, notice.ended_at, notice.fault = SENT, clock.now(), ""
                notice.attempts += 1
                _forget_key(notice)
                done.sent += 1
    return done


def close_useless(now: datetime) -> int:
    """Whatever the channel: what is useless by now is sent no more, and its text is forgotten. Returns how many."""
    query = select(OutboxNotice).where(OutboxNotice.state.in_(TO_SEND), OutboxNotice.useless_after <= now)
    ended = db.session.execute(query.order_by(OutboxNotice.id).with_for_update(skip_locked=True)).scalars().all()
    for notice in ended:
        notice.state, notice.ended_at = EXPIRED, now
        notice.payload = {**notice.payload, "text": EXPIRED_UNSENT}
        record(Tag.EXPIRED, ACTOR, notice, at=now, notice=notice.kind, fault=notice.fault, attempts=notice.attempts)
    return len(ended)


def _next_due(channels: set[str], now: datetime) -> OutboxNotice | None:
    """Locked; one that another worker holds is passed over."""
    query = (
        select(OutboxNotice)
        .where(OutboxNotice.state.in_(TO_SEND), OutboxNotice.channel.in_(channels), OutboxNotice.next_try <= now)
        .where(or_(OutboxNotice.useless_after.is_(None), OutboxNotice.useless_after > now))
        .order_by(OutboxNotice.next_try, OutboxNotice.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return db.session.execute(query).scalar_one_or_none() if channels else None


def _forget_key(notice: OutboxNotice) -> None:
    """A one-time link or code stands nowhere once it has gone out: whoever reads the list could use it."""
    if notice.kind in WITH_KEY:
        notice.payload = {**notice.payload, "text": KEY_GONE}


def _outgoing(notice: OutboxNotice) -> Outgoing:
    return Outgoing(str(notice.uid), notice.recipient, notice.kind, notice.payload["subject"], notice.payload["text"])


def _put_off(notice: OutboxNotice, fault: str, now: datetime, done: Delivered) -> None:
    if now - notice.first_due >= GIVE_UP_AFTER:
        _give_up(notice, fault, now, done)
        return
    wait = WAITS[min(notice.attempts, len(WAITS) - 1)]
    notice.state, notice.fault, notice.next_try = FAILED, fault, now + timedelta(minutes=wait)
    notice.attempts += 1
    done.failed += 1


def _give_up(notice: OutboxNotice, fault: str, now: datetime, done: Delivered) -> None:
    """With an alarm: an entry of the log, ``look`` on /healthz, and the first line of the operators' page."""
    notice.state, notice.fault, notice.ended_at = GIVEN_UP, fault, now
    notice.attempts += 1
    done.given_up += 1
    record(Tag.GIVEN_UP, ACTOR, notice, at=now, notice=notice.kind, fault=fault, attempts=notice.attempts)


def try_again(uid: UUID, *, actor: Actor, clock: Clock) -> bool:
    """Make a notice due at once that failed or was given up; False for another. Raises NotFound."""
    query = select(OutboxNotice).where(OutboxNotice.uid == uid).with_for_update()
    notice = db.session.execute(query).scalar_one_or_none()
    if notice is None:
        raise NotFound(N_("没有这条通知"), advice=N_("回到通知页刷新"))
    if notice.state not in (FAILED, GIVEN_UP):
        return False
    notice.state, notice.attempts, notice.ended_at = WAITING, 0, None
    notice.first_due = notice.next_try = clock.now()
    record(Tag.TRIED_AGAIN, actor, notice, at=clock.now(), notice=notice.kind)
    return True


def purge_sent(clock: Clock) -> int:
    """Delete what was sent or expired long ago, with the recipient's address; returns how many."""
    old = OutboxNotice.state.in_((SENT, EXPIRED)) & (OutboxNotice.ended_at < clock.now() - timedelta(days=KEPT_DAYS))
    count = db.session.execute(select(func.count()).select_from(OutboxNotice).where(old)).scalar_one()
    db.session.execute(delete(OutboxNotice).where(old))
    return int(count)

"""An office answers a request: returned or refused with reasons, or registered by the rules of every registration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from examops.accounts import Admin
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_, message
from examops.offices import addresses, tell
from examops.organisations.models import Body
from examops.organisations.opening import Made, Origin, open_body
from examops.organisations.openings.models import OpeningRequest
from examops.organisations.openings.states import OPENING_STATES, REFUSED, REGISTERED, RETURNED, SHOWN, WAITING
from examops.organisations.openings.tags import Tag
from examops.organisations.openings.telling import answer_words

KIND = "opening_decided"
TAGS = {RETURNED: Tag.OPENING_RETURNED, REFUSED: Tag.OPENING_REFUSED}


class DecidedAlready(Conflict):
    code, message = "opening.decided_already", N_("这件申请已经由{name}办了：{state}")
    advice = N_("您这一次没有保存；看这件申请现在的结果")


def request_by_uid(uid: UUID, *, lock: bool = False) -> OpeningRequest:
    """As far as the office sees it. Raises :class:`NotFound`, also for one whose mobile is not proven."""
    query = select(OpeningRequest).where(OpeningRequest.uid == uid, OpeningRequest.state.in_(SHOWN))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = db.session.execute(query).scalar_one_or_none()
    if row is None:
        raise NotFound(N_("没有这件开户申请，或不在您的区"), advice=N_("回到列表重新选"))
    return row


def requests_query(part: str) -> Select[OpeningRequest]:
    """The longest waiting first, or all, the newest first."""
    if part == WAITING:
        return shown_query(part).order_by(OpeningRequest.proven_at, OpeningRequest.id)
    return shown_query(part).order_by(OpeningRequest.proven_at.desc(), OpeningRequest.id.desc())


def shown_query(part: str) -> Select[OpeningRequest]:
    """What waits, or all that was proven, in no order."""
    states = (WAITING,) if part == WAITING else SHOWN
    return select(OpeningRequest).where(OpeningRequest.state.in_(states))


def _must_wait(row: OpeningRequest) -> None:
    if row.state != WAITING:
        raise DecidedAlready(name=row.decided_by_name, state=message(OPENING_STATES[row.state][1]))


def answer(uid: UUID, act: str, why: str, address: str, *, actor: Actor, clock: Clock) -> OpeningRequest:
    """``act``: returned or refused; ``address``: where whoever asked reads it. The same of the same officer again, such
    as a form or a call sent twice, changes nothing. Raises :class:`DecidedAlready` for the second of two."""
    row = request_by_uid(uid, lock=True)
    if (row.state, row.reason, row.decided_by) == (act, why, actor.uid):
        return row
    _must_wait(row)
    _decide(row, act, why, actor, clock)
    to = addresses(row.person, row.email, row.mobile)
    tell(to, answer_words(row, address), kind=KIND, about=f"opening:{row.uid}:{act}", clock=clock)
    record(TAGS[act], actor, row, words=f"{row.number} {row.name}", at=clock.now(), reason=why)
    return row


def _decide(row: OpeningRequest, state: str, reason: str, actor: Actor, clock: Clock) -> None:
    row.state, row.reason, row.decided_at = state, reason, clock.now()
    row.decided_by, row.decided_by_name = actor.uid, actor.name
    db.session.flush()


def register_asked(
    uid: UUID, told: Mapping[str, Any], once: str, link_of: Callable[[str], str], *, admin: Admin, clock: Clock
) -> Made:
    """Body, first coordinator and the end of the request in one transaction; refused as any registration is. Raises
    :class:`DecidedAlready` for the second of two."""
    origin = Origin(str(uid), partial(_taking, uid, admin.actor, clock))
    return open_body(told, once, link_of, admin=admin, clock=clock, origin=origin)


def _taking(uid: UUID, actor: Actor, clock: Clock) -> Callable[[Body], None]:
    row = request_by_uid(uid, lock=True)
    _must_wait(row)

    def end(body: Body) -> None:
        row.registered_id = body.id
        _decide(row, REGISTERED, "", actor, clock)
        record(Tag.OPENING_REGISTERED, actor, row, words=f"{row.number} {row.name}", at=clock.now())

    return end

"""Rules and fees: a body publishes them itself, in the name of the person who does; what was published is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range

from examops.accounts.models import UserAccount
from examops.audit import record
from examops.catalogue import LEVELS, named_occupation
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Conflict, NotAllowed
from examops.core.language import N_, Message, join_messages, message
from examops.core.numbers import next_number
from examops.organisations.directory import REVISION
from examops.organisations.models import Body, BodyOccupation
from examops.specifications.labels import RULE_WORDS
from examops.specifications.models import FeeSchedule, PublishedRule
from examops.specifications.refusals import PUBLISHING_CLAUSE, BadVersion
from examops.specifications.tags import Tag


@dataclass(frozen=True)
class Attached:
    """A document of the body that was checked and stored with one of its filings."""

    id: int
    name: str
    format: str
    object_key: str
    digest: bytes


def publish_rule(
    body: Body, kind: str, text: str, document: Attached | None, *, actor: Actor, clock: Clock
) -> PublishedRule:
    """From now on this is the body's rule of that kind; the one before is kept. Raises :class:`BadVersion` unless there
    is either a text or a document."""
    by = _named(actor)
    if bool(text) == (document is not None):
        raise BadVersion(
            N_("写正文，或选一份材料，两样取一样"),
            advice=N_("材料先在备案申报里上传"),
            clause=PUBLISHING_CLAUSE,
        )
    of_kind = (PublishedRule.body_id == body.id, PublishedRule.kind == kind)
    row = PublishedRule(
        **{"body_id": body.id, "district": body.district},
        kind=kind,
        text=text,
        version=_next(PublishedRule, of_kind, clock),
        document_id=document.id if document else None,
        document_name=document.name if document else "",
        document_format=document.format if document else "",
        object_key=document.object_key if document else "",
        digest=document.digest if document else None,
        published_by=by,
        valid=Range(clock.now(), None),
    )
    db.session.add(row)
    record(
        Tag.RULE_PUBLISHED,
        actor,
        row,
        words=message("{name} v{version}", name=message(RULE_WORDS[kind]), version=row.version),
    )
    return row


def publish_fees(body: Body, amounts: list[dict[str, Any]], note: str, *, actor: Actor, clock: Clock) -> FeeSchedule:
    """``amounts`` as :class:`FeeSchedule` keeps them. Raises :class:`BadVersion` without one, and for what the body is
    not filed for: the public would read a price of something that it may not assess."""
    by = _named(actor)
    if not amounts:
        raise BadVersion(
            N_("没有一项收费"), advice=N_("至少写一个职业和等级的金额，不收费的写 0"), clause=PUBLISHING_CLAUSE
        )
    _must_be_filed_for(body, amounts)
    row = FeeSchedule(
        **{"body_id": body.id, "district": body.district},
        version=_next(FeeSchedule, (FeeSchedule.body_id == body.id,), clock),
        note=note,
        amounts=amounts,
        published_by=by,
        valid=Range(clock.now(), None),
    )
    db.session.add(row)
    record(Tag.FEES_PUBLISHED, actor, row, words=f"v{row.version}")
    return row


def filed_levels(body_id: int) -> dict[str, list[str]]:
    """What the body is filed for, by occupation's code; none before its first filing."""
    query = select(BodyOccupation).where(BodyOccupation.body_id == body_id).order_by(BodyOccupation.id)
    return {row.occupation_code: list(row.levels) for row in db.session.execute(query).scalars()}


def _must_be_filed_for(body: Body, amounts: list[dict[str, Any]]) -> None:
    filed = filed_levels(body.id)
    wanted = {(one["occupation"], one["level"]): None for one in amounts if filed}
    others = [(code, level) for code, level in wanted if level not in filed.get(code, ())]
    if others:
        raise BadVersion(
            N_("没有备案{offers}，不能公布收费"),
            advice=N_("只写已备案的职业和等级；要增加的先办增项备案"),
            clause=PUBLISHING_CLAUSE,
            offers=join_messages(N_("、"), [_offer(code, level) for code, level in others]),
        )


def _offer(code: str, level: str) -> Message:
    occupation = message(named_occupation(code).name)
    return message(N_("{occupation}{level}"), occupation=occupation, level=message(LEVELS[level]))


def _named(actor: Actor) -> Any:
    if actor.uid is None:
        raise NotAllowed(N_("公布要由具名的人办"), advice=N_("用自己的账号登录再办"))
    return actor.uid


def _next(table: Any, own: tuple[Any, ...], clock: Clock) -> int:
    """Ends what is in force and gives the next version's number; also makes kept answers of the directory stale."""
    next_number(REVISION)  # two who publish wait for each other here
    held = db.session.execute(select(table).where(*own, func.upper_inf(table.valid))).scalar_one_or_none()
    if held is None:
        return 1
    now = clock.now()
    if held.valid.lower >= now:
        raise Conflict(N_("同一时刻已经公布了一版，这一版没有公布"), advice=N_("看过刚公布的，还要改的过一会儿再公布"))
    held.valid = Range(held.valid.lower, now)
    db.session.flush()
    return int(held.version) + 1


def rules_in_force(body_id: int) -> dict[str, PublishedRule]:
    """By kind."""
    query = select(PublishedRule).where(PublishedRule.body_id == body_id, func.upper_inf(PublishedRule.valid))
    return {row.kind: row for row in db.session.execute(query).scalars()}


def fees_in_force(body_id: int) -> FeeSchedule | None:
    query = select(FeeSchedule).where(FeeSchedule.body_id == body_id, func.upper_inf(FeeSchedule.valid))
    return db.session.execute(query).scalar_one_or_none()


def history_of(body_id: int) -> list[PublishedRule | FeeSchedule]:
    """Everything that was published, newest first."""
    rules = db.session.execute(select(PublishedRule).where(PublishedRule.body_id == body_id)).scalars()
    fees = db.session.execute(select(FeeSchedule).where(FeeSchedule.body_id == body_id)).scalars()
    found: list[PublishedRule | FeeSchedule] = [*rules, *fees]
    return sorted(found, key=lambda row: (row.valid.lower, row.id), reverse=True)


def names_of(rows: list[Any]) -> dict[Any, str]:
    """Who published, by the account's uid."""
    query = select(UserAccount.uid, UserAccount.name).where(UserAccount.uid.in_({row.published_by for row in rows}))
    return {row.uid: row.name for row in db.session.execute(query)}

"""What stands against a registration on record: the entity's bar, the body that it is already, faults by field."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from examops.catalogue import district_name
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.language import N_, Message, join_messages, message
from examops.core.scope import across_districts
from examops.organisations.bars import EntityBarred, bar_of
from examops.organisations.credit_code import doubts_of, read_credit_code
from examops.organisations.entities import entity_by_code
from examops.organisations.labels import BODY_KINDS, BODY_STATES
from examops.organisations.models import Body, FormerName, LegalEntity
from examops.organisations.registration import AlreadyRegistered, Objections, Registration


def objections(told: Registration, districts: Collection[str], day: date) -> Objections:
    """Everything that stands against it on record, at once. ``districts``: where this office registers."""
    with across_districts():
        entity = entity_by_code(told.plain_code) if told.code else None
        faults = dict(_faults(told, entity, districts, day))
        return Objections(_refusal(told, entity, day) if entity else None, faults)


def _refusal(told: Registration, entity: LegalEntity, day: date) -> DomainError | None:
    if bar := bar_of(entity.id, day):
        until = bar.until_on.isoformat()
        return EntityBarred(clause=bar.clause, body=entity.name, number=bar.case_number, until=until)
    query = select(Body).where(Body.legal_entity_id == entity.id, Body.kind == told.kind)
    body = db.session.execute(query).scalar_one_or_none()
    if body is None:
        return None
    words: dict[str, Any] = {"kind": message(BODY_KINDS[body.kind]), "state": message(BODY_STATES[body.state])}
    place = message(district_name(body.district))
    return AlreadyRegistered(body=body.name, code=entity.credit_code, district=place, short=body.short_name, **words)


def _faults(
    told: Registration, entity: LegalEntity | None, districts: Collection[str], day: date
) -> Iterator[tuple[str, Message]]:
    if entity is not None and told.name and told.name != entity.name:
        words = N_("这个信用代码登记的名称是“{name}”；更过名的，先由市局或市中心在单位页更名")
        yield "name", message(words, name=entity.name)
    if entity is None and told.code and not told.reason and (doubts := _doubts(told, day)):
        words = N_("信用代码或名称有疑问：{doubts}；对照证照，写错的改正，证照上就是这样的，在“理由”里写明")
        yield "code", message(words, doubts=join_messages(N_("；"), doubts))
    if told.district and told.district not in districts:
        yield "district", message(N_("不是您管的区"))
    if told.short_name and (other := _of_short_name(told, entity)):
        yield "short_name", message(N_("已经是“{name}”的简称"), name=other.name)
    yield from _parent_faults(told)


def _doubts(told: Registration, day: date) -> list[Message]:
    """Of an entity that nobody knows: its code, and a name that is known under another code."""
    return [*doubts_of(told.plain_code), *_namesakes(told, day)]


def _namesakes(told: Registration, day: date) -> Iterator[Message]:
    former = select(FormerName.legal_entity_id).where(FormerName.name == told.name)
    query = select(LegalEntity).where(or_(LegalEntity.name == told.name, LegalEntity.id.in_(former)))
    for one in db.session.execute(query.order_by(LegalEntity.id).limit(3)).scalars():
        known = {"name": told.name, "code": one.credit_code}
        bar = bar_of(one.id, day)
        if bar is None:
            yield message(N_("“{name}”已经登记，信用代码是 {code}"), **known)
        else:
            words = N_("“{name}”已经登记，信用代码是 {code}，因 {number} 限制申请到 {until}")
            yield message(words, **known, number=bar.case_number, until=bar.until_on.isoformat())


def _of_short_name(told: Registration, entity: LegalEntity | None) -> Body | None:
    """Another entity's body; two kinds of one entity may go by the same short name in print, but not here either."""
    query = select(Body).where(Body.short_name == told.short_name)
    if entity is not None:
        query = query.where((Body.legal_entity_id != entity.id) | (Body.kind != told.kind))
    return db.session.execute(query.order_by(Body.id).limit(1)).scalar_one_or_none()


def _parent_faults(told: Registration) -> Iterator[tuple[str, Message]]:
    if bool(told.parent) != bool(told.relation):
        yield "relation", message(N_("上级单位和关系要一起写，或两个都空着"))
    if told.parent and read_credit_code(told.parent).code == told.plain_code:
        yield "parent", message(N_("上级单位不能是它自己"))
    elif told.parent and entity_by_code(read_credit_code(told.parent).code) is None:
        yield "parent", message(N_("系统里没有信用代码为 {code} 的单位：先空着，登记了它再补"), code=told.parent)

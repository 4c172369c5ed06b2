"""登记一家机构: a legal entity and the body that it is to be, entered by an office before the body files.

The body is not filed and can do nothing but file. Entities are found and added by the same functions as those of
``examops setup`` and of papers of before go-live, and the bar is the one that filings meet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from examops.audit import record
from examops.catalogue import district_name
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Conflict, DomainError
from examops.core.language import N_, Message, join_messages, message
from examops.core.locking import lock_all
from examops.core.refusals import constraints_as
from examops.core.scope import across_districts
from examops.organisations.bars import EntityBarred, bar_of
from examops.organisations.credit_code import doubts_of, read_credit_code
from examops.organisations.entities import new_body
from examops.organisations.labels import BODY_KINDS, BODY_STATES
from examops.organisations.models import Body, FormerName, LegalEntity
from examops.organisations.tags import Tag
from examops.web.inputs import InvalidInput

UNFILED = "draft"
ONE_AT_A_TIME = ("registration", 0)  # two officers with the same code, short name or account: the second is told


class AlreadyRegistered(Conflict):
    """The legal entity is this kind of body already."""

    code, message = "body.already_registered", N_("{body}（{code}）已经登记为{kind}：{district}，{state}，简称 {short}")
    advice = N_("不用再登记：在“单位”里找到它；还没有人登录过的，在它的单位页重发邀请，别的由它自己的考务办")


@dataclass(frozen=True)
class Registration:
    """``code`` is a credit code, ``reason`` why a doubtful one, or a name that is known under another code, is taken as
    it is written; ``parent`` the credit code of the entity above, with ``relation``; both or neither."""

    code: str
    name: str
    kind: str
    short_name: str
    district: str
    representative: str = ""
    address: str = ""
    telephone: str = ""
    industry: str = ""
    parent: str = ""
    relation: str = ""
    reason: str = ""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Registration:
        """Of what a form or the API gave; what could not be read is empty."""
        return cls(**{one.name: told.get(one.name) or "" for one in fields(cls)})

    @property
    def plain_code(self) -> str:
        return read_credit_code(self.code).code


@dataclass(frozen=True)
class Objections:
    """``refusal``: it may not be registered, whatever is changed but the code and the kind; ``faults`` by field."""

    refusal: DomainError | None
    faults: dict[str, Message]

    def must_be_none(self) -> None:
        """Raises the refusal, or :class:`Objected` where there are faults."""
        if self.faults:
            raise Objected(self.faults, self.refusal)
        if self.refusal is not None:
            raise self.refusal


class Objected(InvalidInput):
    """Faults by field, and the refusal that stands beside them, if any: everything is told at once."""

    def __init__(self, faults: Mapping[str, Message], refusal: DomainError | None) -> None:
        super().__init__(faults)
        self.refusal = refusal
        if refusal is not None:
            self.wording = join_messages(N_("；"), [refusal.wording, self.wording])


@dataclass(frozen=True)
class Registered:
    """``is_joined``: the entity was there, as another kind of body; what stood of it was not changed."""

    body: Body
    entity: LegalEntity
    is_joined: bool


def objections(told: Registration, districts: Collection[str], day: date) -> Objections:
    """Everything that stands against it on record, at once. ``districts``: where this office registers."""
    with across_districts():
        entity = _by_code(told.plain_code) if told.code else None
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
    if told.parent and _plain(told.parent) == told.plain_code:
        yield "parent", message(N_("上级单位不能是它自己"))
    elif told.parent and _by_code(_plain(told.parent)) is None:
        yield "parent", message(N_("系统里没有信用代码为 {code} 的单位：先空着，登记了它再补"), code=told.parent)


def register(told: Registration, districts: Collection[str], *, actor: Actor, clock: Clock) -> Registered:
    """Raises :class:`AlreadyRegistered`, :class:`EntityBarred` and :class:`Objected` with every fault."""
    lock_all(ONE_AT_A_TIME)
    day = today(clock)
    objections(told, districts, day).must_be_none()
    with across_districts():
        is_joined = _by_code(told.plain_code) is not None
        with constraints_as(dict.fromkeys(TAKEN, lambda: _overtaken(told, districts, day))):
            body, entity = _made(told, is_joined)
    why: dict[str, Any] = {"code_reason": told.reason} if told.reason and not is_joined else {}
    known: dict[str, Any] = {"credit_code": entity.credit_code, "kind": body.kind, "district": body.district}
    record(Tag.BODY_REGISTERED, actor, body, words=body.name, is_joined=is_joined, **known, **why)
    return Registered(body, entity, is_joined)


# `examops setup` and the import of papers do not wait for the lock: the constraints have the last word.
TAKEN = ("uq_legal_entity_credit_code", "uq_body_legal_entity_id")


def _overtaken(told: Registration, districts: Collection[str], day: date) -> DomainError:
    found = objections(told, districts, day)
    return found.refusal or Conflict(N_("别人刚登记了这个单位"), advice=N_("在“单位”里找到它再看"))


def _made(told: Registration, is_joined: bool) -> tuple[Body, LegalEntity]:
    place = {"district": told.district, "address": told.address, "telephone": told.telephone}
    own = {"kind": told.kind, "short_name": told.short_name, "state": UNFILED}
    body = new_body(credit_code=told.plain_code, name=told.name, **place, **own)
    db.session.add(body)
    db.session.flush()
    entity = db.session.get_one(LegalEntity, body.legal_entity_id)
    if not is_joined:
        parent = _by_code(_plain(told.parent)) if told.parent else None
        entity.representative, entity.industry = told.representative, told.industry
        entity.parent_id, entity.relation = parent.id if parent else None, told.relation
        db.session.flush()
    return body, entity


def _by_code(code: str) -> LegalEntity | None:
    return db.session.execute(select(LegalEntity).where(LegalEntity.credit_code == code)).scalar_one_or_none()


def _plain(code: str) -> str:
    return read_credit_code(code).code

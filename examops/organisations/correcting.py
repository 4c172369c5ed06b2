"""A credit code or a name that was typed wrongly, put right before anything was filed on it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, text

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Conflict, Invalid, NotAllowed
from examops.core.language import N_, message
from examops.core.locking import lock_all
from examops.core.refusals import constraints_as
from examops.core.scope import across_districts
from examops.organisations.credit_code import read_credit_code
from examops.organisations.filed import CLAUSE
from examops.organisations.models import Body, EntityBar, LegalEntity
from examops.organisations.registering import ONE_AT_A_TIME, UNFILED
from examops.organisations.tags import Tag


class CodeTaken(Conflict):
    """Another entity has this code."""

    code, message = "entity.code_taken", N_("信用代码 {code} 是“{name}”的")
    advice = N_("对照证照再核一次；两条确是同一单位的，用已有的那一条办")


class NotCorrectable(Conflict):
    """Something rests on the code or the name as they are."""

    code, message = "entity.not_correctable", N_("{name}已经申报或备案过，信用代码和名称不能在这里改正")
    advice = N_("名称变更的用“更名”；申报还没有决定的，请机构先撤回，改正后照抄一份再报")


class OfOtherDistricts(NotAllowed):
    code, message = "entity.other_districts", N_("这个单位在别的区也有机构，不能由一个区改正")
    advice = N_("请市局或市中心改正")


# What a filing was handed in or counted with: its papers and lists name the code. Tables of a layer above, read only.
RESTS_ON_IT = text("""
    SELECT EXISTS (SELECT 1 FROM filing f JOIN body b ON b.id = f.body_id
      WHERE b.legal_entity_id = :entity AND f.state <> 'withdrawn'
        AND (f.submitted_at IS NOT NULL OR EXISTS (SELECT 1 FROM filing_list l WHERE l.filing_id = f.id)))""")


def seen_of(entity: LegalEntity) -> str:
    """What the form carries, so that nobody writes over what they have not seen."""
    return f"{entity.credit_code}|{entity.name}"


def correct(entity: LegalEntity, code: str, name: str, reason: str, seen: str, *, actor: Actor, clock: Clock) -> None:
    """Raises :class:`CodeTaken`, :class:`NotCorrectable`, :class:`OfOtherDistricts`, :class:`Invalid` where nothing
    would change, :class:`Conflict` where somebody else wrote in between."""
    lock_all(ONE_AT_A_TIME)
    db.session.refresh(entity, with_for_update=True)
    if seen != seen_of(entity):
        raise Conflict(N_("别人刚改过这个单位，您这一次没有保存"), advice=N_("看过现在的内容再改"))
    plain, before = read_credit_code(code).code, {"credit_code": entity.credit_code, "name": entity.name}
    if (plain, name) == (entity.credit_code, entity.name):
        raise Invalid(N_("没有改动"), advice=N_("写证照上的代码和全称"))
    must_be_correctable(entity)
    _must_be_free(entity, plain)
    with constraints_as({"uq_legal_entity_credit_code": lambda: CodeTaken(code=plain, name="")}):
        entity.credit_code, entity.name = plain, name
        db.session.flush()
    _record(entity, before, reason, actor, clock)


def must_be_correctable(entity: LegalEntity) -> None:
    if not rests_on_nothing(entity):
        raise NotCorrectable(clause=CLAUSE, name=entity.name)
    own = _count(entity)
    with across_districts():
        every = _count(entity)
    if own != every:
        raise OfOtherDistricts()


def rests_on_nothing(entity: LegalEntity) -> bool:
    """No body of it was ever filed, no filing of it was handed in or has lists, and it was never barred."""
    with across_districts():
        bodies = select(Body.id, Body.state, Body.filed_on).where(Body.legal_entity_id == entity.id)
        rows = db.session.execute(bodies.order_by(Body.id)).all()
        bars = select(EntityBar.id).where(EntityBar.legal_entity_id == entity.id)
        is_barred = db.session.execute(bars.limit(1)).first() is not None
        if is_barred or any(row.state != UNFILED or row.filed_on is not None for row in rows):
            return False
    with across_districts([row.id for row in rows]):
        return not db.session.execute(RESTS_ON_IT, {"entity": entity.id}).scalar_one()


def _count(entity: LegalEntity) -> int:
    query = select(func.count()).select_from(Body).where(Body.legal_entity_id == entity.id)
    return int(db.session.execute(query).scalar_one())


def _must_be_free(entity: LegalEntity, code: str) -> None:
    with across_districts():
        query = select(LegalEntity.name).where(LegalEntity.credit_code == code, LegalEntity.id != entity.id)
        other = db.session.execute(query).scalar_one_or_none()
    if other is not None:
        raise CodeTaken(code=code, name=other)


def _record(entity: LegalEntity, before: dict[str, str], reason: str, actor: Actor, clock: Clock) -> None:
    bodies = select(Body).where(Body.legal_entity_id == entity.id).order_by(Body.id)
    found: list[Any] = list(db.session.execute(bodies).scalars())
    after = {"credit_code": entity.credit_code, "name": entity.name}
    words = message(N_("{before} → {after}"), before=" ".join(before.values()), after=" ".join(after.values()))
    for body in found:
        body.name = entity.name
        db.session.expire(body, ["credit_code"])
    db.session.flush()
    for subject in found or [entity]:
        record(Tag.ENTITY_CORRECTED, actor, subject, words=words, at=clock.now(), reason=reason)

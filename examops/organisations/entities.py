"""Legal entities: found or added by their credit code, renamed with their former name kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.language import N_, message
from examops.organisations.directory import publish
from examops.organisations.models import Body, FormerName, LegalEntity
from examops.organisations.tags import Tag

NAMES_WHOLE = N_("写市场监管（或登记）部门核准的全称")


def entity_by_code(credit_code: str) -> LegalEntity | None:
    """As far as the scope shows it."""
    return db.session.execute(select(LegalEntity).where(LegalEntity.credit_code == credit_code)).scalar_one_or_none()


def entity_of(credit_code: str, name: str, district: str) -> LegalEntity:
    """The entity of this code; added with ``name`` and ``district`` where there is none yet."""
    found = entity_by_code(credit_code)
    if found is None:
        found = LegalEntity(credit_code=credit_code, name=name, district=district)
        db.session.add(found)
        db.session.flush()
    return found


def new_body(*, credit_code: str, name: str, district: str, **columns: Any) -> Body:
    """A body that is not in the session yet, of the entity of this credit code. It bears the entity's name."""
    entity = entity_of(credit_code, name, district)
    return Body(legal_entity_id=entity.id, name=entity.name, district=district, **columns)


ENTITIES_BELOW = text("""
    WITH RECURSIVE below AS (
      SELECT id, credit_code, name FROM legal_entity WHERE parent_id = :entity
      UNION
      SELECT e.id, e.credit_code, e.name FROM legal_entity e JOIN below ON e.parent_id = below.id)
    SELECT credit_code, name FROM below ORDER BY credit_code""")


def entities_below(entity_id: int) -> list[tuple[str, str]]:
    """Credit code and name of every entity whose parents lead up to this one, as far as the scope shows them."""
    return [(row.credit_code, row.name) for row in db.session.execute(ENTITIES_BELOW, {"entity": entity_id})]


def entity_by_uid(uid: UUID) -> LegalEntity:
    found = db.session.execute(select(LegalEntity).where(LegalEntity.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有这个单位"), advice=N_("回到单位列表查找"))
    return found


def former_names(entity_id: int) -> Sequence[FormerName]:
    """Newest first."""
    query = select(FormerName).where(FormerName.legal_entity_id == entity_id).order_by(FormerName.until_on.desc())
    return db.session.execute(query).scalars().all()


def rename(
    entity: LegalEntity, name: str, last_day: date, document_number: str, *, actor: Actor, clock: Clock
) -> FormerName:
    """Give the entity and its bodies another name; the old one is kept with ``last_day``, the last on which it held.
    The directory shows the new one from today on.

    Raises :class:`Invalid` for the same name, a last day that is not over, or one that a former name reaches.
    """
    db.session.refresh(entity, with_for_update=True)
    if name == entity.name:
        raise Invalid(N_("新名称和现在的名称相同"), advice=NAMES_WHOLE)
    if last_day >= today(clock):
        raise Invalid(N_("原名称的最后一天要在今天之前"), advice=N_("新名称核准的当天起可以改：填核准日的前一天"))
    before = next(iter(former_names(entity.id)), None)
    if before and last_day <= before.until_on:
        raise Invalid(
            N_("{day} 之前用的是更早的名称“{name}”"),
            advice=N_("原名称的最后一天要晚于这一天"),
            day=before.until_on.isoformat(),
            name=before.name,
        )
    return _renamed(entity, name, last_day, document_number, actor, clock)


def _renamed(
    entity: LegalEntity, name: str, last_day: date, document_number: str, actor: Actor, clock: Clock
) -> FormerName:
    former = FormerName(
        legal_entity_id=entity.id,
        name=entity.name,
        until_on=last_day,
        document_number=document_number,
        changed_by_name=actor.name,
    )
    entity.name = name
    db.session.add(former)
    bodies = db.session.execute(select(Body).where(Body.legal_entity_id == entity.id).order_by(Body.id)).scalars().all()
    told: dict[str, Any] = {
        "before": former.name,
        "after": name,
        "until_on": last_day.isoformat(),
        "document_number": document_number,
    }
    words = message(N_("{before} → {after}"), before=former.name, after=name)
    for body in bodies:
        body.name = name
        publish(body, today(clock))
        record(Tag.ENTITY_RENAMED, actor, body, words=words, **told)
    if not bodies:
        record(Tag.ENTITY_RENAMED, actor, entity, words=words, **told)
    db.session.flush()
    return former


@dataclass(frozen=True)
class Standing:
    """What an entity is beside its name: its district, its industry (a code of ``INDUSTRIES``, or empty), what it is
    to the entity above it (both or neither), and its legal representative."""

    district: str
    industry: str
    parent: LegalEntity | None
    relation: str
    representative: str = ""

    @classmethod
    def of(cls, entity: LegalEntity) -> Standing:
        parent = db.session.get(LegalEntity, entity.parent_id) if entity.parent_id else None
        return cls(entity.district, entity.industry, parent, entity.relation, entity.representative)

    @property
    def mark(self) -> str:
        """What a form carries, so that nobody writes over what they have not seen."""
        above = self.parent.credit_code if self.parent else ""
        named = (self.representative,) if self.representative else ()
        return "|".join((self.district, self.industry, above, self.relation, *named))


def describe(entity: LegalEntity, new: Standing, *, actor: Actor, seen: str | None = None) -> bool:
    """Write what differs; whether anything did. ``seen`` is the :attr:`Standing.mark` that whoever writes had before
    them. The district is the entity's own: its bodies keep theirs, which their records carry.

    Raises :class:`Invalid` for a parent without a relation, itself, or one that stands below it; :class:`Conflict`
    where somebody else wrote in between.
    """
    db.session.refresh(entity, with_for_update=True)
    before = Standing.of(entity)
    if seen is not None and seen != before.mark:
        raise Conflict(N_("别人刚改过这个单位，您这一次没有保存"), advice=N_("看过现在的内容再改"))
    if (new.parent is None) != (new.relation == ""):
        raise Invalid(N_("上级单位和关系要一起写"), advice=N_("写上级的信用代码并选关系，或两个都空着"))
    if new.parent is not None and entity.id in _chain(new.parent):
        raise Invalid(N_("上级单位是它自己或它的下级"), advice=N_("核对上级单位的信用代码"))
    if new.mark == before.mark:
        return False
    entity.district, entity.industry, entity.relation = new.district, new.industry, new.relation
    entity.parent_id, entity.representative = new.parent.id if new.parent else None, new.representative
    bodies = db.session.execute(select(Body).where(Body.legal_entity_id == entity.id).order_by(Body.id)).scalars().all()
    subjects: Sequence[Body | LegalEntity] = bodies or [entity]
    for subject in subjects:
        record(Tag.ENTITY_DESCRIBED, actor, subject, words=entity.name, before=before.mark, after=new.mark)
    db.session.flush()
    return True


def _chain(entity: LegalEntity) -> set[int]:
    """It and whatever stands above it."""
    found: set[int] = set()
    above: LegalEntity | None = entity
    while above is not None and above.id not in found:
        found.add(above.id)
        above = db.session.get(LegalEntity, above.parent_id) if above.parent_id else None
    return found

"""登记一家机构: a legal entity and the body that it is to be, entered by an office before the body files.

The body is not filed and can do nothing but file. Entities are found and added by the same functions as those of
``examops setup`` and of papers of before go-live, and the bar is the one that filings meet.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Conflict, DomainError
from examops.core.language import N_
from examops.core.locking import lock_all
from examops.core.refusals import constraints_as
from examops.core.scope import across_districts
from examops.organisations.credit_code import read_credit_code
from examops.organisations.entities import entity_by_code, new_body
from examops.organisations.models import Body, LegalEntity
from examops.organisations.objecting import objections
from examops.organisations.registration import Registration
from examops.organisations.tags import Tag

UNFILED = "draft"
ONE_AT_A_TIME = ("registration", 0)  # two officers with the same code, short name or account: the second is told


@dataclass(frozen=True)
class Registered:
    """``is_joined``: the entity was there, as another kind of body; what stood of it was not changed."""

    body: Body
    entity: LegalEntity
    is_joined: bool


def register(told: Registration, districts: Collection[str], *, actor: Actor, clock: Clock) -> Registered:
    """Raises :class:`AlreadyRegistered`, :class:`EntityBarred` and :class:`Objected` with every fault."""
    lock_all(ONE_AT_A_TIME)
    day = today(clock)
    objections(told, districts, day).must_be_none()
    with across_districts():
        is_joined = entity_by_code(told.plain_code) is not None
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
        parent = entity_by_code(read_credit_code(told.parent).code) if told.parent else None
        entity.representative, entity.industry = told.representative, told.industry
        entity.parent_id, entity.relation = parent.id if parent else None, told.relation
        db.session.flush()
    return body, entity

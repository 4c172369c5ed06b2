"""The examination of a list, in a worker: progress is seen while it runs, cancelling stops it, a restart begins anew.

People and findings are written in the one transaction that ends it: a reader sees nothing of it, or all.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select

from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.errors import DomainError
from examops.core.keys import Keyring, seal_id_number
from examops.core.language import N_, Message, message
from examops.core.long_work import Cancelled, given_back
from examops.core.scope import SYSTEM
from examops.core.store import Store
from examops.core.transaction import transaction
from examops.filings.lists.columns import open_list
from examops.filings.lists.findings import findings_of
from examops.filings.lists.intake import throw_file_away
from examops.filings.lists.models import FilingList, ListedPerson
from examops.filings.lists.reading import ListReading, read_list
from examops.filings.tags import Tag
from examops.organisations import entities_below
from examops.organisations.models import Body

CHUNK = 2000
BROKE_OFF = N_("核对时系统出错，没有核对完。取消后再上传一次；还是出错，请联系运维")


def examine_list(uid: uuid.UUID, *, actor: Actor, clock: Clock, store: Store, ring: Keyring) -> Message:
    """Safe to run twice, and again after it was killed: it writes at its end alone."""
    with given_back(FilingList, uid, working="examining", state="failed", fault=message(BROKE_OFF), clock=clock):
        try:
            entities = _entities(uid)
            found = _read(uid, entities, clock, store)
            return _write(uid, found, entities, actor, clock, store, ring)
        except Cancelled:
            return message(N_("名册不在核对"))
        except DomainError as fault:
            _fail(uid, fault.wording, clock, store)
            return fault.wording


@dataclass(frozen=True)
class _Entities:
    """The body's own credit code, and by code the name of its entity and of all below it in the register."""

    own: str
    names: dict[str, str]


def _entities(uid: uuid.UUID) -> _Entities:
    with transaction(SYSTEM):
        body = db.session.get_one(Body, _examined(uid).body_id)
        return _Entities(body.credit_code, {body.credit_code: body.name, **dict(entities_below(body.legal_entity_id))})


def _read(uid: uuid.UUID, entities: _Entities, clock: Clock, store: Store) -> ListReading:
    with transaction(SYSTEM):
        one = _examined(uid)
        key, kind = one.document_key, one.kind
    opened = open_list(store.get("documents", key), kind)
    return read_list(opened, today(clock), entities.names, lambda done, all_: _report(uid, done, all_))


def _examined(uid: uuid.UUID, *, locked: bool = False) -> FilingList:
    """The list, still under examination. Raises :class:`Cancelled`."""
    query = select(FilingList).where(FilingList.uid == uid).execution_options(populate_existing=True)
    one = db.session.execute(query.with_for_update() if locked else query).scalar_one()
    if one.state != "examining":
        raise Cancelled()
    return one


def _report(uid: uuid.UUID, done: int, all_: int) -> None:
    with transaction(SYSTEM):
        one = _examined(uid)
        one.done_count, one.row_count = done, all_


def _write(
    uid: uuid.UUID, found: ListReading, entities: _Entities, actor: Actor, clock: Clock, store: Store, ring: Keyring
) -> Message:
    with transaction(SYSTEM):
        one = _examined(uid, locked=True)
        one.findings = findings_of(found, entities.own, entities.names)
        db.session.execute(delete(ListedPerson).where(ListedPerson.list_id == one.id))
        for rows in _chunks(one, found, ring) if not found.problem_count else ():  # of a faulty list nobody is kept
            db.session.execute(insert(ListedPerson), rows)
        one.state, one.finished_at = "examined", clock.now()
        one.row_count = one.done_count = found.rows
        counts = {key: one.findings[key] for key in ("rows", "people", "problem_count", "question_count")}
        record(Tag.FILING_LIST_EXAMINED, actor, one, words=one.name, counts=counts)
    with transaction(SYSTEM):
        throw_file_away(db.session.execute(select(FilingList).where(FilingList.uid == uid)).scalar_one(), store)
    return message(N_("核对 {count} 人"), count=len(found.people))


def _chunks(one: FilingList, found: ListReading, ring: Keyring) -> Iterator[list[dict[str, Any]]]:
    owner = {**owner_of(one), "list_id": one.id}
    rows: list[dict[str, Any]] = []
    for number, codes in found.people.items():
        hashed, sealed = seal_id_number(ring, number)
        known = {**owner, "id_hash": hashed, "id_sealed": sealed}
        rows += [{**known, "uid": uuid.uuid4(), "credit_code": code} for code in codes]
        if len(rows) >= CHUNK:
            yield rows
            rows = []
    if rows:
        yield rows


def _fail(uid: uuid.UUID, fault: Message, clock: Clock, store: Store) -> None:
    with transaction(SYSTEM):
        one = db.session.execute(select(FilingList).where(FilingList.uid == uid).with_for_update()).scalar_one()
        if one.state == "examining":
            one.state, one.fault, one.finished_at = "failed", fault, clock.now()
            throw_file_away(one, store)

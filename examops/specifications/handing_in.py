"""Versions on their way through a filing: put with it, handed in, given back, made valid by the city's decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range

from examops.audit import record
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.language import N_, Message, join_messages, message
from examops.organisations.models import BodyOccupation
from examops.specifications.content import AnyVersion, faults_of, hash_of
from examops.specifications.models import OWN_KINDS, Specification, WorkPlan
from examops.specifications.refusals import (
    PLAN_CLAUSE,
    SPECIFICATION_CLAUSE,
    NotADraft,
    VersionIncomplete,
)
from examops.specifications.tags import Tag

IN_DIRECTORY = "{name}（第{version}版）"  # Chinese for every reader, as names of standards are
TABLES: tuple[Any, ...] = (Specification, WorkPlan)


def versions_with(filing_id: int) -> list[AnyVersion]:
    """What goes with this filing, specifications first."""
    return [
        row
        for table in TABLES
        for row in db.session.execute(select(table).where(table.filing_id == filing_id).order_by(table.id)).scalars()
    ]


def drafts_of(body_id: int) -> list[AnyVersion]:
    """Drafts of a body that go with no filing yet."""
    return [
        row
        for table in TABLES
        for row in db.session.execute(
            select(table)
            .where(table.body_id == body_id, table.state == "draft", table.filing_id.is_(None))
            .order_by(table.id)
        ).scalars()
    ]


def put_with(row: AnyVersion, filing_id: int | None, document_id: int | None) -> None:
    """It goes with this filing, or with none (None), resting on this document of it. Raises :class:`NotADraft`."""
    db.session.refresh(row, with_for_update=True)
    if row.state != "draft":
        clause = PLAN_CLAUSE if isinstance(row, WorkPlan) else SPECIFICATION_CLAUSE
        raise NotADraft(clause=clause, version=row.version)
    row.filing_id, row.document_id = filing_id, document_id if filing_id else None
    db.session.flush()


def hold(versions: Iterable[AnyVersion]) -> None:
    """As they stand now, and unchanged by anybody else until the transaction ends."""
    for row in versions:
        db.session.refresh(row, with_for_update=True)


def must_be_complete(versions: Sequence[AnyVersion], besides: Iterable[tuple[AnyVersion, Message]] = ()) -> None:
    """Raises :class:`VersionIncomplete` with all that each of them lacks, and ``besides`` what its filing knows."""
    found = [*((row, fault) for row in versions for fault in faults_of(row)), *besides]
    if found:
        clauses = {PLAN_CLAUSE if isinstance(row, WorkPlan) else SPECIFICATION_CLAUSE for row, _fault in found}
        raise VersionIncomplete(clause="；".join(sorted(clauses)), faults=_named(found))


def _named(found: Iterable[tuple[AnyVersion, Message]]) -> Message:
    return join_messages(N_("；"), [message(N_("{name}：{how}"), name=title(row), how=fault) for row, fault in found])


def title(row: AnyVersion) -> Message:
    if isinstance(row, WorkPlan):
        return message(N_("工作方案第 {version} 版"), version=row.version)
    return message(N_("{name}第 {version} 版"), name=row.name, version=row.version)


def hand_in(versions: Iterable[AnyVersion]) -> None:
    """From here on nothing of them changes while the offices have them; the hash says what they are."""
    for row in versions:
        row.state, row.hash = "submitted", hash_of(row)
    db.session.flush()


def give_back(versions: Iterable[AnyVersion], *, keep: bool) -> None:
    """Drafts again: with the same filing (``keep``, it was returned), or with none (withdrawn, refused)."""
    for row in versions:
        row.state = "draft"
        if not keep:
            row.filing_id = row.document_id = None
    db.session.flush()


def make_valid(versions: Iterable[AnyVersion], *, actor: Actor, now: datetime) -> None:
    """In force from now on; what was in force before ends now."""
    for row in versions:
        old = in_force(row)
        if old is not None and old.valid is not None:
            old.valid = Range(old.valid.lower, now)
            db.session.flush()
        row.state, row.valid = "filed", Range(now, None)
        db.session.flush()
        tag = Tag.PLAN_FILED if isinstance(row, WorkPlan) else Tag.SPECIFICATION_FILED
        record(tag, actor, row, words=title(row), content_hash=row.hash)


def in_force(row: AnyVersion) -> AnyVersion | None:
    """The version of the same body (and occupation) without an end."""
    table: Any = type(row)
    query = select(table).where(table.body_id == row.body_id, func.upper_inf(table.valid))
    if isinstance(row, Specification):
        query = query.where(Specification.occupation_code == row.occupation_code)
    found: AnyVersion | None = db.session.execute(query).scalar_one_or_none()
    return found


def name_in_directory(body_id: int) -> None:
    """The directory names a body's own specification where one is in force: what ``publish`` reads."""
    query = select(Specification).where(Specification.body_id == body_id, func.upper_inf(Specification.valid))
    own = {row.occupation_code: row for row in db.session.execute(query).scalars() if row.kind in OWN_KINDS}
    offered = select(BodyOccupation).where(BodyOccupation.body_id == body_id)
    for offer in db.session.execute(offered).scalars():
        row = own.get(offer.occupation_code)
        name = IN_DIRECTORY.format(name=row.name, version=row.version) if row else ""
        offer.specifications = dict.fromkeys(row.levels, name) if row else {}

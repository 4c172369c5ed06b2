"""The body's hand: drafts are begun from the version before, changed, and saved by whoever saw the newest save."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from config.occupations import Occupation, catalogue
from config.rulebook import rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local, today
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_, message
from examops.core.refusals import constraints_as
from examops.organisations.models import Body
from examops.sites.models import Site
from examops.specifications.content import AnyVersion
from examops.specifications.models import OWN_KINDS, Specification, WorkPlan
from examops.specifications.refusals import (
    PLAN_CLAUSE,
    SPECIFICATION_CLAUSE,
    STANDARD_CLAUSE,
    BadVersion,
    NotADraft,
    OneDraft,
    VersionOvertaken,
)
from examops.specifications.tags import Tag

ONE_DRAFT: dict[str, Callable[[], OneDraft]] = {"uq_specification_open": OneDraft, "uq_work_plan_open": OneDraft}


def begin_specification(
    body: Body, occupation: Occupation, kind: str, name: str, *, actor: Actor, clock: Clock
) -> Specification:
    """A draft with what the version before says. Raises :class:`OneDraft`, and :class:`BadVersion` where the national
    standard cannot be replaced for this kind of body, or does not exist."""
    _must_suit(body, occupation, kind, clock)
    before = newest(select(Specification).where(Specification.occupation_code == occupation.code), Specification, body)
    row = Specification(
        **{"body_id": body.id, "district": body.district},
        occupation_code=occupation.code,
        kind=kind,
        name=name,
        national_version=occupation.standard if kind == "national" else "",
        version=before.version + 1 if before else 1,
        levels=dict(before.levels) if before and before.kind == kind else {},
        **_saved_by(actor, clock),
    )
    with constraints_as(ONE_DRAFT):
        db.session.add(row)
    record(Tag.SPECIFICATION_BEGUN, actor, row, words=_words(row))
    return row


def _must_suit(body: Body, occupation: Occupation, kind: str, clock: Clock) -> None:
    if kind == "national" and not occupation.standard:
        raise BadVersion(
            N_("目录里没有{name}的国家职业标准"),
            advice=N_("有评价规范的选行业或企业评价规范"),
            clause=SPECIFICATION_CLAUSE,
            name=message(occupation.name),
        )
    if kind in OWN_KINDS and body.kind not in rulebook().value("specification.replaces_standard", today(clock)):
        raise BadVersion(
            N_("这类机构须按国家职业标准认定，评价规范不能代替"),
            advice=N_("没有国家职业标准的职业不能申报；有的选“国家职业标准”"),
            clause=STANDARD_CLAUSE,
        )


def begin_plan(body: Body, *, actor: Actor, clock: Clock) -> WorkPlan:
    """A draft with the lines of the version before. Raises :class:`OneDraft`."""
    before = newest(select(WorkPlan), WorkPlan, body)
    row = WorkPlan(
        **{"body_id": body.id, "district": body.district},
        version=before.version + 1 if before else 1,
        lines=list(before.lines) if before else [],
        **_saved_by(actor, clock),
    )
    with constraints_as(ONE_DRAFT):
        db.session.add(row)
    record(Tag.PLAN_BEGUN, actor, row, words=_words(row))
    return row


def newest(query: Any, table: Any, body: Body) -> Any:
    return db.session.execute(
        query.where(table.body_id == body.id).order_by(table.version.desc()).limit(1)
    ).scalar_one_or_none()


def specification_by_uid(uid: UUID) -> Specification:
    return _by_uid(Specification, uid, N_("没有找到这份评价规范，或不在您的管理范围内"))


def plan_by_uid(uid: UUID) -> WorkPlan:
    return _by_uid(WorkPlan, uid, N_("没有找到这份工作方案，或不在您的管理范围内"))


def _by_uid(table: Any, uid: UUID, words: str) -> Any:
    found = db.session.execute(select(table).where(table.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(words, advice=N_("回到列表重新选"))
    return found


def before(row: AnyVersion) -> AnyVersion | None:
    """The filed version before this one."""
    table: Any = type(row)
    query = select(table).where(table.body_id == row.body_id, table.version < row.version, table.state == "filed")
    if isinstance(row, Specification):
        query = query.where(Specification.occupation_code == row.occupation_code)
    newest_first = query.order_by(table.version.desc()).limit(1)
    found: AnyVersion | None = db.session.execute(newest_first).scalar_one_or_none()
    return found


def save_head(row: Specification, seen: int, name: str, kind: str, *, actor: Actor, clock: Clock) -> None:
    """Of another kind it begins anew: its levels are those of that kind. Raises as :func:`begin_specification`."""
    _must_be_newest_draft(row, seen)
    row.name = name
    if kind != row.kind:
        occupation = catalogue().by_code[row.occupation_code]
        _must_suit(db.session.get_one(Body, row.body_id), occupation, kind, clock)
        row.levels = {} if "national" in (kind, row.kind) else row.levels
        row.kind, row.national_version = kind, occupation.standard if kind == "national" else ""
    _count(row, Tag.SPECIFICATION_SAVED, actor, clock)


def save_level(
    row: Specification, seen: int, level: str, content: dict[str, Any] | None, *, actor: Actor, clock: Clock
) -> None:
    """Write a level, or leave it out (None). Raises :class:`NotADraft`, :class:`VersionOvertaken`."""
    _must_be_newest_draft(row, seen)
    kept = {key: one for key, one in row.levels.items() if key != level}
    row.levels = kept if content is None else {**kept, level: content}
    _count(row, Tag.SPECIFICATION_SAVED, actor, clock)


def save_line(
    row: WorkPlan, seen: int, occupation: str, level: str, content: dict[str, Any] | None, *, actor: Actor, clock: Clock
) -> None:
    """Write the line of an occupation and level, or take it out (None)."""
    _must_be_newest_draft(row, seen)
    kept = [one for one in row.lines if (one["occupation"], one["level"]) != (occupation, level)]
    row.lines = kept if content is None else [*kept, {"occupation": occupation, "level": level, **content}]
    _count(row, Tag.PLAN_SAVED, actor, clock)


def sites_of(body_id: int) -> list[Site]:
    return list(db.session.execute(select(Site).where(Site.body_id == body_id).order_by(Site.id)).scalars())


def _must_be_newest_draft(row: AnyVersion, seen: int) -> None:
    db.session.refresh(row, with_for_update=True)
    if row.state != "draft":
        clause = PLAN_CLAUSE if isinstance(row, WorkPlan) else SPECIFICATION_CLAUSE
        raise NotADraft(clause=clause, version=row.version)
    if row.edits != seen:
        at = f"{local(row.written_at):%m-%d %H:%M}" if row.written_at else ""
        raise VersionOvertaken(by=row.written_by, at=at)


def _count(row: AnyVersion, tag: Tag, actor: Actor, clock: Clock) -> None:
    row.edits += 1
    row.written_by, row.written_at = actor.name, clock.now()
    record(tag, actor, row, words=_words(row))


def _saved_by(actor: Actor, clock: Clock) -> dict[str, Any]:
    return {"written_by": actor.name, "written_at": clock.now()}


def _words(row: AnyVersion) -> str:
    return f"{row.name} v{row.version}" if isinstance(row, Specification) else f"v{row.version}"

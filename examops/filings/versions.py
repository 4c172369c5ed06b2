"""Specifications and work plans that go with a filing: put with it, judged with it, filed or given back with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from config.rulebook import rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.errors import Invalid, NotAllowed, NotFound
from examops.core.language import N_, join_messages
from examops.filings.editing import must_be_editable, must_be_there
from examops.filings.models import Filing, FilingDocument
from examops.filings.tags import Tag
from examops.organisations.models import Body
from examops.specifications import (
    SPECIFICATION_CLAUSE,
    AnyVersion,
    DocumentUnread,
    Specification,
    in_force_for,
    put_with,
    title,
)
from examops.specifications.models import OWN_KINDS

OF_KIND = "specification"  # of the document that a specification rests on


def attach(filing: Filing, row: AnyVersion, document: FilingDocument | None, *, actor: Actor) -> None:
    """Raises :class:`FilingIsClosed`, :class:`NotADraft`; :class:`NotAllowed` for another body's, and :class:`Invalid`
    for a document of another kind: the one that a specification rests on is published when it is filed."""
    must_be_editable(filing)
    if row.body_id != filing.body_id:
        raise NotAllowed(N_("这一版是别的机构的"), advice=N_("选本机构的草稿"))
    if document is not None:
        must_be_there(document)
        if isinstance(row, Specification) and document.kind != OF_KIND:
            raise Invalid(
                N_("“{name}”不是按“评价规范”上传的，备案以后会公开，不能作规范的文本"),
                advice=N_("在“材料”里按“评价规范”上传文本，再选它"),
                clause=SPECIFICATION_CLAUSE,
                name=document.name,
            )
    put_with(row, filing.id, document.id if document else None)
    record(Tag.FILING_VERSION_PUT, actor, filing, words=title(row))


def detach(filing: Filing, row: AnyVersion, *, actor: Actor) -> None:
    must_be_editable(filing)
    if row.filing_id != filing.id:
        raise NotFound(N_("这份申报里没有这一版"), advice=N_("刷新页面再选"))
    put_with(row, None, None)
    record(Tag.FILING_VERSION_TAKEN, actor, filing, words=title(row))


def covered_by(body: Body, filing: Filing, versions: Sequence[AnyVersion], day: date) -> frozenset[tuple[str, str]]:
    """(occupation code, level) that a specification, in force or handed in with this filing, says everything about."""
    if filing.body_kind not in rulebook().value("specification.replaces_standard", day):
        return frozenset()
    new = {row.occupation_code: row for row in versions if isinstance(row, Specification)}
    own = [row for row in new.values() if row.kind in OWN_KINDS]
    now = {key for key in in_force_for(body, day) if key[0] not in new}
    return frozenset(now | {(row.occupation_code, level) for row in own for level in row.levels})


def must_be_read(versions: Sequence[AnyVersion], documents: Sequence[FilingDocument]) -> None:
    """Raises :class:`DocumentUnread` where nobody has found the document of a version sound."""
    sound = {one.id for one in documents if one.read_by and one.is_sound}
    left: list[Any] = [title(row) for row in versions if row.document_id and row.document_id not in sound]
    if left:
        raise DocumentUnread(clause=SPECIFICATION_CLAUSE, names=join_messages(N_("、"), left))

"""Whose rules and fees: the body that publishes, and the documents of its filings that it may publish."""

from __future__ import annotations

from uuid import UUID

from flask import g
from sqlalchemy import select

from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.filings.models import FilingDocument
from examops.organisations.models import Body
from examops.specifications.publishing import Attached

MOST = 200
LISTS_OF_PEOPLE = ("staff_list", "insured_list")


def published_by(uid: UUID) -> Body:
    """One's own. Raises NotFound."""
    body = body_seen(uid)
    if not is_own(body):
        raise NotFound(N_("没有找到这个机构，或您不是它的考务"), advice=N_("重新选一个机构"))
    return body


def is_own(body: Body) -> bool:
    return any(grant.role == "coordinator" and grant.body_id == body.id for grant in g.grants)


def body_seen(uid: UUID) -> Body:
    found = db.session.execute(select(Body).where(Body.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这个机构，或不在您的管理范围内"), advice=N_("回到列表重新选"))
    return found


def documents_of(body: Body) -> list[FilingDocument]:
    """What can be published. Lists of people are not among them: one wrong choice would lay them open to everybody."""
    query = select(FilingDocument).where(FilingDocument.body_id == body.id, FilingDocument.removed_at.is_(None))
    query = query.where(FilingDocument.kind.not_in(LISTS_OF_PEOPLE))
    return list(db.session.execute(query.order_by(FilingDocument.id.desc()).limit(MOST)).scalars())


def document_of(body: Body, uid: UUID) -> Attached:
    """Raises NotFound."""
    found = next((one for one in documents_of(body) if one.uid == uid), None)
    if found is None:
        raise NotFound(N_("没有找到这份材料"), advice=N_("刷新页面再选"))
    return Attached(found.id, found.name, found.format, found.object_key, found.digest)

"""Which sessions a reader may see, and one session by its uid."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_
from examops.core.scope import current_scope, within_sites
from examops.sessions.models import ExamSession


def session_by_uid(uid: UUID) -> ExamSession:
    """Raises :class:`NotFound` also for a session outside the reader's scope."""
    session: ExamSession = session_row(uid, select(ExamSession)).ExamSession
    return session


def session_row(uid: UUID, query: Select[Any]) -> Any:
    """The same for a query from sessions that reads more; its one row."""
    found = db.session.execute(query.where(ExamSession.uid == uid, in_reach())).one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这个场次，或不在您的管理范围内"), advice=N_("在场次列表里重新选"))
    return found


def in_reach() -> ColumnElement[bool]:
    """Not at another site of a body that the reader knows through single sites; row-level security does the rest."""
    return within_sites(ExamSession.body_id, ExamSession.site_id, ExamSession.district)


def is_in_reach(body_id: int, site_id: int, district: str) -> bool:
    """The same for a session's columns that were read already."""
    scope = current_scope()
    return body_id not in scope.narrowed or site_id in scope.sites or district in scope.districts

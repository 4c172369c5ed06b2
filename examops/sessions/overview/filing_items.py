"""What waits for the coordinator about filings: one sent back, one begun, or none at all."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import Select, and_, or_, select

from examops.core.clock import SHANGHAI
from examops.core.language import _
from examops.core.paging import of_own_body
from examops.core.queries import rows_of
from examops.filings import OPEN_STATES
from examops.filings.models import Filing
from examops.organisations.models import Body
from examops.sessions.overview.items import Item

MOST = 5


def filing_items() -> list[Item]:
    """In one query: filings sent back with the day by which they are due, drafts, and bodies that never filed and began
    nothing."""
    return [_item(row.Filing, row.name) if row.Filing else _unfiled(row.name) for row in _waiting()]


@rows_of
def _waiting() -> Select[Any]:
    waits = and_(Filing.body_id == Body.id, Filing.state.in_(("draft", "returned")))
    is_open = select(Filing.id).where(Filing.body_id == Body.id, Filing.state.in_(OPEN_STATES)).correlate(Body)
    never_filed = and_(Body.state == "draft", ~is_open.exists())
    query: Any = select(Filing, Body.name).select_from(Body).outerjoin(Filing, waits)
    query = of_own_body(query.where(or_(Filing.id.is_not(None), never_filed)), Body.id)
    ordered: Select[Any] = query.order_by(Filing.due_on.nulls_last(), Filing.id.desc().nulls_last())
    return ordered.limit(MOST)


def _item(filing: Filing, body: str) -> Item:
    title = _("备案申报 {number}", number=filing.number)
    link = ("filings.show", filing.uid)
    if filing.state == "returned":
        until = datetime.combine(filing.due_on, time(23, 59), SHANGHAI) if filing.due_on else None
        return Item("look", _("被退回"), title, _("按意见补正，再重新提交"), until, _("去补正"), *link)
    return Item("wait", _("在填"), title, _("{body} · 各页可以分几天填，填完提交", body=body), None, _("接着填"), *link)


def _unfiled(body: str) -> Item:
    words = _("备案以后才能发公告、建批次、排场次")
    return Item("look", _("没有备案"), body, words, None, _("去备案"), "filings.index", None)

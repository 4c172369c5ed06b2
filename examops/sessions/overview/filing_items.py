"""What waits for the coordinator about filings: one sent back, one begun, or none at all."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import select

from examops.core.clock import SHANGHAI
from examops.core.database import db
from examops.core.language import _
from examops.core.paging import of_own_body
from examops.filings import OPEN_STATES
from examops.filings.models import Filing
from examops.organisations.models import Body
from examops.sessions.overview.items import Item

MOST = 5


def filing_items() -> list[Item]:
    """Those sent back with the day by which they are due, drafts, and bodies that never filed and began nothing."""
    query: Any = select(Filing, Body.name).join(Body, Body.id == Filing.body_id)
    query = of_own_body(query.where(Filing.state.in_(("draft", "returned"))), Filing.body_id)
    rows = db.session.execute(query.order_by(Filing.due_on.nulls_last(), Filing.id.desc()).limit(MOST)).all()
    return [_item(row.Filing, row.name) for row in rows] + _unfiled()


def _item(filing: Filing, body: str) -> Item:
    title = _("备案申报 {number}", number=filing.number)
    link = ("filings.show", filing.uid)
    if filing.state == "returned":
        until = datetime.combine(filing.due_on, time(23, 59), SHANGHAI) if filing.due_on else None
        return Item("look", _("被退回"), title, _("按意见补正，再重新提交"), until, _("去补正"), *link)
    return Item("wait", _("在填"), title, _("{body} · 各页可以分几天填，填完提交", body=body), None, _("接着填"), *link)


def _unfiled() -> list[Item]:
    begun = select(Filing.id).where(Filing.body_id == Body.id, Filing.state.in_(OPEN_STATES))
    query: Any = of_own_body(select(Body).where(Body.state == "draft", ~begun.exists()), Body.id)
    return [
        Item(
            "look",
            _("没有备案"),
            body.name,
            _("备案以后才能发公告、建批次、排场次"),
            None,
            _("去申报"),
            "filings.index",
            None,
        )
        for body in db.session.execute(query.order_by(Body.id).limit(MOST)).scalars()
    ]

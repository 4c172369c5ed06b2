"""Sessions to come that cannot be held as they stand, in one query: whoever must step aside, a card or a lease that
ends before them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Text, cast, literal, select, union_all

from config.rulebook import rulebook
from examops.core.clock import local_day
from examops.core.language import Message, _, cited
from examops.core.paging import of_own_body
from examops.core.queries import rows_of
from examops.sessions.models import ExamSession
from examops.sessions.overview.card_items import card_item, card_query
from examops.sessions.overview.items import Item
from examops.sessions.overview.recusal_items import EXAM_DAY, MOST, TOLD, recusal_item, recusal_query
from examops.sites import newest
from examops.sites.models import SiteTenure


def standing_items(now: datetime) -> list[Item]:
    """The soonest of each kind."""
    clause = rulebook()["site.lease_warning_days"].on(local_day(now)).clause
    rows = _standing(now, _("、"))
    words = {"recusal": recusal_item, "card": card_item, "lease": lambda row: _lease_item(row, cited(clause))}
    return [words[row.kind](row) for row in rows]


@rows_of
def _standing(now: datetime, between_names: str) -> Select[Any]:
    names = now, between_names
    kinds = {"recusal": recusal_query(*names), "lease": _lease_query(now), "card": card_query(*names)}
    parts = [(name, query.subquery()) for name, query in kinds.items()]
    both = union_all(*(select(literal(name).label("kind"), part) for name, part in parts)).subquery()
    return select(both).order_by(both.c.kind.desc(), both.c.starts_at)


def _lease_query(now: datetime) -> Select[Any]:
    """At sites whose lease ends before them: they cannot be declared, or were declared before."""
    query: Any = (
        select(*TOLD, cast(SiteTenure.until_on, Text).label("detail"))
        .join(SiteTenure, SiteTenure.id == newest(SiteTenure, ExamSession.site_id))
        .where(ExamSession.starts_at > now, ExamSession.state.not_in(("cancelled", "void")))
        .where(SiteTenure.until_on < EXAM_DAY)
    )
    return of_own_body(query, ExamSession.body_id).order_by(ExamSession.starts_at).limit(MOST)


def _lease_item(session: Row[Any], clause: Message | str) -> Item:
    title = f"{session.number} {session.title}"
    words = _("场地租到 {until}，早于考试日（{clause}）", until=session.detail, clause=clause)
    return Item("look", _("租期不够"), title, words, session.starts_at, _("看场次"), "sessions.show", session.uid)

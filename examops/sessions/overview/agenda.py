"""What waits for the coordinator today, the soonest first, each with one verb."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from examops.core.language import _
from examops.core.paging import of_own_body
from examops.core.queries import records_of
from examops.registration.models import Roster
from examops.sessions.overview.filing_items import filing_items
from examops.sessions.overview.items import Item
from examops.sessions.overview.queries import Overview
from examops.sessions.overview.standing_items import standing_items

OUTCOMES = ("ok", "no", "unclear")


def agenda(rows: Sequence[Overview], now: datetime, *, files: bool = False, more: Iterable[Item] = ()) -> list[Item]:
    """``files``: the reader files for the bodies and sees what waits about that. ``more``: of rooms above this one."""
    found = [
        *_held_back(rows, now),
        *_running(rows),
        *_returned(rows),
        *_undeclared(rows, now),
        *standing_items(now),
        *(filing_items() if files else ()),
        *more,
        *_rosters(),
    ]
    return sorted(found, key=lambda item: item.until or datetime.max.replace(tzinfo=now.tzinfo))


def _held_back(rows: Sequence[Overview], now: datetime) -> list[Item]:
    """Sessions whose desk is open and whose panel is not there: before everything else, they cannot wait."""
    return [
        Item(
            "stop",
            _("不能开考"),
            str(row.session.title),
            _("；").join(str(one) for one in row.session.start_held),
            row.session.start_held_at,
            _("看谁没到"),
            "duties.index",
            row.session.uid,
        )
        for row in rows
        if row.session.state == "closed" and row.session.start_held and row.session.ends_at > now
    ]


def _running(rows: Sequence[Overview]) -> list[Item]:
    return [
        Item(
            "act",
            _("进行中"),
            str(row.session.title),
            _("签到 {present} / {taken} · {room}", present=row.present, taken=row.taken, room=row.room),
            row.session.ends_at,
            _("打开签到台"),
            "checkin.desk",
            row.session.uid,
        )
        for row in rows
        if row.session.state == "running"
    ]


def _returned(rows: Sequence[Overview]) -> list[Item]:
    return [
        Item(
            "look",
            _("被退回"),
            f"{row.session.number} {row.session.title}",
            _("按意见改好后重新申报"),
            row.session.starts_at,
            _("去修改"),
            "sessions.show",
            row.session.uid,
        )
        for row in rows
        if row.session.state == "returned"
    ]


def _undeclared(rows: Sequence[Overview], now: datetime) -> list[Item]:
    soon = now + timedelta(days=7)
    return [
        Item(
            "wait",
            _("待申报"),
            f"{row.session.number} {row.session.title}",
            _("已排 {taken} / {capacity} · {room}", taken=row.taken, capacity=row.capacity, room=row.room),
            row.session.starts_at,
            _("去申报"),
            "sessions.show",
            row.session.uid,
        )
        for row in rows
        if row.session.state == "draft" and now < row.session.starts_at < soon
    ]


def _rosters() -> list[Item]:
    return [
        Item(
            "look",
            _("待保存"),
            _("名单 {name}", name=roster.name),
            _(
                "可报名 {ok} · 不符合 {no} · 待核实 {unclear}",
                **{name: roster.counts.get(name, 0) for name in OUTCOMES},
            ),
            None,
            _("去核对"),
            "rosters.show",
            roster.uid,
        )
        for roster in _unsaved_rosters()
    ]


@records_of
def _unsaved_rosters() -> Select[Roster]:
    query = of_own_body(select(Roster), Roster.body_id).where(Roster.state == "examined")
    return query.order_by(Roster.created_at.desc()).limit(5)

"""What waits for the coordinator today, the soonest first, each with one verb."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Date, func, select

from config.rulebook import rulebook
from examops.core.clock import local_day
from examops.core.language import _, cited
from examops.core.paging import of_own_body
from examops.core.reading import read, read_records
from examops.registration.models import Roster
from examops.sessions.models import ExamSession
from examops.sessions.overview.filing_items import filing_items
from examops.sessions.overview.items import Item
from examops.sessions.overview.queries import Overview
from examops.sessions.overview.recusal_items import recusal_items
from examops.sites import newest
from examops.sites.models import SiteTenure

OUTCOMES = ("ok", "no", "unclear")


def agenda(rows: Sequence[Overview], now: datetime, *, files: bool = False, more: Iterable[Item] = ()) -> list[Item]:
    """``files``: the reader files for the bodies and sees what waits about that. ``more``: of rooms above this one."""
    found = [
        *_held_back(rows, now),
        *_running(rows),
        *_returned(rows),
        *_undeclared(rows, now),
        *recusal_items(now),
        *_leases(now),
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


def _leases(now: datetime) -> list[Item]:
    """Sessions to come at sites whose lease ends before them: they cannot be declared, or were declared before."""
    rule = rulebook()["site.lease_warning_days"].on(local_day(now))
    newest_tenure = SiteTenure.id == newest(SiteTenure, ExamSession.site_id)
    query: Any = (
        select(ExamSession, SiteTenure.until_on)
        .join(SiteTenure, newest_tenure)
        .where(ExamSession.starts_at > now, ExamSession.state.not_in(("cancelled", "void")))
        .where(func.timezone("Asia/Shanghai", ExamSession.starts_at).cast(Date) > SiteTenure.until_on)
    )
    rows = read(of_own_body(query, ExamSession.body_id).order_by(ExamSession.starts_at).limit(5))
    return [
        Item(
            "look",
            _("租期不够"),
            f"{row.ExamSession.number} {row.ExamSession.title}",
            _("场地租到 {until}，早于考试日（{clause}）", until=row.until_on, clause=cited(rule.clause)),
            row.ExamSession.starts_at,
            _("看场次"),
            "sessions.show",
            row.ExamSession.uid,
        )
        for row in rows
    ]


def _rosters() -> list[Item]:
    query = of_own_body(select(Roster), Roster.body_id).where(Roster.state == "examined")
    waiting = read_records(query.order_by(Roster.created_at.desc()).limit(5))
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
        for roster in waiting
    ]

"""Pages of outages: take workstations and cameras out of service, see first what that breaks, put people elsewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from config.rulebook import rulebook
from examops.accounts import current_actor, guarded, roles_only
from examops.audit import record_access
from examops.checkin.outage_inputs import MAX_TOGETHER, TakeOutSchema, asked_for
from examops.checkin.outage_things import (
    mark_of,
    outage_by_uid,
    rooms_of,
    standing_outages,
    things_in,
)
from examops.checkin.reseating import seated_at
from examops.core.clock import local
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import retried, transaction
from examops.sessions import Tag as SessionTag
from examops.sessions.models import ExamSession
from examops.sessions.outages import (
    TakeOut,
    beside_guests,
    breaks_of,
    move_people,
    open_breaks,
    people_to_move,
    put_back,
    settle_break,
    take_out,
    targets_of,
    unreached,
)
from examops.web.api import LenientSchema
from examops.web.inputs import ListOf, ShortText, Uid, read_form, read_valid
from examops.web.workbooks import export

bp = guarded(Blueprint("outages", __name__, url_prefix="/outages"), roles_only("coordinator"))
COLUMNS = (
    (N_("考点"), 24),
    (N_("考场"), 20),
    (N_("停用的"), 16),
    (N_("类别"), 10),
    (N_("停用起"), 18),
    (N_("停用到"), 18),
    (N_("原因"), 40),
    (N_("登记人"), 14),
)


class RoomSchema(LenientSchema):
    room = Uid()


class MovePeopleSchema(LenientSchema):
    advice = N_("刷新页面，再勾选一次")
    booking = ListOf(Uid(), least=1, most=MAX_TOGETHER, required=True, fault=N_("没有勾选考生"))
    turn = Uid(required=True, fault=N_("没有选轮次"))


class NoPlaceSchema(LenientSchema):
    outage = Uid(required=True, fault=N_("停用不对"))
    note = ShortText(200, required=True, label=N_("说明"))


@bp.get("/")
def index() -> ResponseReturnValue:
    asked = read_valid(RoomSchema, request.args)["room"]
    rooms, now = rooms_of(g.grants), clock().now()
    chosen = next((row for row in rooms if row.uid == asked), rooms[0] if rooms else None)
    stations, cameras = things_in(chosen.id) if chosen else ([], [])
    return render_template(
        "checkin/outages.html",
        rooms=rooms,
        chosen=chosen,
        stations=stations,
        cameras=cameras,
        lines=standing_outages(g.grants, now),
        breaks=open_breaks(ExamSession.ends_at > now),
        since=f"{local(now):%Y-%m-%dT%H:%M}",
    )


@bp.get("/export.xlsx")
def export_list() -> ResponseReturnValue:
    """What is out of service now or will be, as the page lists it."""
    cells = (
        (
            line.site,
            line.room,
            line.name,
            _("摄像机") if line.is_camera else _("工位"),
            line.outage.during.lower,
            line.outage.during.upper or _("直到恢复"),
            line.outage.reason,
            line.outage.entered_by,
        )
        for line in standing_outages(g.grants, clock().now())
    )
    return export(_("停用", context="标题"), COLUMNS, cells)


@bp.post("/preview")
def preview() -> ResponseReturnValue:
    """What the outage would break; nothing is written"""
    given = read_form(TakeOutSchema)
    return _preview(asked_for(given, g.grants, clock().now()), given, False)


@bp.post("/")
def save() -> ResponseReturnValue:
    """Out of service, if what that breaks is what was shown; else the preview again"""
    given = read_form(TakeOutSchema)

    def work() -> int | None:
        with transaction():
            asked = asked_for(given, g.grants, clock().now())
            if mark_of(asked.breaks(rulebook(), clock().now())) != given["seen"]:
                return None
            broken = take_out(asked, actor=current_actor(), clock=clock(), rules=rulebook())
            return sum(one.people for one in broken)

    people = retried(work)
    if people is None:
        return _preview(asked_for(given, g.grants, clock().now()), given, bool(given["seen"]))
    flash(_("已停用，{count} 人没有位子", count=people) if people else _("已停用，已排的人都还有位子"))
    return redirect(url_for("outages.index"))


@bp.post("/<uuid:outage_uid>/end")
def end(outage_uid: UUID) -> ResponseReturnValue:
    """In service again"""

    def work() -> int:
        with transaction():
            outage = outage_by_uid(outage_uid, g.grants)
            return len(put_back([outage], actor=current_actor(), clock=clock(), rules=rulebook()))

    flash(_("已恢复，{count} 个场次的容量已重算", count=retried(work)))
    return redirect(url_for("outages.index"))


@bp.get("/sessions/<uuid:session_uid>")
def show(session_uid: UUID) -> ResponseReturnValue:
    """Who of a session has no place, and where there is one"""
    with transaction():
        session = _session(session_uid)
        record_access(SessionTag.SESSION_PEOPLE_VIEWED, current_actor(), session, clock=clock(), words=session.number)
        turns = [
            (turn, too_many, people, targets_of(turn, session, clock()))
            for turn, too_many, people in people_to_move(session, rulebook())
        ]
        return render_template(
            "checkin/outage_session.html",
            session=session,
            breaks=breaks_of(session),
            turns=turns,
            untold=unreached(session),
        )


@bp.post("/sessions/<uuid:session_uid>/move")
def move(session_uid: UUID) -> ResponseReturnValue:
    """Those ticked into another turn"""
    given = read_form(MovePeopleSchema)

    def work() -> int:
        with transaction():
            session = _session(session_uid)
            options: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "rules": rulebook()}
            return move_people(given["booking"], given["turn"], session, **options)

    flash(_("已换轮次 {count} 人", count=retried(work)))
    return redirect(url_for("outages.show", session_uid=session_uid))


@bp.post("/sessions/<uuid:session_uid>/no-place")
def no_place(session_uid: UUID) -> ResponseReturnValue:
    """The coordinator says that there is no place here, and what becomes of the people"""
    given = read_form(NoPlaceSchema)
    with transaction():
        session = _session(session_uid)
        settle_break(given["outage"], session, "none", given["note"], actor=current_actor(), clock=clock())
    flash(_("已记下：本场没有空位"))
    return redirect(url_for("outages.show", session_uid=session_uid))


def _session(uid: UUID) -> ExamSession:
    found = db.session.execute(select(ExamSession).where(ExamSession.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这个场次，或不在您的管理范围内"))
    return found


def _preview(asked: TakeOut, given: dict[str, Any], has_changed: bool) -> ResponseReturnValue:
    now = clock().now()
    broken = asked.breaks(rulebook(), now)
    with beside_guests(asked.rooms):
        seated = seated_at([one.id for one in asked.stations], asked.during.lower or now, now)
    page = render_template(
        "checkin/outage_preview.html",
        asked=asked,
        given=given,
        broken=broken,
        seated=seated,
        guests={one.session.id: one.guest for one in broken if one.guest},
        seen=mark_of(broken),
        has_changed=has_changed,
    )
    return page, 409 if has_changed else 200

"""通知：what is on its way, what was given up, and trying again. For operators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, select

from examops.accounts import current_actor, guarded, roles_only
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock, settings
from examops.core.language import N_, _
from examops.core.paging import page_and_next
from examops.core.scope import SYSTEM
from examops.core.transaction import transaction
from examops.outbox.closing import close_as_told, notice_by_uid, send_to
from examops.outbox.delivery import try_again
from examops.outbox.labels import AFTER_EXPIRY, CHANNELS, HOW_WORDS, HOWS, KINDS, STATES, mask_recipient, shown_fault
from examops.outbox.models import EMAIL, EXPIRED, GIVEN_UP, SMS, STUCK, TO_SEND, TOLD, OutboxNotice
from examops.outbox.senders import senders_of
from examops.web.api import LenientSchema
from examops.web.downloads import attachment
from examops.web.inputs import Day, InvalidInput, OneOf, ShortText, Uid, read_form, read_valid
from examops.web.pages import BeforeNumberSchema
from examops.web.workbooks import MOST_ROWS, list_workbook

bp = guarded(Blueprint("notices", __name__, url_prefix="/notices"), roles_only("operator"))
PAGE = 50
COLUMNS = (
    (N_("时间"), 18),
    (N_("通知"), 14),
    (N_("标题"), 40),
    (N_("渠道"), 10),
    (N_("收件人"), 24),
    (N_("状态"), 16),
    (N_("试过"), 8),
    (N_("办完"), 18),
    (N_("原因"), 40),
    (N_("另外怎样告知"), 40),
)


class ListSchema(BeforeNumberSchema):
    state = OneOf(STATES, load_default="")


class AgainSchema(LenientSchema):
    notice = Uid(required=True, fault=N_("没有这条通知"))


class ToldSchema(LenientSchema):
    how = OneOf(HOWS, required=True, fault=N_("选怎样告知的"))
    whom = ShortText(60, required=True, fault=N_("写告知了谁，60 字以内"))
    on = Day(required=True, fault=N_("选告知的日期"))


class AddressSchema(LenientSchema):
    address = ShortText(100, required=True, fault=N_("写改正后的收件地址"))


@bp.get("/")
def index() -> ResponseReturnValue:
    """Read as the system: whoever may open this page reads every notice, whatever the reach of their role."""
    asked = read_valid(ListSchema, request.args)
    with transaction(SYSTEM):
        rows, last = page_and_next(db.session.execute(notices_query(**asked)).scalars().all(), PAGE)
        return render_template(
            "outbox/index.html",
            rows=rows,
            state=asked["state"],
            states=STATES,
            given_up=_count(GIVEN_UP),
            waiting=sum(_count(state) for state in TO_SEND),
            unset=[channel for channel in (EMAIL, SMS) if channel not in senders_of(settings())],
            following=url_for("notices.index", state=asked["state"] or None, before=last.id) if last else "",
        )


@bp.get("/notices.xlsx")
def workbook() -> ResponseReturnValue:
    """With addresses as the page shows them."""
    state = read_valid(ListSchema, request.args)["state"]
    with transaction(SYSTEM):
        rows = db.session.execute(notices_query(state, 0, MOST_ROWS + 1)).scalars()
        content = list_workbook(_("通知"), COLUMNS, (_cells(row) for row in rows))
    return attachment(content, _("通知.xlsx"))


def _cells(row: OutboxNotice) -> tuple[Any, ...]:
    return (
        row.created_at,
        _(KINDS.get(row.kind, row.kind)),
        row.payload["subject"],
        _(CHANNELS[row.channel]),
        mask_recipient(row.recipient),
        _(STATES[row.state][1]),
        row.attempts,
        row.ended_at,
        shown_fault(row.fault),
        _told(row),
    )


def _told(row: OutboxNotice) -> str:
    if row.state != TOLD:
        return ""
    return " ".join((f"{row.told_on}", _(HOW_WORDS[row.told_how]), row.told_whom, row.closed_by_name))


def notices_query(state: str, before: int, most: int = PAGE + 1) -> Select[Any]:
    """A page and one more, newest first."""
    query = select(OutboxNotice).order_by(OutboxNotice.id.desc()).limit(most)
    query = query.where(OutboxNotice.state == state) if state else query
    return query.where(OutboxNotice.id < before) if before else query


def _count(state: str) -> int:
    counted = select(OutboxNotice.id).where(OutboxNotice.state == state).limit(1000).subquery()
    return db.session.execute(select(func.count()).select_from(counted)).scalar_one()


@bp.post("/again")
def again() -> ResponseReturnValue:
    """Due at once, and given up only after all its tries; one that went out or waits already stays as it is."""
    uid, actor = read_form(AgainSchema)["notice"], current_actor()
    with transaction(SYSTEM):
        is_tried = try_again(uid, actor=actor, clock=clock())
    flash(_("马上再试") if is_tried else _("这条通知已发出或正在等着发，没有再排"))
    return redirect(url_for("notices.index"))


@bp.get("/<uuid:notice_uid>")
def show(notice_uid: UUID) -> ResponseReturnValue:
    return _page(notice_uid)


@bp.post("/<uuid:notice_uid>/told")
def told(notice_uid: UUID) -> ResponseReturnValue:
    try:
        data = read_form(ToldSchema)
        with transaction(SYSTEM):
            close_as_told(notice_uid, data["how"], data["whom"], data["on"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(notice_uid, error)
    flash(_("已记下怎样告知的，这条通知不再发"))
    return redirect(url_for("notices.show", notice_uid=notice_uid))


@bp.post("/<uuid:notice_uid>/address")
def correct_address(notice_uid: UUID) -> ResponseReturnValue:
    try:
        data = read_form(AddressSchema)
        with transaction(SYSTEM):
            send_to(notice_uid, data["address"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(notice_uid, error)
    flash(_("已按改正的地址另发一条；请本人也改自己的联系方式"))
    return redirect(url_for("notices.show", notice_uid=notice_uid))


def _page(uid: UUID, refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    with transaction(SYSTEM):
        row = notice_by_uid(uid)
        return render_template(
            "outbox/notice.html",
            row=row,
            is_stuck=row.state in STUCK,
            next_step=_(AFTER_EXPIRY[row.kind]) if row.state == EXPIRED and row.kind in AFTER_EXPIRY else "",
            hows=[(code, _(word)) for code, word in HOWS.items()],
            today=today(clock()).isoformat(),
            form=request.form,
            refused=refused,
            faults=refused.faults if isinstance(refused, InvalidInput) else {},
        ), refused.status if refused else 200

"""Pages of fitness trials: ask for them, see what a recorder reported, with a still and the rule behind each line."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from config.rulebook import rulebook
from examops.accounts import REGULATORS, current_actor, guarded, roles_only
from examops.audit import record_access
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.extensions import clock, store
from examops.core.language import N_, _
from examops.core.paging import page_and_next
from examops.core.transaction import transaction
from examops.footage.cameras.states import is_armed
from examops.footage.trials.asking import ask_for_trials, take_back
from examops.footage.trials.finding import cameras_query, trial_by_uid
from examops.footage.trials.models import FitnessTrial
from examops.footage.wording import TRIAL_STATES, trial_cause
from examops.sites import Tag
from examops.sites.models import Camera, Room, Site
from examops.web.api import LenientSchema
from examops.web.inputs import ListOf, Uid, read_form, read_valid
from examops.web.pages import AfterNumberSchema
from examops.web.workbooks import MOST_ROWS, export

bp = guarded(Blueprint("trials", __name__, url_prefix="/trials"), roles_only("coordinator", *REGULATORS))
URL_LIVES = timedelta(minutes=20)
MOST, PAGE = 200, 100
COLUMNS = (
    (N_("考点"), 24),
    (N_("考场"), 20),
    (N_("摄像机"), 16),
    (N_("最近一次"), 16),
    (N_("时间"), 18),
    (N_("结果"), 14),
    (N_("原因"), 40),
)


class AskSchema(LenientSchema):
    advice = N_("先勾选要试运行的摄像机")
    camera = ListOf(Uid(), least=1, most=MOST, required=True, fault=N_("没有勾选摄像机"))


@bp.get("/")
def index() -> ResponseReturnValue:
    after = read_valid(AfterNumberSchema, request.args)["after"]
    rows, last = page_and_next(list(db.session.execute(_with_newest(after)).all()), PAGE)
    older = url_for("trials.index", after=last.Camera.id) if last else None
    return render_template("footage/trials.html", rows=rows, older=older)


@bp.get("/export.xlsx")
def export_list() -> ResponseReturnValue:
    """As the pages of the list show them: each camera with its newest trial."""
    rows = db.session.execute(_with_newest(0, MOST_ROWS)).all()
    return export(_("设备试运行"), COLUMNS, map(_cells, rows))


def _cells(row: Row[Any]) -> tuple[object, ...]:
    trial = row.trial
    if trial is None:
        return (row.site, row.room, row.Camera.label, "", "", _("还没有试运行"), "")
    how, why = _(TRIAL_STATES[trial.state][1]), _(trial_cause(trial.cause)) if trial.cause else ""
    return (row.site, row.room, row.Camera.label, trial.number, trial.ended_at or trial.asked_at, how, why)


@bp.post("/")
def ask() -> ResponseReturnValue:
    """A trial of each camera ticked"""
    uids = read_form(AskSchema)["camera"]
    with transaction():
        ticked = Camera.uid.in_(uids), Camera.retired_at.is_(None)
        cameras = list(db.session.execute(cameras_query().where(*ticked).order_by(Camera.id)).scalars())
        if len(cameras) != len(set(uids)):
            raise NotFound(N_("有摄像机不在您的管理范围内"), advice=N_("刷新页面，再勾选一次"))
        asked = ask_for_trials(cameras, actor=current_actor(), clock=clock(), rules=rulebook())
    flash(_("已提出 {count} 路试运行，录像盒会来接", count=len(asked)))
    return redirect(url_for("trials.index"))


@bp.get("/<uuid:trial_uid>")
def show(trial_uid: UUID) -> ResponseReturnValue:
    with transaction():
        row = trial_by_uid(trial_uid)
        record_access(Tag.CAMERA_VIEWED, current_actor(), row.Camera, clock=clock(), words=row.Camera.label)
    key = row.FitnessTrial.still_key
    still = store().read_url("derived", key, URL_LIVES, content_type="image/jpeg") if key else None
    return render_template("footage/trial.html", row=row, trial=row.FitnessTrial, still=still)


@bp.post("/<uuid:trial_uid>/take-back")
def withdraw(trial_uid: UUID) -> ResponseReturnValue:
    """It is wanted no more: another can be asked for at once"""
    with transaction():
        row = trial_by_uid(trial_uid)
        take_back(row.FitnessTrial, row.Camera, actor=current_actor(), clock=clock())
    flash(_("已收回，可以再提出"))
    return redirect(url_for("trials.show", trial_uid=trial_uid))


def _with_newest(after: int, page: int = PAGE) -> Any:
    """Rows of (Camera, room, site, FitnessTrial or None, and whether it has to record an exam now)."""
    newest = select(func.max(FitnessTrial.id)).where(FitnessTrial.camera_id == Camera.id).correlate(Camera)
    trial = aliased(FitnessTrial, name="trial")
    query = (
        cameras_query()
        .join(Site, Site.id == Room.site_id)
        .outerjoin(trial, trial.id == newest.scalar_subquery())
        .add_columns(Room.name.label("room"), Site.name.label("site"), trial, is_armed(clock().now()).label("is_armed"))
        .where(Camera.id > after, Camera.retired_at.is_(None))
        .order_by(Camera.id)
    )
    return query.limit(page + 1)

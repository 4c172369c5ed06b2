"""Cameras of a site: entered, changed, moved and retired by its people, with logins that no page shows again."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from sqlalchemy import select

from config.rulebook import rulebook
from examops.accounts import current_actor, guarded, roles_only
from examops.accounts.models import Device
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError, Invalid
from examops.core.extensions import clock, keyring
from examops.core.language import _
from examops.core.transaction import retried, transaction
from examops.footage.cameras.states import armed_session
from examops.footage.entry.addresses import checked_address
from examops.footage.entry.admission import admit_camera, must_stand, sight_until, trial_under_way
from examops.footage.entry.entering import (
    Entered,
    Means,
    add_camera,
    camera_by_uid,
    change_camera,
    recorders_of,
    room_for,
)
from examops.footage.entry.inputs import (
    POSITIONS,
    CameraFactsSchema,
    ChangeSchema,
    ListSchema,
    LoginSchema,
    MoveSchema,
    NewCameraSchema,
    RetireSchema,
)
from examops.footage.entry.listing import (
    COLUMNS,
    as_cells,
    cameras_query,
    page_of_cameras,
    position_word,
    shown_host,
    state_of_camera,
    why_offline,
)
from examops.footage.entry.logins import keep_login, login_row
from examops.footage.entry.retiring import breaks_of_retiring, move_camera, retire_camera
from examops.sites import own_sites
from examops.sites.models import Room, Site
from examops.web.inputs import InvalidInput, read_form, read_together, read_valid
from examops.web.workbooks import export

LOOK_AFTER = ("coordinator", "security", "operator")
bp = guarded(Blueprint("cameras", __name__, url_prefix="/devices/cameras"), roles_only(*LOOK_AFTER))


@bp.get("/")
def index() -> ResponseReturnValue:
    asked = read_valid(ListSchema, request.args)
    retired = bool(asked["retired"])
    rows, following = page_of_cameras(g.grants, retired=retired, after=asked["after"])
    more: dict[str, Any] = {"retired": "1"} if retired else {}
    return render_template(
        "footage/site_cameras.html",
        rows=rows,
        retired=retired,
        older=url_for("cameras.index", after=following, **more) if following else None,
        host=shown_host,
        state_of=state_of_camera,
        why=why_offline,
        position=position_word,
    )


@bp.get("/export.xlsx")
def export_list() -> ResponseReturnValue:
    """As the page lists them."""
    retired = bool(read_valid(ListSchema, request.args)["retired"])
    return export(_("摄像机"), COLUMNS, as_cells(db.session.execute(cameras_query(g.grants, retired=retired))))


@bp.get("/new")
def new() -> ResponseReturnValue:
    return _new_page()


@bp.post("/")
def add() -> ResponseReturnValue:
    """A camera in a room; its recorder takes it up with its next plan"""
    try:
        given = _read(NewCameraSchema)
        with transaction():
            room = room_for(given["room"], g.grants).Room
            camera = add_camera(room, _entered(given), _means())
    except DomainError as error:
        return _new_page(error)
    flash(_("{camera} 已登记，录像盒几秒内会接到；先试运行，通过后准入", camera=camera.label))
    return redirect(url_for("cameras.show", camera_uid=camera.uid))


@bp.get("/<uuid:camera_uid>")
def show(camera_uid: UUID) -> ResponseReturnValue:
    return _page(camera_uid)


@bp.post("/<uuid:camera_uid>")
def change(camera_uid: UUID) -> ResponseReturnValue:
    """Another address or picture takes an admission back; what sessions lose by it is shown first"""

    def work() -> list[str]:
        with transaction():
            row, seen = camera_by_uid(camera_uid, g.grants), (given["sessions"], given["people"])
            return change_camera(row.Camera, row.Site.id, _entered(given), _means(), seen)

    try:
        given = _read(ChangeSchema)
        changed = retried(work)
    except DomainError as error:
        return _page(camera_uid, error, "change")
    if "login" in changed:
        flash(_("地址换了主机，原来存的账号密码已清除，请重新填写"))
    flash(_("已保存，录像盒几秒内会接到") if changed else _("没有改动"))
    return redirect(url_for("cameras.show", camera_uid=camera_uid))


@bp.post("/<uuid:camera_uid>/login")
def save_login(camera_uid: UUID) -> ResponseReturnValue:
    """The login of a camera, instead of what was kept; empty: none is kept here"""
    try:
        given = read_form(LoginSchema)
        with transaction():
            camera = camera_by_uid(camera_uid, g.grants).Camera
            must_stand(camera)
            who: dict[str, Any] = {"actor": current_actor(), "clock": clock()}
            keep_login(camera, given["username"], given["password"], ring=keyring(), **who)
    except DomainError as error:
        return _page(camera_uid, error, "login")
    flash(_("账号密码已存，不再显示") if given["username"] else _("这里不存账号密码了，以录像盒上的为准"))
    return redirect(url_for("cameras.show", camera_uid=camera_uid))


@bp.post("/<uuid:camera_uid>/admit")
def admit(camera_uid: UUID) -> ResponseReturnValue:
    """What it sees counts as covered from now on"""

    def work() -> None:
        with transaction():
            camera = camera_by_uid(camera_uid, g.grants).Camera
            admit_camera(camera, actor=current_actor(), clock=clock(), rules=rulebook())

    try:
        retried(work)
    except DomainError as error:
        return _page(camera_uid, error)
    flash(_("已准入，它看得到的工位从现在起算有监控"))
    return redirect(url_for("cameras.show", camera_uid=camera_uid))


@bp.post("/<uuid:camera_uid>/move")
def move(camera_uid: UUID) -> ResponseReturnValue:
    """The same camera in another room: there it is new, here its history stays"""

    def work() -> UUID:
        with transaction():
            row, target = camera_by_uid(camera_uid, g.grants), room_for(given["room"], g.grants)
            seen = (given["sessions"], given["people"])
            return move_camera(row.Camera, target.Room, given["label"], seen, _means()).uid

    try:
        given = read_form(MoveSchema)
        moved = retried(work)
    except DomainError as error:
        return _page(camera_uid, error, "move")
    flash(_("已移过去；原来的录像留在原场所。请再试运行、标工位、准入"))
    return redirect(url_for("cameras.show", camera_uid=moved))


@bp.post("/<uuid:camera_uid>/retire")
def retire(camera_uid: UUID) -> ResponseReturnValue:
    """Taken down for good; its history and footage stay"""

    def work() -> int:
        with transaction():
            seen = (given["sessions"], given["people"])
            broken = retire_camera(camera_by_uid(camera_uid, g.grants).Camera, given["reason"], seen, _means())
            return sum(one.people for one in broken)

    try:
        given = read_form(RetireSchema)
        people = retried(work)
    except DomainError as error:
        return _page(camera_uid, error, "retire")
    flash(_("已撤下，{count} 人没有位子，已通知", count=people) if people else _("已撤下，录像和记录都留着"))
    return redirect(url_for("cameras.show", camera_uid=camera_uid))


def _read(schema: type[Schema]) -> dict[str, Any]:
    """The form, with every fault at once: what is wrong with the address stands at its field."""
    return dict(read_together(partial(read_form, schema), _read_address)[0])


def _read_address() -> None:
    source = read_valid(CameraFactsSchema, request.form)["source"]
    try:
        if source:
            checked_address(source, rulebook(), today(clock()))
    except Invalid as error:
        raise InvalidInput({"source": error.sentence}, labels={"source": ""}) from None


def _means() -> Means:
    return Means(current_actor(), clock(), rulebook(), keyring())


def _entered(given: dict[str, Any]) -> Entered:
    facts = {name: given[name] for name in ("label", "position", "source", "width", "height")}
    facts["is_door"] = given["is_door"] is not None
    return Entered(facts, given["recorder"], given.get("username") or "", given.get("password") or "")


def _rooms() -> list[Any]:
    """(Room, site) of one's own sites."""
    mine = own_sites(g.grants).with_only_columns(Site.id).order_by(None)
    query = select(Room, Site.name.label("site"), Site.id.label("site_id")).join(Site, Site.id == Room.site_id)
    return list(db.session.execute(query.where(Site.id.in_(mine)).order_by(Site.name, Room.name)).all())


def _new_page(refused: DomainError | None = None) -> ResponseReturnValue:
    rooms = _rooms()
    page = render_template(
        "footage/site_camera_new.html",
        rooms=rooms,
        boxes=recorders_of({row.site_id for row in rooms}),
        sites={row.site_id: row.site for row in rooms},
        positions=POSITIONS,
        networks=rulebook()["site.camera_networks"].on(today(clock())),
        refused=refused,
        faults=getattr(refused, "faults", {}),
        form=request.form,
    )
    return page, refused.status if refused else 200


def _page(uid: UUID, refused: DomainError | None = None, part: str = "") -> ResponseReturnValue:
    """Never kept by the browser: the form was sent with a password in it, perhaps."""
    row = camera_by_uid(uid, g.grants)
    camera = row.Camera
    chosen = db.session.get(Device, camera.recorder_id) if camera.recorder_id else None
    page = make_response(
        render_template(
            "footage/site_camera.html",
            camera=camera,
            room=row.Room,
            site=row.Site,
            chosen=chosen,
            kept=login_row(camera),
            boxes=recorders_of([row.Site.id]),
            rooms=[one for one in _rooms() if one.Room.id != row.Room.id],
            broken=[] if camera.retired_at else breaks_of_retiring(camera, rulebook(), clock()),
            positions=POSITIONS,
            position=position_word,
            networks=rulebook()["site.camera_networks"].on(today(clock())),
            sight_until=sight_until(camera),
            under_way=trial_under_way(camera),
            recording=armed_session(camera, clock().now()),
            refused=refused,
            faults=getattr(refused, "faults", {}),
            part=part,
            form=request.form if refused else {},
        ),
        refused.status if refused else 200,
    )
    page.headers["Cache-Control"] = "no-store"
    return page

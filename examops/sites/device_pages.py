"""The page of devices: pair one with a code that is shown once, see who was heard of when, take one out of use."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import CODE_TTL, current_actor, guarded, roles_only
from examops.core.extensions import clock, settings
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.sites.device_list import (
    KINDS,
    LOOK_AFTER,
    all_lines,
    device_lines,
    make_code,
    open_codes,
    revoke_device,
    sites_of,
    withdraw_code,
)
from examops.sites.inputs import CodeSchema
from examops.web.inputs import read_form, read_valid
from examops.web.pages import BeforeSchema
from examops.web.workbooks import MOST_ROWS, export

COLUMNS = (
    (N_("设备"), 12),
    (N_("名称"), 24),
    (N_("考点"), 24),
    (N_("状态"), 28),
    (N_("最近联系"), 18),
    (N_("配对于"), 18),
    (N_("停用于"), 18),
)
bp = guarded(Blueprint("devices", __name__, url_prefix="/devices"), roles_only(*LOOK_AFTER))


@bp.get("/")
def index() -> ResponseReturnValue:
    return _page(None)


@bp.get("/export.xlsx")
def export_list() -> ResponseReturnValue:
    """As the pages of the list show them; no code and no token is among them."""
    lines = all_lines(sites_of(g.grants), clock().now(), MOST_ROWS)
    cells = (
        (
            _(KINDS[line.device.kind]),
            line.device.name,
            line.site,
            line.state[1],
            line.device.last_seen_at,
            line.device.paired_at,
            line.device.revoked_at,
        )
        for line in lines
    )
    return export(_("设备", context="菜单"), COLUMNS, cells)


@bp.post("/codes")
def create_code() -> ResponseReturnValue:
    """Answers with the page that shows the code; asking for the page again shows it no more."""
    asked = read_form(CodeSchema)
    with transaction():
        code, site = make_code(asked["site"], asked["kind"], g.grants, actor=current_actor(), clock=clock())
        shown = {"code": code, "kind": asked["kind"], "site": site.name, "until": clock().now() + CODE_TTL}
    return _page(shown)


@bp.post("/codes/<uuid:code_uid>/withdraw")
def withdraw(code_uid: UUID) -> ResponseReturnValue:
    with transaction():
        withdraw_code(code_uid, g.grants, actor=current_actor(), clock=clock())
    flash(_("配对码已作废"))
    return redirect(url_for("devices.index"))


@bp.post("/<uuid:device_uid>/revoke")
def take_out_of_use(device_uid: UUID) -> ResponseReturnValue:
    with transaction():
        name = revoke_device(device_uid, g.grants, actor=current_actor(), clock=clock()).name
    flash(_("{name} 已停用，它的下一次请求起不再被接受", name=name))
    return redirect(url_for("devices.index"))


def _page(shown: dict[str, object] | None) -> ResponseReturnValue:
    sites, now = sites_of(g.grants), clock().now()
    lines, following = device_lines(sites, now, read_valid(BeforeSchema, request.args)["before"])
    page = make_response(
        render_template(
            "sites/devices.html",
            lines=lines,
            codes=open_codes(sites, now),
            sites=sites,
            kinds=KINDS,
            older=url_for("devices.index", before=following) if following else None,
            shown=shown,
            address=settings().public_url,
        )
    )
    page.headers["Cache-Control"] = "no-store"  # a code must not come back with the browser's back button
    return page

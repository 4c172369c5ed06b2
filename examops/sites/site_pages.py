"""Sites with their rooms, by what right they are had, when they were verified, and to whom they are lent."""

from __future__ import annotations

from uuid import UUID

from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.divisions import divisions
from config.occupations import catalogue
from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.audit import record_access
from examops.catalogue import named_occupation
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock, store
from examops.core.file_content import MIME
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.sites.adding import add_site, own_bodies, own_body
from examops.sites.agreeing import OUTCOMES, SIDES, approvals_of
from examops.sites.blueprint import DISTRICT, READERS, bp
from examops.sites.inputs import RoomSchema, SiteSchema, StationsSchema, TenureSchema, UseSchema, VerificationSchema
from examops.sites.lending import borrowed, end_use, lend, uses_of
from examops.sites.listing import room_counts, worst_first
from examops.sites.models import EXAM_KINDS
from examops.sites.papers import enter_tenure, tenure_document, tenures_of, verifications_of, verify
from examops.sites.plan_pages import room_page
from examops.sites.rooms import ROOM_KINDS, add_room, add_stations, room_by_uid, rooms_of, site_by_uid
from examops.sites.standing import papers_of
from examops.sites.tags import Tag
from examops.web.downloads import attachment
from examops.web.inputs import read_form
from examops.web.workbooks import export

TENURES = {"owned": N_("自有"), "leased": N_("租赁")}
ENDINGS = {"pdf": ".pdf", "jpeg": ".jpg", "png": ".png"}
WRITERS = ("coordinator",)
COLUMNS = (
    (N_("考点"), 24),
    (N_("地址"), 40),
    (N_("场所"), 8),
    (N_("工位"), 8),
    (N_("使用权"), 24),
    (N_("核验"), 40),
)


@bp.get("/")
def index() -> ResponseReturnValue:
    """With what is wrong or not verified today, the worst first."""
    return _list()


@bp.post("/")
@needs(*WRITERS)
def create() -> ResponseReturnValue:
    """A site of one's own body; its rooms come next."""
    try:
        asked = read_form(SiteSchema)
        with transaction():
            body = own_body(g.grants, asked.pop("body"))
            site = add_site(body, **asked, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _list(error)
    flash(_("{site} 已登记，下一步登记考场和工位", site=site.name))
    return redirect(url_for("sites.show", site_uid=site.uid))


def _list(refused: DomainError | None = None) -> ResponseReturnValue:
    if refused is not None:
        db.session.rollback()
    day = today(clock())
    rows = worst_first(g.grants, day)
    guests = [grant.body_id for grant in g.grants if grant.body_id is not None]
    lent = borrowed(guests, clock().now())
    return render_template(
        "sites/index.html",
        rows=rows,
        rooms=room_counts(site.id for site, _papers, _found in rows),
        borrowed=lent,
        approvals=approvals_of([row.SiteUse.id for row in lent]),
        sides=SIDES,
        outcomes=OUTCOMES,
        soon={site.id for site, its, _found in rows if its.ends_soon(day, rulebook())},
        bodies=own_bodies(g.grants),
        districts=[*divisions().districts.items()],
        refused=refused,
        form=request.form if refused else {},
        faults=getattr(refused, "faults", {}),
    ), refused.status if refused else 200


@bp.get("/export.xlsx")
def export_list() -> ResponseReturnValue:
    """As the page lists them."""
    rows = worst_first(g.grants, today(clock()))
    counts = room_counts(site.id for site, _papers, _found in rows)
    return export(
        _("考点"),
        COLUMNS,
        (
            (site.name, site.address, *counts.get(site.id, (0, 0)), *(str(one.value) for one in found))
            for site, _papers, found in rows
        ),
    )


@bp.get("/<uuid:site_uid>")
def show(site_uid: UUID) -> ResponseReturnValue:
    return site_page(site_uid)


def site_page(site_uid: UUID, refused: DomainError | None = None) -> ResponseReturnValue:
    site, day = site_by_uid(site_uid, g.grants, READERS), today(clock())
    papers = papers_of([site.id])[site.id]
    page = render_template(
        "sites/show.html",
        site=site,
        rooms=rooms_of([site.id]),
        kinds=ROOM_KINDS,
        exam_kinds=EXAM_KINDS,
        occupations=[named_occupation(code) for code in catalogue().by_code],
        findings=papers.findings(day, rulebook()),
        ends_soon=papers.ends_soon(day, rulebook()),
        tenures=tenures_of(site),
        tenure_words=TENURES,
        verifications=verifications_of(site),
        uses=(uses := uses_of(site)),
        approvals=approvals_of([row.SiteUse.id for row in uses]),
        sides=SIDES,
        outcomes=OUTCOMES,
        day=day,
        refused=refused,
        form=request.form if refused else {},
        may_write=g.role in WRITERS,
        may_verify=g.role in DISTRICT,
    )
    return page, refused.status if refused else 200


@bp.post("/<uuid:site_uid>/rooms")
@needs(*WRITERS)
def create_room(site_uid: UUID) -> ResponseReturnValue:
    """A room, with its workstations where the form names some: all of it, or nothing."""
    try:
        asked = read_form(RoomSchema)
        with transaction():
            site = site_by_uid(site_uid, g.grants, WRITERS)
            room = add_room(site, asked["name"], asked["kind"], actor=current_actor(), clock=clock())
            if asked["codes"]:
                add_stations(room, asked["codes"], asked["occupation"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return site_page(site_uid, error)
    flash(_("{room} 已登记", room=room.name))
    return redirect(url_for("sites.room", room_uid=room.uid))


@bp.post("/rooms/<uuid:room_uid>/stations")
@needs(*WRITERS)
def add_stations_to(room_uid: UUID) -> ResponseReturnValue:
    try:
        asked = read_form(StationsSchema)
        with transaction():
            room, _site = room_by_uid(room_uid, g.grants, WRITERS)
            made = add_stations(room, asked["codes"], asked["occupation"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return room_page(room_uid, error)
    flash(_("登记了 {count} 个工位", count=len(made)))
    return redirect(url_for("sites.room", room_uid=room_uid))


@bp.post("/<uuid:site_uid>/tenures")
@needs(*WRITERS)
def add_tenure(site_uid: UUID) -> ResponseReturnValue:
    file = request.files.get("file")
    sent = ((file.filename if file else "") or "", file.read() if file else b"")
    try:
        asked = read_form(TenureSchema)
        with transaction():
            enter_tenure(
                site_by_uid(site_uid, g.grants, WRITERS),
                asked["kind"],
                asked["until_on"],
                asked["document_number"],
                sent,
                actor=current_actor(),
                clock=clock(),
                store=store(),
                rules=rulebook(),
            )
    except DomainError as error:
        return site_page(site_uid, error)
    flash(_("场地使用权已登记"))
    return redirect(url_for("sites.show", site_uid=site_uid, _anchor="papers"))


@bp.get("/<uuid:site_uid>/tenures/<uuid:tenure_uid>.file")
def tenure_file(site_uid: UUID, tenure_uid: UUID) -> Response:
    """Always a file to save, never shown inside the site; every look is written down."""
    with transaction():
        site = site_by_uid(site_uid, g.grants, READERS)
        found, data = tenure_document(site, tenure_uid, store())
        record_access(Tag.SITE_TENURE_OPENED, current_actor(), found, clock=clock(), words=found.document_name)
    ending = ENDINGS[found.document_format]
    name = found.document_name if found.document_name.lower().endswith(ending) else found.document_name + ending
    answer = attachment(data, name, MIME[found.document_format])
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@bp.post("/<uuid:site_uid>/verifications")
@needs(*DISTRICT)
def add_verification(site_uid: UUID) -> ResponseReturnValue:
    try:
        asked = read_form(VerificationSchema)
        with transaction():
            site = site_by_uid(site_uid, g.grants, DISTRICT)
            verify(site, asked["verified_on"], asked["result"], asked["note"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return site_page(site_uid, error)
    flash(_("核验已登记"))
    return redirect(url_for("sites.show", site_uid=site_uid, _anchor="papers"))


@bp.post("/<uuid:site_uid>/uses")
@needs(*WRITERS)
def add_use(site_uid: UUID) -> ResponseReturnValue:
    try:
        asked = read_form(UseSchema)
        with transaction():
            use = lend(
                site_by_uid(site_uid, g.grants, WRITERS),
                asked["guest"],
                asked["from_on"],
                asked["until_on"],
                asked["agreement"],
                actor=current_actor(),
                clock=clock(),
            )
            asked_districts = bool(approvals_of([use.id]))
    except DomainError as error:
        return site_page(site_uid, error)
    flash(
        _("借用已登记；跨区的，两个区的人社局都同意后对方才能在这里排场次")
        if asked_districts
        else _("借用已登记，对方的考务现在可以在这里排场次")
    )
    return redirect(url_for("sites.show", site_uid=site_uid, _anchor="uses"))


@bp.post("/<uuid:site_uid>/uses/<uuid:use_uid>/end")
@needs(*WRITERS)
def end(site_uid: UUID, use_uid: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            site = site_by_uid(site_uid, g.grants, WRITERS)
            untold = end_use(site, use_uid, actor=current_actor(), clock=clock())
    except DomainError as error:
        return site_page(site_uid, error)
    flash(_("借用已结束，对方不能再排新的场次"))
    if untold:
        flash(_("没有能收通知的邮箱或手机，要当面或另外告诉：{names}", names=_("、").join(untold)))
    return redirect(url_for("sites.show", site_uid=site_uid, _anchor="uses"))

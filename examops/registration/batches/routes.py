"""Pages of batches: the list, a new one, changing one, ending its applications early."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from werkzeug.datastructures import MultiDict

from examops.accounts import REGULATORS, current_actor, guarded, needs, roles_only
from examops.catalogue import level, occupation
from examops.core.clock import local, local_day, today
from examops.core.database import db
from examops.core.errors import DomainError, NotFound
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.paging import of_own_body
from examops.core.queries import records_of
from examops.core.reading import read_records
from examops.core.transaction import transaction
from examops.organisations import filing_of, filing_refusal, refusal_by_filing
from examops.organisations.models import Body
from examops.registration.batches.changes import changes_of
from examops.registration.batches.forms import (
    USUAL_PARTS,
    BatchForm,
    BodySchema,
    form_for_next,
    form_from_batch,
    read_batch,
)
from examops.registration.batches.service import (
    Window,
    applied,
    batch_by_uid,
    change_batch,
    close_batch,
    create_batch,
    filed_levels,
    offers_of,
    window,
)
from examops.registration.models import PART_CODES, Batch, BatchOccupation
from examops.specifications import Specification, in_force_for, specifications_by_id
from examops.web.inputs import read_valid
from examops.web.pages import BeforeNumberSchema
from examops.web.workbooks import MOST_ROWS, export

PAGE = 50
COLUMNS = (
    (N_("编号"), 16),
    (N_("名称"), 30),
    (N_("职业等级"), 40),
    (N_("年限算到"), 12),
    (N_("报名起"), 12),
    (N_("报名止"), 12),
    (N_("考试起"), 12),
    (N_("考试止"), 12),
    (N_("已报名"), 8),
    (N_("状态"), 12),
)
READERS = ("coordinator", *REGULATORS)
bp = guarded(Blueprint("batches", __name__, url_prefix="/sessions/batches"), roles_only(*READERS))
WINDOWS = {
    Window.DRAFT: ("wait", N_("未公告")),
    Window.COMING: ("wait", N_("未开始")),
    Window.OPEN: ("act", N_("报名中")),
    Window.OVER: ("done", N_("报名已截止")),
}


@bp.get("")
def index() -> ResponseReturnValue:
    """The newest first, a page at a time by id."""
    before = read_valid(BeforeNumberSchema, request.args)["before"]
    found = read_records(_newest_query().where(Batch.id < before)) if before else _newest()
    shown, now = found[:PAGE], clock().now()
    offers = offers_of(shown)
    return render_template(
        "registration/batches.html",
        batches=shown,
        offers=offers,
        specifications=specifications_by_id(row.specification_id for rows in offers.values() for row in rows),
        applied=applied(shown),
        occupation=occupation,
        states={batch.id: WINDOWS[window(batch, now)] for batch in shown},
        following=shown[-1].id if len(found) > PAGE else None,
    )


def _newest_query() -> Select[Batch]:
    return of_own_body(select(Batch), Batch.body_id).order_by(Batch.id.desc()).limit(PAGE + 1)


_newest = records_of(_newest_query)


@bp.get("/export.xlsx")
def export_list() -> ResponseReturnValue:
    """As the pages of the list show them."""
    query = of_own_body(select(Batch), Batch.body_id).order_by(Batch.id.desc()).limit(MOST_ROWS + 1)
    found, now = read_records(query), clock().now()
    offers, counts = offers_of(found), applied(found)
    return export(_("批次", context="菜单"), COLUMNS, (_cells(one, offers[one.id], counts, now) for one in found))


def _cells(
    batch: Batch, offers: Sequence[BatchOccupation], counts: Mapping[int, int], now: datetime
) -> tuple[object, ...]:
    named = [f"{_(occupation(row.occupation_code).name)} {level(row.level)}" for row in offers]
    days = (local_day(at) for at in (batch.applies_from, batch.applies_until))
    held = (batch.held_from, batch.held_until)
    state = _(WINDOWS[window(batch, now)][1])
    return (
        *(batch.number, batch.name, _("、").join(named), batch.cut_off_on),
        *(*days, *held, counts.get(batch.id, 0), state),
    )


@bp.get("/new")
@needs("coordinator")
def new() -> ResponseReturnValue:
    return _new_page(_begun(), _own_bodies())


@bp.get("/<uuid:batch_uid>/copy")
@needs("coordinator")
def copy(batch_uid: UUID) -> ResponseReturnValue:
    """The form of a new batch begun from this one."""
    found = batch_by_uid(batch_uid)
    return _new_page(form_for_next(found, offers_of([found])[found.id], today(clock())), [_body_of(found)])


def _new_page(form: Mapping[str, str], bodies: list[Body]) -> ResponseReturnValue:
    """Says at once where nothing can be announced, not after everything was filled in."""
    refused = filing_refusal(bodies[0], (), today(clock())) if len(bodies) == 1 else None
    return _page(form, {}, bodies, None, refused=refused)


@bp.post("/new")
@needs("coordinator")
def create() -> ResponseReturnValue:
    body = _body(read_valid(BodySchema, request.form)["body"])
    return _saved(
        None,
        body,
        lambda read: create_batch(body, read.plan, actor=current_actor(), clock=clock()) if read.plan else None,
    )


@bp.get("/<uuid:batch_uid>")
def show(batch_uid: UUID) -> ResponseReturnValue:
    found = batch_by_uid(batch_uid)
    body, offers = _body_of(found), offers_of([found])[found.id]
    form = form_from_batch(found, offers)
    refused = refusal_by_filing(filing_of(body, {}), (), today(clock())) if g.role == "coordinator" else None
    return _page(form, {}, [body], found, refused=refused, offers=offers)


@bp.post("/<uuid:batch_uid>")
@needs("coordinator")
def save(batch_uid: UUID) -> ResponseReturnValue:
    found = batch_by_uid(batch_uid)

    def change(read: BatchForm) -> Batch | None:
        if read.plan:
            change_batch(found, read.plan, actor=current_actor(), clock=clock())
        return found

    return _saved(found, _body_of(found), change)


@bp.post("/<uuid:batch_uid>/close")
@needs("coordinator")
def close(batch_uid: UUID) -> ResponseReturnValue:
    with transaction():
        close_batch(batch_by_uid(batch_uid), actor=current_actor())
    flash(_("报名已截止"))
    return redirect(url_for("batches.show", batch_uid=batch_uid))


def _saved(found: Batch | None, body: Body, work: Callable[[BatchForm], Batch | None]) -> ResponseReturnValue:
    refused = filing_refusal(body, (), today(clock()))
    if refused:
        return _page(request.form, {}, [body], found, refused=refused, status=refused.status)
    own = in_force_for(body, today(clock()))
    parts = {(code, level): row.levels[level]["parts"] for (code, level), row in own.items()}
    read = read_batch(request.form, filed_levels(body), parts)
    if read.faults:
        return _page(request.form, read.faults, [body], found, status=422)
    try:
        with transaction():
            saved = work(read)
            assert saved
            words = _("批次 {number} 已保存", number=saved.number)
    except DomainError as error:
        return _page(request.form, {}, [body], found, refused=error, status=error.status)
    flash(words)
    return redirect(url_for("batches.index"))


def _page(
    form: Mapping[str, str],
    faults: dict[str, str],
    bodies: list[Body],
    found: Batch | None,
    *,
    refused: DomainError | None = None,
    status: int = 200,
    offers: Sequence[BatchOccupation] | None = None,
) -> ResponseReturnValue:
    """``offers``: those of the batch, where they were read already."""
    chosen: Any = form if isinstance(form, MultiDict) else MultiDict(form)
    at = window(found, clock().now()) if found else None
    return render_template(
        "registration/batch_form.html",
        form=chosen,
        faults=faults,
        bodies=bodies,
        batch=found,
        refused=refused,
        filed=filed_levels(bodies[0]) if bodies else [],
        specifications=_specifications(bodies[0], found) if bodies else {},
        occupation=occupation,
        parts=PART_CODES,
        state=WINDOWS[at] if at else None,
        applied=applied([found]).get(found.id, 0) if found else 0,
        may_write=g.role == "coordinator",
        is_over=at is Window.OVER,
        changes=changes_of(found, offers_of([found])[found.id] if offers is None else offers) if found else [],
    ), status


def _specifications(body: Body, found: Batch | None) -> dict[tuple[str, str], Specification]:
    """By (code, level) the body's own specification, in place of the national standard: the version that the batch
    took, or the one that a new one will take."""
    taken: dict[tuple[str, str], Specification | None] = {}
    if found:
        offered = select(BatchOccupation, Specification).where(BatchOccupation.batch_id == found.id)
        query = offered.outerjoin(Specification, Specification.id == BatchOccupation.specification_id)
        taken = {(offer.occupation_code, offer.level): own for offer, own in db.session.execute(query)}
    standing = {**in_force_for(body, today(clock())), **taken}
    return {key: row for key, row in standing.items() if row}


def _begun() -> MultiDict[str, str]:
    """A batch announced today: a month to apply, the exam in the month after."""
    day = today(clock())
    now = local(clock().now())
    form: MultiDict[str, str] = MultiDict(
        {
            "applies_from": f"{now:%Y-%m-%dT%H:00}",
            "applies_until": f"{day + timedelta(days=30)}T18:00",
            "cut_off_on": f"{day + timedelta(days=30)}",
            "held_from": f"{day + timedelta(days=35)}",
            "held_until": f"{day + timedelta(days=65)}",
            "fee": "0",
        }
    )
    for part in USUAL_PARTS:
        form.add("part", part)
    return form


def _own_bodies() -> list[Body]:
    """The bodies this person coordinates."""
    ids = {grant.body_id for grant in g.grants if grant.role == "coordinator" and grant.body_id}
    return list(db.session.execute(select(Body).where(Body.id.in_(ids)).order_by(Body.id)).scalars())


def _body(uid: UUID | None) -> Body:
    own = _own_bodies()
    chosen = next((one for one in own if one.uid == uid), own[0] if len(own) == 1 else None)
    if chosen is None:
        raise NotFound(N_("没有找到这个机构，或您不是它的考务"), advice=N_("重新选一个机构"))
    return chosen


def _body_of(found: Batch) -> Body:
    return db.session.execute(select(Body).where(Body.id == found.body_id)).scalar_one()

"""一并办理: first exactly what would be decided and what is left out, then each by its own decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError, Invalid
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.filings.accepting.choosing import ACCEPTS, candidates
from examops.filings.accepting.models import DECIDED, LEFT_OUT, RUNNING, WAITING, AcceptanceItem, AcceptanceRun
from examops.filings.accepting.running import FEW, begin, counts_of, cut, newest_run, run_by_uid, work
from examops.filings.blueprint import bp
from examops.filings.models import Filing, FilingDecision, FilingLetter
from examops.organisations.models import Body
from examops.web.api import LenientSchema, json_call
from examops.web.inputs import ListOf, ShortText, read_form
from examops.web.progress import ProgressSchema

OFFICERS = tuple(ACCEPTS)
DONE_WORDS = {"reviewed": N_("初审通过"), "filed": N_("准予备案")}


class AcceptSchema(LenientSchema):
    """``filing``: those that were shown as fit, each ``uid~seen`` with the newest act that was shown."""

    filings = ListOf(ShortText(80), data_key="filing", most=200)


def _chosen(texts: list[str]) -> list[tuple[UUID, str]]:
    """Raises :class:`Invalid` for what no page of ours sends."""
    try:
        return [(UUID(uid), seen) for uid, _mark, seen in (text.partition("~") for text in texts)]
    except ValueError as error:
        raise Invalid(N_("没有这份申报，请刷新页面再办"), advice=N_("刷新页面再选")) from error


@bp.get("/accept")
@needs(*OFFICERS)
def accept() -> ResponseReturnValue:
    return _preview()


def _preview(refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    day, now = today(clock()), clock().now()
    found = candidates(current_actor(), day, now, rulebook())
    return render_template(
        "filings/accept.html",
        fit=[one for one in found if one.is_fit],
        unfit=[one for one in found if not one.is_fit],
        act=DONE_WORDS[ACCEPTS[g.role]],
        is_district=g.role == "district_bureau",
        newest=newest_run(current_actor()),
        most=rulebook().value("filing.accept_at_once_max", day),
        refused=refused,
    ), refused.status if refused else 200


@bp.post("/accept")
@needs(*OFFICERS)
def accept_all() -> ResponseReturnValue:
    try:
        chosen = _chosen(read_form(AcceptSchema)["filings"])
        district = next((grant.district for grant in g.grants if grant.role == g.role), None)
        with transaction():
            run = begin(chosen, district, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _preview(error)
    uid, is_few = run.uid, run.total <= FEW
    if is_few:
        work(uid, clock())
    return redirect(url_for("filings.accepted", run_uid=uid))


@bp.get("/accept/<uuid:run_uid>")
@needs(*OFFICERS)
def accepted(run_uid: UUID) -> ResponseReturnValue:
    run = run_by_uid(run_uid)
    rows = _rows(run)
    return render_template(
        "filings/accepted.html",
        run=run,
        decided=[row for row in rows if row["item"].state == DECIDED],
        left_out=[row for row in rows if row["item"].state == LEFT_OUT],
        waiting=[row for row in rows if row["item"].state == WAITING],
        act=DONE_WORDS[run.act],
        task=_progress(run) if run.state == RUNNING else None,
    )


def _rows(run: AcceptanceRun) -> list[dict[str, Any]]:
    query = (
        select(AcceptanceItem, Filing, Body.name, FilingDecision, FilingLetter)
        .join(Filing, Filing.id == AcceptanceItem.filing_id)
        .join(Body, Body.id == Filing.body_id)
        .outerjoin(FilingDecision, FilingDecision.uid == AcceptanceItem.decision)
        .outerjoin(FilingLetter, FilingLetter.decision_id == FilingDecision.id)
        .where(AcceptanceItem.run_id == run.id)
        .order_by(AcceptanceItem.id)
    )
    return [
        {"item": item, "filing": filing, "body": body, "decision": decision, "letter": letter}
        for item, filing, body, decision, letter in db.session.execute(query)
    ]


@bp.get("/accept/<uuid:run_uid>/progress")
@json_call(ProgressSchema)
@needs(*OFFICERS)
def accept_progress(run_uid: UUID) -> dict[str, Any]:
    """How far a run of acceptances has come"""
    return _progress(run_by_uid(run_uid))


def _progress(run: AcceptanceRun) -> dict[str, Any]:
    counts = counts_of(run)
    done, is_over = run.total - counts[WAITING], run.state != RUNNING
    return {
        "verb": _("一并办理"),
        "name": _(DONE_WORDS[run.act]),
        "percent": 100.0 if is_over else 100 * done / run.total,
        "done": f"{done}",
        "total": _("{count} 份", count=run.total),
        "rate": "",
        "left": "",
        "finish_at": "",
        "finished": is_over,
        "result_words": _("看结果"),
        "reload": True,
        "result_url": url_for("filings.accepted", run_uid=run.uid) if is_over else None,
        "progress_url": url_for("filings.accept_progress", run_uid=run.uid),
        "cancel_url": None if is_over else url_for("filings.cut_accepting", run_uid=run.uid),
    }


@bp.post("/accept/<uuid:run_uid>/cut")
@needs(*OFFICERS)
def cut_accepting(run_uid: UUID) -> ResponseReturnValue:
    with transaction():
        is_cut = cut(run_by_uid(run_uid), actor=current_actor(), clock=clock())
    flash(_("已中止：已决定的照旧有效，没有轮到的没有办") if is_cut else _("已经办完，没有可中止的"))
    return redirect(url_for("filings.accepted", run_uid=run_uid))

"""The first page of filings: the body's own ones, or the offices' inbox. All other pages hang on the same blueprint."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from config.calendar import calendar
from config.rulebook import rulebook
from examops.accounts import ROLE_WORDS, current_actor, needs
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.filings import (
    body_pages,
    document_pages,
    list_pages,
    office_pages,
    paper_pages,
    rule_pages,
    step_pages,
    version_pages,
)
from examops.filings.accepting import pages as accepting_pages
from examops.filings.accepting.choosing import ACCEPTS
from examops.filings.blueprint import BODY, bp, own_bodies, own_body
from examops.filings.clocks import calendar_fault
from examops.filings.editing import GONE, begin
from examops.filings.historic import pages as historic_pages
from examops.filings.inbox import BESIDE, GROUPS, chips, part_of, waiting
from examops.filings.inputs import BeginSchema, InboxSchema
from examops.filings.lists import pages as people_pages
from examops.filings.models import Filing
from examops.filings.states import OPEN_STATES
from examops.offices import represented_by
from examops.organisations import bar_refusal
from examops.organisations.models import Body
from examops.web.inputs import read_form, read_valid

__all__ = [
    "accepting_pages",
    "body_pages",
    "bp",
    "document_pages",
    "historic_pages",
    "list_pages",
    "office_pages",
    "paper_pages",
    "people_pages",
    "rule_pages",
    "step_pages",
    "version_pages",
]
MOST = 50
KINDS = {"new": N_("首次备案"), "amendment": N_("增项"), "renewal": N_("延续")}


@bp.get("")
def index() -> ResponseReturnValue:
    return _own_page() if g.role == "coordinator" else _inbox()


def _inbox() -> ResponseReturnValue:
    day, actor = today(clock()), current_actor()
    beside = ROLE_WORDS.get(BESIDE.get(g.role, ""), "")
    whose, groups = read_valid(InboxSchema, request.args)["whose"], waiting(g.role, day, rulebook())
    return render_template(
        "filings/inbox.html",
        groups=part_of(groups, whose, actor.uid),
        # Nothing is in hand of a centre.
        chips=[] if beside else chips(groups, actor.uid, represented_by(actor, clock().now())),
        whose=whose,
        may_accept=g.role in ACCEPTS,
        beside=beside,
        calendar_fault=calendar_fault(day, calendar(), rulebook()),
        words=GROUPS,
        soon=rulebook().value("filing.due_soon_working_days", day),
    )


def _own_page(refused: DomainError | None = None) -> ResponseReturnValue:
    bodies = own_bodies()
    query = select(Filing).where(Filing.body_id.in_([body.id for body in bodies])).order_by(Filing.id.desc())
    filings = list(db.session.execute(query.limit(MOST)).scalars())
    day = today(clock())
    barred = {body.id: one for body in bodies if (one := bar_refusal(body, day))}
    taken = {filing.body_id for filing in filings if filing.state in OPEN_STATES}
    return render_template(
        "filings/index.html",
        bodies=bodies,
        names={body.id: body.name for body in bodies},
        filings=filings,
        free=[body for body in bodies if body.id not in taken and body.id not in barred],
        barred=barred.values(),
        kinds={body.id: _kinds_for(body) for body in bodies},
        refused=refused,
    ), refused.status if refused else 200


def _kinds_for(body: Body) -> dict[str, str]:
    """What a body may ask for: nothing on top of a filing that it left or never had."""
    has_one = body.filed_on is not None and body.state not in GONE
    return {key: _(word) for key, word in KINDS.items() if key == "new" or has_one}


@bp.post("")
@needs(*BODY)
def start() -> ResponseReturnValue:
    try:
        given = read_form(BeginSchema)
        with transaction():
            filing = begin(own_body(given["body"]), given["kind"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return _own_page(error)
    flash(_("申报 {number} 已建好，每一页各自保存，可以分几天、几个人填", number=filing.number))
    return redirect(url_for("filings.show", filing_uid=filing.uid))

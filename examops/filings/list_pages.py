"""For offices: every filing that was handed in, every letter with its delivery, and the lists as workbooks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import REGULATORS, ROLE_WORDS, current_actor, needs
from examops.catalogue import district_name
from examops.catalogue import level as level_name
from examops.core.clock import today
from examops.core.database import db
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.paging import page_and_next
from examops.filings.blueprint import bp
from examops.filings.gathering import occupations_of
from examops.filings.inbox import part_of, waiting
from examops.filings.inputs import InboxSchema
from examops.filings.labels import FILING_KINDS, FILING_STATES, LETTER_KINDS, occupation_name, signed_as
from examops.filings.listing import PAGE, filings_query, letters_query
from examops.filings.models import Filing, FilingOccupation
from examops.filings.telling import Delivery, deliveries_of
from examops.organisations import BODY_KINDS
from examops.organisations.models import Body
from examops.outbox import CHANNEL_WORDS, STATE_WORDS
from examops.web.downloads import attachment
from examops.web.inputs import OneOf, read_valid
from examops.web.pages import BeforeNumberSchema
from examops.web.workbooks import MOST_ROWS, list_workbook

FILING_COLUMNS = (
    (N_("编号"), 16),
    (N_("机构"), 36),
    (N_("类型"), 16),
    (N_("区"), 10),
    (N_("种类"), 12),
    (N_("职业和等级"), 40),
    (N_("状态"), 12),
    (N_("提交"), 18),
    (N_("期限"), 12),
    (N_("该办的"), 24),
    (N_("在办"), 12),
    (N_("决定"), 18),
)
INBOX_COLUMNS = ((N_("剩余工作日"), 12), *FILING_COLUMNS)
LETTER_COLUMNS = (
    (N_("文号"), 28),
    (N_("文书"), 18),
    (N_("日期"), 12),
    (N_("申报"), 16),
    (N_("机构"), 36),
    (N_("经办"), 20),
    (N_("发给机构"), 60),
)


class RegisterSchema(BeforeNumberSchema):
    state = OneOf([one for one in FILING_STATES if one != "draft"], load_default="")


class LettersSchema(BeforeNumberSchema):
    kind = OneOf(LETTER_KINDS, load_default="")


@bp.get("/all")
@needs(*REGULATORS)
def register() -> str:
    asked = read_valid(RegisterSchema, request.args)
    rows, last = page_and_next(db.session.execute(filings_query(**asked, to_office=True)).all(), PAGE)
    following = {"state": asked["state"] or None, "before": last.Filing.id if last else None}
    return render_template(
        "filings/all.html",
        rows=rows,
        occupations=occupations_of([row.Filing.id for row in rows]),
        state=asked["state"],
        states={key: pair for key, pair in FILING_STATES.items() if key != "draft"},
        following=url_for("filings.register", **following) if last else "",
    )


@bp.get("/all.xlsx")
@needs(*REGULATORS)
def register_workbook() -> ResponseReturnValue:
    asked = read_valid(RegisterSchema, request.args)
    query = filings_query(asked["state"], 0, to_office=True, most=MOST_ROWS + 1)
    rows = db.session.execute(query).all()
    known = occupations_of([row.Filing.id for row in rows])
    cells = (_filing_cells(row.Filing, row.Body, known.get(row.Filing.id, [])) for row in rows)
    return attachment(list_workbook(_("备案申报"), FILING_COLUMNS, cells), _("备案申报.xlsx"))


@bp.get("/inbox.xlsx")
@needs(*REGULATORS)
def inbox_workbook() -> ResponseReturnValue:
    """What the page shows, in its order."""
    whose = read_valid(InboxSchema, request.args)["whose"]
    groups = part_of(waiting(g.role, today(clock()), rulebook()), whose, current_actor().uid)
    cells = (
        (one.left, *_filing_cells(one.filing, one.body, one.occupations)) for rows in groups.values() for one in rows
    )
    return attachment(list_workbook(_("备案待办"), INBOX_COLUMNS, cells), _("备案待办.xlsx"))


def _filing_cells(filing: Filing, body: Body, occupations: Sequence[FilingOccupation]) -> tuple[Any, ...]:
    return (
        filing.number,
        body.name,
        _(BODY_KINDS[body.kind]),
        district_name(filing.district),
        _(FILING_KINDS[filing.kind]),
        _("；").join(f"{occupation_name(row.occupation_code)} {_names(row.levels)}" for row in occupations),
        _(FILING_STATES[filing.state][1]),
        filing.submitted_at,
        filing.due_on,
        _(ROLE_WORDS[filing.clock_owner]) if filing.clock_owner else "",
        filing.clock_officer_name,
        filing.decided_at,
    )


def _names(levels: Sequence[str]) -> str:
    return _("、").join(level_name(one) for one in levels)


@bp.get("/letters")
@needs(*REGULATORS)
def all_letters() -> str:
    asked = read_valid(LettersSchema, request.args)
    rows, last = page_and_next(db.session.execute(letters_query(**asked)).all(), PAGE)
    following = {"kind": asked["kind"] or None, "before": last.FilingLetter.id if last else None}
    return render_template(
        "filings/letters.html",
        rows=rows,
        deliveries=deliveries_of([row.FilingLetter.decision_id for row in rows]),
        kind=asked["kind"],
        kinds=LETTER_KINDS,
        following=url_for("filings.all_letters", **following) if last else "",
    )


@bp.get("/letters.xlsx")
@needs(*REGULATORS)
def letters_workbook() -> ResponseReturnValue:
    asked = read_valid(LettersSchema, request.args)
    rows = db.session.execute(letters_query(asked["kind"], 0, MOST_ROWS + 1)).all()
    told = deliveries_of([row.FilingLetter.decision_id for row in rows])
    return attachment(list_workbook(_("文书"), LETTER_COLUMNS, _letter_lines(rows, told)), _("备案文书.xlsx"))


def _letter_lines(rows: Sequence[Any], told: dict[int, list[Delivery]]) -> Iterator[tuple[Any, ...]]:
    for letter, filing, body in rows:
        yield (
            letter.number,
            _(LETTER_KINDS[letter.kind]),
            date.fromisoformat(letter.content["day"]),
            filing.number,
            body.name,
            signed_as(letter.content),
            _("；").join(_delivery(one) for one in told.get(letter.decision_id, [])),
        )


def _delivery(one: Delivery) -> str:
    state = _(STATE_WORDS.get(one.state, STATE_WORDS["sent"]))
    return f"{_(CHANNEL_WORDS[one.channel])} {one.name} {one.address_masked} {state}"

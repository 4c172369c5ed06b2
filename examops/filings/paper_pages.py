"""Beside the filing before, copied from it, printed whole, and its receipts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.core.clock import today
from examops.core.errors import DomainError
from examops.core.extensions import clock, store
from examops.core.language import _
from examops.core.transaction import transaction
from examops.filings.blueprint import BODY, bp
from examops.filings.body_pages import filing_page, steps_of
from examops.filings.change_words import PARTS
from examops.filings.comparing import compared, filing_before
from examops.filings.copying import copy_last
from examops.filings.gathering import dossier, filing_by_uid
from examops.filings.letters import letters_of
from examops.filings.models import HISTORIC
from examops.filings.receipts import receipt_by_uid, receipts_of
from examops.filings.shown import shown
from examops.filings.standing import lines_today_or_kept


@bp.get("/<uuid:filing_uid>/changes")
def changed(filing_uid: UUID) -> str:
    """Old and new of every fact, occupation, document and list."""
    filing = filing_by_uid(filing_uid)
    found = dossier(filing)
    lines = [(one.to_json(), one.is_changed) for one in compared(found)]
    return render_template(
        "filings/changes.html",
        filing=filing,
        body=found.body,
        before=filing_before(filing),
        parts=[(word, [line for line in lines if line[0]["what"] == what]) for what, word in PARTS.items()],
        count=sum(is_changed for _line, is_changed in lines),
    )


@bp.post("/<uuid:filing_uid>/copy")
@needs(*BODY)
def copy(filing_uid: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            filing = filing_by_uid(filing_uid)
            options: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "store": store()}
            count = copy_last(filing, **options, rules=rulebook(), day=today(clock()))
    except DomainError as error:
        return filing_page(filing_uid, error)
    flash(_("已照上一次填好 {count} 项；截止日没有变，过期的要更新，材料要重新看过，名册要重新上传", count=count))
    return redirect(url_for("filings.show", filing_uid=filing_uid))


@bp.get("/<uuid:filing_uid>/print")
def print_view(filing_uid: UUID) -> str:
    """The whole filing on paper, with an index."""
    filing = filing_by_uid(filing_uid)
    found, day = dossier(filing), today(clock())
    judged = [] if filing.kind == HISTORIC else lines_today_or_kept(found, day, rulebook())
    return render_template(
        "filings/print.html",
        filing=filing,
        body=found.body,
        found=found,
        steps=steps_of(found),
        lines=shown(judged, to_office=True),
        changes=[one.to_json() for one in compared(found) if one.is_changed],
        letters=letters_of(filing),
        receipts=receipts_of(filing),
        day=day,
    )


@bp.get("/<uuid:filing_uid>/receipts/<uuid:receipt_uid>")
def receipt(filing_uid: UUID, receipt_uid: UUID) -> str:
    filing = filing_by_uid(filing_uid)
    return render_template("filings/receipt.html", filing=filing, receipt=receipt_by_uid(filing, receipt_uid))

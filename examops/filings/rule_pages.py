"""What a body has published: its rules and fees, with history; the forms that publish the next ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.levels import LETTERS
from config.occupations import catalogue
from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.catalogue import level as level_name
from examops.catalogue import occupation_word
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import _
from examops.core.transaction import transaction
from examops.filings.blueprint import BODY, bp
from examops.filings.labels import occupation_name
from examops.filings.publishers import body_seen, document_of, documents_of, is_own, published_by
from examops.specifications.models import FeeSchedule
from examops.specifications.publishing import (
    FEE_PARTS,
    FEE_ROWS,
    RULE_WORDS,
    RuleFormSchema,
    fees_in_force,
    fees_of,
    filed_levels,
    history_of,
    names_of,
    publish_fees,
    publish_rule,
    rules_in_force,
)
from examops.web.inputs import InvalidInput, read_form

SPARE_ROWS = 4
CELLS = ("occupation", "level", "fee")


@bp.get("/rules/<uuid:body_uid>")
def rules(body_uid: UUID) -> ResponseReturnValue:
    return _page(body_uid)


@bp.post("/rules/<uuid:body_uid>")
@needs(*BODY)
def publish(body_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(RuleFormSchema)
        with transaction():
            body = published_by(body_uid)
            document = document_of(body, given["document"]) if given["document"] else None
            row = publish_rule(body, given["kind"], given["text"], document, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(body_uid, error)
    flash(_("{name}第 {version} 版已公布", name=_(RULE_WORDS[row.kind]), version=row.version))
    return redirect(url_for("filings.rules", body_uid=body_uid))


@bp.post("/rules/<uuid:body_uid>/fees")
@needs(*BODY)
def publish_amounts(body_uid: UUID) -> ResponseReturnValue:
    try:
        amounts, note = fees_of(request.form)
        with transaction():
            row = publish_fees(published_by(body_uid), amounts, note, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(body_uid, error)
    flash(_("收费标准第 {version} 版已公布", version=row.version))
    return redirect(url_for("filings.rules", body_uid=body_uid))


def _page(uid: UUID, refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    body, day = body_seen(uid), today(clock())
    past, fees = history_of(body.id), fees_in_force(body.id)
    wanted = rulebook()["specification.rules_to_publish"].on(day)
    is_body = g.role == "coordinator" and is_own(body)
    filed = filed_levels(body.id) if is_body else {}
    form = request.form if "note" in request.form else {**_form(fees, filed), **request.form.to_dict()}
    return render_template(
        "filings/rules.html",
        body=body,
        wanted=wanted,
        rules=rules_in_force(body.id),
        fees=fees,
        past=[(isinstance(row, FeeSchedule), row) for row in past],
        names=names_of(past),
        documents=[(str(one.uid), one.name) for one in documents_of(body)] if is_body else [],
        kinds=[(code, _(word)) for code, word in RULE_WORDS.items()],
        occupations=[("", "—"), *_occupations(filed, form)],
        occupation_name=occupation_name,
        letters=[("", "—"), *((code, level_name(code)) for code in LETTERS)],
        fee_parts=[(code, _(word)) for code, word in FEE_PARTS.items()],
        rows=_rows(form),
        form=form,
        is_body=is_body,
        refused=refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
    ), refused.status if refused else 200


def _form(fees: FeeSchedule | None, filed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The form that would publish again what is in force, with a row for each filed level that has no price yet."""
    form = {"note": fees.note} if fees else {}
    amounts = list(fees.amounts) if fees else []
    priced = {(one["occupation"], one["level"]) for one in amounts}
    for code, levels in filed.items():
        new = [level for level in levels if (code, level) not in priced]
        amounts += [{"occupation": code, "level": level, "part": "whole"} for level in new]
    for row, one in enumerate(amounts[:FEE_ROWS], start=1):
        form |= {f"{name}-{row}": str(one[name]) for name in ("occupation", "level", "part")}
        form[f"fee-{row}"] = f"{one['fen'] / 100:.2f}" if "fen" in one else ""
    return form


def _rows(form: Mapping[str, str]) -> range:
    """As many as are filled, and some to add."""
    filled = max((row for row in range(1, FEE_ROWS + 1) if any(form.get(f"{one}-{row}") for one in CELLS)), default=0)
    return range(1, min(filled + SPARE_ROWS, FEE_ROWS) + 1)


def _occupations(filed: Mapping[str, Sequence[str]], form: Mapping[str, str]) -> list[tuple[str, str]]:
    """Those that are filed, and those that stand in the form; all before the first filing."""
    named = {form.get(f"occupation-{row}") for row in range(1, FEE_ROWS + 1)}
    found = sorted(catalogue().by_code.items())
    return [(code, f"{code} {occupation_word(one)}") for code, one in found if not filed or code in {*filed, *named}]

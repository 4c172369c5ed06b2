"""What a body has published: its rules and fees, with history; the forms that publish the next ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from config.levels import LETTERS
from config.occupations import catalogue
from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.catalogue import level as level_name
from examops.catalogue import occupation_word
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError, NotFound
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.filings.blueprint import BODY, bp
from examops.filings.labels import occupation_name
from examops.filings.models import FilingDocument
from examops.organisations.models import Body
from examops.specifications.models import FeeSchedule
from examops.specifications.publishing import (
    FEE_PARTS,
    FEE_ROWS,
    RULE_WORDS,
    Attached,
    NoteSchema,
    RuleSchema,
    amounts_of,
    fees_in_force,
    filed_levels,
    history_of,
    names_of,
    publish_fees,
    publish_rule,
    rules_in_force,
)
from examops.web.inputs import InvalidInput, read_form, read_valid

MOST, SPARE_ROWS = 200, 4
LISTS_OF_PEOPLE = ("staff_list", "insured_list")


@bp.get("/rules/<uuid:body_uid>")
def rules(body_uid: UUID) -> ResponseReturnValue:
    return _page(body_uid)


@bp.post("/rules/<uuid:body_uid>")
@needs(*BODY)
def publish(body_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(RuleSchema)
        with transaction():
            body = _own(body_uid)
            document = _document(body, given["document"]) if given["document"] else None
            row = publish_rule(body, given["kind"], given["text"], document, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(body_uid, error)
    flash(_("{name}第 {version} 版已公布", name=_(RULE_WORDS[row.kind]), version=row.version))
    return redirect(url_for("filings.rules", body_uid=body_uid))


@bp.post("/rules/<uuid:body_uid>/fees")
@needs(*BODY)
def publish_amounts(body_uid: UUID) -> ResponseReturnValue:
    try:
        note = read_valid(NoteSchema, request.form)["note"]
        with transaction():
            row = publish_fees(_own(body_uid), amounts_of(request.form), note, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(body_uid, error)
    flash(_("收费标准第 {version} 版已公布", version=row.version))
    return redirect(url_for("filings.rules", body_uid=body_uid))


def _own(uid: UUID) -> Body:
    body = _seen(uid)
    if not _is_own(body):
        raise NotFound(N_("没有找到这个机构，或您不是它的考务"), advice=N_("重新选一个机构"))
    return body


def _is_own(body: Body) -> bool:
    return any(grant.role == "coordinator" and grant.body_id == body.id for grant in g.grants)


def _seen(uid: UUID) -> Body:
    found = db.session.execute(select(Body).where(Body.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这个机构，或不在您的管理范围内"), advice=N_("回到列表重新选"))
    return found


def _documents(body: Body) -> list[FilingDocument]:
    """What can be published. Lists of people are not among them: one wrong choice would lay them open to everybody."""
    query = select(FilingDocument).where(FilingDocument.body_id == body.id, FilingDocument.removed_at.is_(None))
    query = query.where(FilingDocument.kind.not_in(LISTS_OF_PEOPLE))
    return list(db.session.execute(query.order_by(FilingDocument.id.desc()).limit(MOST)).scalars())


def _document(body: Body, uid: UUID) -> Attached:
    found = next((one for one in _documents(body) if one.uid == uid), None)
    if found is None:
        raise NotFound(N_("没有找到这份材料"), advice=N_("刷新页面再选"))
    return Attached(found.id, found.name, found.format, found.object_key, found.digest)


def _page(uid: UUID, refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    body, day = _seen(uid), today(clock())
    past, fees = history_of(body.id), fees_in_force(body.id)
    wanted = rulebook()["specification.rules_to_publish"].on(day)
    is_body = g.role == "coordinator" and _is_own(body)
    filed = filed_levels(body.id) if is_body else {}
    form = request.form if refused else _form(fees, filed)
    return render_template(
        "filings/rules.html",
        body=body,
        wanted=wanted,
        rules=rules_in_force(body.id),
        fees=fees,
        past=[(isinstance(row, FeeSchedule), row) for row in past],
        names=names_of(past),
        documents=[(str(one.uid), one.name) for one in _documents(body)] if is_body else [],
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
    filled = max((row for row in range(1, FEE_ROWS + 1) if form.get(f"occupation-{row}")), default=0)
    return range(1, min(filled + SPARE_ROWS, FEE_ROWS) + 1)


def _occupations(filed: Mapping[str, Sequence[str]], form: Mapping[str, str]) -> list[tuple[str, str]]:
    """Those that are filed, and those that stand in the form; all before the first filing."""
    named = {form.get(f"occupation-{row}") for row in range(1, FEE_ROWS + 1)}
    found = sorted(catalogue().by_code.items())
    return [(code, f"{code} {occupation_word(one)}") for code, one in found if not filed or code in {*filed, *named}]

"""The wizard's pages: each saved alone, by whoever, on any day; what another changed meanwhile is shown first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from config.levels import LETTERS, lowest_first
from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.catalogue import chosen_occupation, occupation_word
from examops.catalogue import level as level_name
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import _
from examops.core.transaction import transaction
from examops.filings.blueprint import BODY, bp
from examops.filings.body_pages import steps_of
from examops.filings.editing import (
    add_occupation,
    changed_since,
    current_facts,
    remove_occupation,
    step_row,
)
from examops.filings.gathering import Dossier, dossier, filing_by_uid
from examops.filings.inputs import ChangeSchema, OccupationSchema, RemoveSchema, SeenSchema
from examops.filings.lists import facts_from_lists
from examops.filings.models import Filing, FilingFact
from examops.filings.offering import occupations_offered, standard_of
from examops.filings.refusals import StepOvertaken
from examops.filings.saving import save_page, years_of
from examops.filings.states import EDITABLE
from examops.filings.steps import (
    ADDED_UP,
    CHOICES,
    FACTS,
    NEVER_PROVEN,
    OCCUPATIONS,
    VOLUME_YEARS,
    Asked,
    facts_of,
    subject_of,
)
from examops.filings.yearly import form_of
from examops.web.inputs import InvalidInput, read_form, read_valid


@bp.get("/<uuid:filing_uid>/pages/<string:step>")
@needs(*BODY)
def step(filing_uid: UUID, step: str) -> ResponseReturnValue:
    return _page(filing_by_uid(filing_uid), step)


@bp.post("/<uuid:filing_uid>/pages/<string:step>")
@needs(*BODY)
def save(filing_uid: UUID, step: str) -> ResponseReturnValue:
    filing = filing_by_uid(filing_uid)
    step_row(filing, step)
    try:
        with transaction():
            changed = save_page(filing, step, request.form, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(filing, step, error)
    flash(_("已保存 {count} 项", count=len(changed)) if changed else _("没有改动"))
    return redirect(url_for("filings.show", filing_uid=filing.uid))


def _asked(filing: Filing, step: str, facts: Mapping[str, FilingFact]) -> list[Asked]:
    """What the page asks: totals only where somebody stated them, the table by year adds up to them."""
    keys = facts_of(filing.body_kind, step)
    stated = {key for key, fact in facts.items() if fact.value["value"] is not None}
    return [FACTS[key] for key in keys if key not in ADDED_UP or key in stated]


@bp.post("/<uuid:filing_uid>/occupations")
@needs(*BODY)
def add(filing_uid: UUID) -> ResponseReturnValue:
    filing = filing_by_uid(filing_uid)
    try:
        given = read_form(OccupationSchema)
        occupation = chosen_occupation(given["occupation"])
        with transaction():
            options: dict[str, Any] = {"actor": current_actor(), "clock": clock()}
            standard = given["standard"] or standard_of(occupation, filing.body_kind, today(clock()))
            before = add_occupation(filing, given["version"], occupation, given["levels"], standard, **options)
    except DomainError as error:
        return _page(filing, OCCUPATIONS, error)
    flash(_added(occupation_word(occupation), before, lowest_first(given["levels"])))
    return redirect(url_for("filings.step", filing_uid=filing.uid, step=OCCUPATIONS))


def _added(name: str, before: list[str], levels: list[str]) -> str:
    """What was there already is told as changed, with what it was: a level that was not ticked again is gone."""
    now, was = (_("、").join(map(level_name, one)) for one in (levels, before))
    if before and before != levels:
        return _("{name}的等级改为{levels}，原来是{before}", name=name, levels=now, before=was)
    return _("已改{name}", name=name) if before else _("已加上{name}", name=name)


@bp.post("/<uuid:filing_uid>/occupations/remove")
@needs(*BODY)
def remove(filing_uid: UUID) -> ResponseReturnValue:
    filing = filing_by_uid(filing_uid)
    try:
        given = read_form(RemoveSchema)
        with transaction():
            remove_occupation(filing, given["version"], given["occupation"], actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(filing, OCCUPATIONS, error)
    flash(_("已去掉"))
    return redirect(url_for("filings.step", filing_uid=filing.uid, step=OCCUPATIONS))


def _page(filing: Filing, step: str, refused: DomainError | None = None) -> ResponseReturnValue:
    """Filled with what is stored, or after a refusal with what was typed; ``stored`` then stands beside it."""
    db.session.rollback()
    row, found = step_row(filing, step), dossier(filing)
    facts = current_facts(filing, step)
    stored = {key: fact.value["value"] for key, fact in facts.items()}
    overtaken = isinstance(refused, StepOvertaken)
    seen = read_valid(SeenSchema, request.form)["version"] if overtaken else row.version
    return render_template(
        "filings/step.html",
        filing=filing,
        body=found.body,
        step=step,
        steps=steps_of(found),
        row=row,
        found=found,
        counted=_counted(found, step),
        asked=_asked(filing, step, facts),
        years=years_of(facts, today(clock())),
        unproven=NEVER_PROVEN,
        form=request.form if refused else _form_of(found, step),
        stored=stored if overtaken else {},
        theirs=changed_since(filing, step, seen) if overtaken else [],
        choices={key: [(code, _(word)) for code, word in words.items()] for key, words in CHOICES.items()},
        occupations=occupations_offered(filing.body_kind, today(clock())),
        levels=LETTERS,
        months=rulebook().value("filing.fact_months", today(clock())),
        is_editable=filing.state in EDITABLE,
        refused=refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
    ), refused.status if refused else 200


def _form_of(found: Dossier, step: str) -> Mapping[str, str]:
    """Of the page of occupations the one whose change was asked for, of the others what is stored."""
    if step != OCCUPATIONS:
        return _form(found.filing, step, found.documents)
    code = read_valid(ChangeSchema, request.args)["occupation"]
    row = next((one for one in found.occupations if one.occupation_code == code), None)
    if row is None:
        return MultiDict[str, str]()
    return MultiDict([("occupation", code), ("standard", row.standard), *(("level", level) for level in row.levels)])


def _counted(found: Dossier, step: str) -> dict[str, Any]:
    """What lists count of the facts asked on this page, by key: it takes the place of what is typed."""
    counted, subject = facts_from_lists(found.lists, found.facts), subject_of(step)
    return {key: fact["value"] for (about, key), fact in counted.items() if about == subject}


def _form(filing: Filing, step: str, documents: list[Any]) -> Mapping[str, str]:
    """The form that would save what is stored."""
    facts = current_facts(filing, step)
    form: dict[str, str] = {}
    by_id = {one.id: str(one.uid) for one in documents}
    for key, fact in facts.items():
        if key == VOLUME_YEARS:
            form |= form_of(fact.value["value"])
        else:
            form[key] = _written(fact.value["value"])
        form[f"document-{key}"] = by_id.get(fact.document_id, "") if fact.document_id else ""
        if fact.as_of:
            form["as_of"] = max(form.get("as_of", ""), fact.as_of.isoformat())
    return form


def _written(value: Any) -> str:
    """A stored value as its field writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)

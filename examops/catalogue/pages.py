"""Pages of the catalogue: the list, one occupation, one value with its history. The city decides here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.occupations import Occupation
from config.rulebook import rulebook
from examops.accounts import (
    REGULATORS,
    acts_for_whole_city,
    current_actor,
    guarded,
    needs_whole_city,
    roles_only,
)
from examops.catalogue.decision_list import PAGE as DECIDED
from examops.catalogue.decision_list import decisions_query, local_rules, undecided_rules
from examops.catalogue.decisions import change, confirm, decisions_of, history_of, must_be_changeable, withdraw
from examops.catalogue.export import workbook
from examops.catalogue.filing import answer
from examops.catalogue.forms import (
    ConfirmSchema,
    DecideSchema,
    SearchSchema,
    grounds_of,
    read_value,
    seen_mark,
    usual_grounds,
)
from examops.catalogue.labels import LEVELS, LISTED, PARTS, SECTORS
from examops.catalogue.listing import Listed, catalogued, listed, matching, page_of, row_of
from examops.catalogue.occupations import named_occupation
from examops.catalogue.values import CONFIRM_ONLY, OF_LEVEL, OF_OCCUPATION, Value
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError, NotFound
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.web.downloads import attachment
from examops.web.formats import dated
from examops.web.inputs import InvalidInput, read_form, read_valid
from examops.web.pages import BeforeNumberSchema

DECIDERS = ("city_bureau", "city_centre")
bp = guarded(Blueprint("occupations", __name__, url_prefix="/occupations"), roles_only(*REGULATORS))


@bp.get("")
def index() -> ResponseReturnValue:
    asked = read_valid(SearchSchema, request.args)
    page = page_of(asked, today(clock()), decisions_of())
    return render_template("catalogue/index.html", page=page, asked=asked, sectors=SECTORS)


@bp.get("/export.xlsx")
def export() -> ResponseReturnValue:
    asked, day = read_valid(SearchSchema, request.args), today(clock())
    decisions = decisions_of()
    data = workbook([listed(one, day, decisions) for one in matching(asked)])
    return attachment(data, _("职业目录.xlsx"))


@bp.get("/decisions")
def decisions() -> ResponseReturnValue:
    """Everything that the city decided, by the installation's files and on these pages, and what waits for it."""
    before = read_valid(BeforeNumberSchema, request.args)["before"]
    found = list(db.session.execute(decisions_query(before)).scalars())
    return render_template(
        "catalogue/decisions.html",
        local=local_rules(rulebook()),
        undecided=undecided_rules(rulebook(), today(clock())),
        rows=found[:DECIDED],
        following=found[DECIDED - 1].id if len(found) > DECIDED else None,
        occupation=named_occupation,
    )


@bp.get("/<string:occupation_code>")
def show(occupation_code: str) -> ResponseReturnValue:
    return _occupation_page(catalogued(occupation_code))


@bp.post("/<string:occupation_code>/confirm")
@needs_whole_city(*DECIDERS)
def confirm_values(occupation_code: str) -> ResponseReturnValue:
    occupation = catalogued(occupation_code)
    try:
        data = read_form(ConfirmSchema)
        with transaction():
            rows = confirm(
                occupation, dict(data["seen"]), grounds_of(data), actor=current_actor(), today=today(clock())
            )
            count = len(rows)
    except DomainError as error:
        return _occupation_page(occupation, request.form, error)
    flash(_("已确认 {count} 项", count=count))
    return redirect(url_for("occupations.show", occupation_code=occupation.code))


@bp.get("/<string:occupation_code>/<string:value_key>")
def value(occupation_code: str, value_key: str) -> ResponseReturnValue:
    return _value_page(catalogued(occupation_code), value_key)


@bp.post("/<string:occupation_code>/<string:value_key>")
@needs_whole_city(*DECIDERS)
def decide(occupation_code: str, value_key: str) -> ResponseReturnValue:
    occupation = catalogued(occupation_code)
    found = _value(row_of(occupation, today(clock())), value_key)
    if "look" in request.form:  # nothing is saved: whom it concerns from the day that was typed
        return _value_page(occupation, value_key, request.form)
    try:
        data = read_form(DecideSchema)
        with transaction():
            _decide(occupation, found, data)
    except DomainError as error:
        return _value_page(occupation, value_key, request.form, error)
    is_later = data["valid_from"] > today(clock())
    flash(_("决定已保存，{day} 起生效", day=dated(data["valid_from"])) if is_later else _("决定已保存"))
    return redirect(url_for("occupations.show", occupation_code=occupation.code))


def _decide(occupation: Occupation, found: Value, data: dict[str, Any]) -> None:
    seen_key, seen = data["seen"]
    if seen_key != found.key:
        raise NotFound(N_("目录里没有这一项"), advice=N_("回到职业页重新选"))
    options: dict[str, Any] = {"actor": current_actor(), "today": today(clock())}
    if data["act"] == "changed":
        must_be_changeable(found)
        new = read_value(found.what, data["value"], data["choice"])
        change(occupation, found.key, seen, new, grounds_of(data), **options)
    elif data["act"] == "withdrawn":
        withdraw(occupation, found.key, seen, grounds_of(data), **options)
    else:
        confirm(occupation, {found.key: seen}, grounds_of(data), **options)


def _value(row: Listed, key: str) -> Value:
    if key not in row.values:
        raise NotFound(N_("目录里没有这一项"), advice=N_("回到职业页重新选"))
    return row.values[key]


def _occupation_page(
    occupation: Occupation, form: Mapping[str, Any] | None = None, refused: DomainError | None = None
) -> ResponseReturnValue:
    row = row_of(occupation, today(clock()))
    levels = [(level, answer(row.values, level)) for level in row.values["levels"].value]
    keys = {level: [f"{what}.{level}" for what in OF_LEVEL] for level in occupation.levels}
    of_level = {level: [row.values[key] for key in own if key in row.values] for level, own in keys.items()}
    return render_template(
        "catalogue/show.html",
        row=row,
        occupation=occupation,
        levels=levels,
        of_occupation=[row.values[key] for key in OF_OCCUPATION],
        of_level=of_level,
        **_form(form, refused),
    ), refused.status if refused else 200


def _value_page(
    occupation: Occupation, key: str, form: Mapping[str, Any] | None = None, refused: DomainError | None = None
) -> ResponseReturnValue:
    found = _value(row_of(occupation, today(clock())), key)
    return render_template(
        "catalogue/value.html",
        occupation=occupation,
        value=found,
        history=history_of(occupation.code, key),
        choices=_choices(found),
        confirm_only=found.what in CONFIRM_ONLY,
        looked="look" in request.form,
        **_form(form, refused),
    ), refused.status if refused else 200


def _form(form: Mapping[str, Any] | None, refused: DomainError | None) -> dict[str, Any]:
    """What both forms need: what was typed, what is wrong with it, whether this reader may decide at all."""
    faults = refused.faults if isinstance(refused, InvalidInput) else {}
    return {
        "form": form or usual_grounds(today(clock())),
        "faults": faults,
        "refused": None if faults else refused,
        "may_decide": acts_for_whole_city(*DECIDERS),
        "seen_mark": seen_mark,
    }


def _choices(found: Value) -> list[tuple[Any, str]]:
    """The boxes or options of a value that is not typed."""
    if found.what == "levels":
        return [(level, _(word)) for level, word in LEVELS.items()]
    if found.what == "parts":
        return [(part, _(word)) for part, word in PARTS.items()]
    return [(code, _(word)) for code, word in LISTED.get(found.what, {}).items()]

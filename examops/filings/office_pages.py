"""What offices write: named decisions, and what they looked up in official records."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import REGULATORS, current_actor, needs
from examops.core.clock import today
from examops.core.errors import DomainError, Invalid
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.filings.blueprint import bp
from examops.filings.body_pages import filing_page
from examops.filings.gathering import Dossier, dossier, filing_by_uid
from examops.filings.hands import hand_over
from examops.filings.inputs import HandOverSchema, LookUpSchema, RulingSchema, read_value, split_about
from examops.filings.judging import condition_of
from examops.filings.rulings import Ruling, look_up, rule_on
from examops.filings.steps import EACH, FACTS, STEPS
from examops.web.inputs import read_form

RULERS = ("district_bureau", "city_bureau")


@bp.post("/<uuid:filing_uid>/rulings")
@needs(*RULERS)
def rule(filing_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(RulingSchema)
        key, subject = split_about(given["about"])
        with transaction():
            found = dossier(filing_by_uid(filing_uid))
            _must_concern(found, subject, condition_of(key).each)
            ruling = Ruling(key, subject, given["outcome"], given["reason"], given["counted"], given["for_officer"])
            rule_on(found, ruling, actor=current_actor(), clock=clock())
    except DomainError as error:
        return filing_page(filing_uid, error)
    flash(_("决定已记下"))
    return redirect(url_for("filings.show", filing_uid=filing_uid))


@bp.post("/<uuid:filing_uid>/officer")
@needs(*RULERS)
def give(filing_uid: UUID) -> ResponseReturnValue:
    """Take it in hand, give it back, or (the head) give it to somebody."""
    try:
        given, actor = read_form(HandOverSchema), current_actor()
        to = actor.uid if given["take"] else given["officer"]
        with transaction():
            name = hand_over(filing_by_uid(filing_uid), to, actor=actor, clock=clock())
    except DomainError as error:
        return filing_page(filing_uid, error)
    flash(_("由 {name} 在办", name=name) if name else _("已交回本部门，谁都可以接"))
    return redirect(url_for("filings.show", filing_uid=filing_uid))


@bp.post("/<uuid:filing_uid>/records")
@needs(*REGULATORS)
def record_fact(filing_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(LookUpSchema)
        key, _mark, subject = given["fact"].partition("~")
        with transaction():
            found = dossier(filing_by_uid(filing_uid))
            _must_ask(found, key, subject)
            if given["as_of"] > today(clock()):
                raise Invalid(N_("截止日期不能晚于今天"), advice=N_("选记录实际的截止日期"))
            value = read_value(key, given["value"])
            look_up(found.filing, subject, key, value, given["looked_up_in"], given["as_of"], actor=current_actor())
    except DomainError as error:
        return filing_page(filing_uid, error)
    flash(_("查到的值已记下"))
    return redirect(url_for("filings.show", filing_uid=filing_uid))


def _must_concern(found: Dossier, subject: str, each: bool) -> None:
    known = {row.occupation_code for row in found.occupations} if each else {""}
    if subject not in known:
        raise Invalid(N_("没有这一条"), advice=N_("刷新页面再选"))


def _must_ask(found: Dossier, key: str, subject: str) -> None:
    kind = found.filing.body_kind
    is_asked = key in EACH[kind] or any(key in keys for keys in STEPS[kind].values())
    if not is_asked or FACTS[key].form == "years":
        raise Invalid(N_("没有这一项"), advice=N_("刷新页面再选"))
    _must_concern(found, subject, key in EACH[kind])

"""One person on duty: who they are, what they are from when until when, and when they can come."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from config.levels import LETTERS
from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.catalogue import find_occupation, occupation_word, occupations
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock
from examops.core.language import _
from examops.core.transaction import transaction
from examops.organisations.models import Body
from examops.staff.availability import (
    is_planned_after,
    is_planned_then,
    standing_availability,
    state_availability,
    withdraw_availability,
)
from examops.staff.blueprint import bp, chosen_body, own_bodies
from examops.staff.cards import add_card, card_by_uid, card_state, cards_of_members, change_card, end_card
from examops.staff.inputs import (
    AvailabilitySchema,
    CardSchema,
    EndSchema,
    MemberSchema,
    NewMemberSchema,
    card_entry,
    member_entry,
    stated,
)
from examops.staff.labels import CARD_KINDS
from examops.staff.members import add_member, change_member, member_by_uid
from examops.web.inputs import InvalidInput, read_form


@bp.get("/new")
@needs("coordinator")
def new() -> ResponseReturnValue:
    return _new_page()


@bp.post("/new")
@needs("coordinator")
def create() -> ResponseReturnValue:
    try:
        given = read_form(NewMemberSchema)
        with transaction():
            body = chosen_body(given["body"])
            member = add_member(body, member_entry(given, is_active=True), actor=current_actor(), clock=clock())
            uid = member.uid
    except DomainError as error:
        return _new_page(error)
    flash(_("{name} 已登记，接着登记证件或任命", name=given["name"]))
    return redirect(url_for("staff.show", staff_uid=uid))


@bp.get("/<uuid:staff_uid>")
def show(staff_uid: UUID) -> ResponseReturnValue:
    return _page(staff_uid)


@bp.post("/<uuid:staff_uid>")
@needs("coordinator")
def save(staff_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(MemberSchema)
        with transaction():
            entry = member_entry(given, is_active=given["is_active"])
            changed = change_member(member_by_uid(staff_uid), entry, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(staff_uid, error, "member")
    flash(_("已保存") if changed else _("没有改动"))
    return redirect(url_for("staff.show", staff_uid=staff_uid))


@bp.post("/<uuid:staff_uid>/cards")
@needs("coordinator")
def add(staff_uid: UUID) -> ResponseReturnValue:
    try:
        entry = card_entry(read_form(CardSchema), rulebook())
        with transaction():
            add_card(member_by_uid(staff_uid), entry, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(staff_uid, error, "card")
    flash(_("证件已登记"))
    return redirect(url_for("staff.show", staff_uid=staff_uid))


@bp.post("/<uuid:staff_uid>/cards/<uuid:qualification_uid>")
@needs("coordinator")
def save_card(staff_uid: UUID, qualification_uid: UUID) -> ResponseReturnValue:
    try:
        entry = card_entry(read_form(CardSchema), rulebook())
        with transaction():
            member = member_by_uid(staff_uid)
            card = card_by_uid(member, qualification_uid)
            change_card(member, card, entry, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(staff_uid, error, f"card-{qualification_uid}")
    flash(_("证件已保存"))
    return redirect(url_for("staff.show", staff_uid=staff_uid))


@bp.post("/<uuid:staff_uid>/cards/<uuid:qualification_uid>/end")
@needs("coordinator")
def end(staff_uid: UUID, qualification_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(EndSchema)
        with transaction():
            member = member_by_uid(staff_uid)
            card = card_by_uid(member, qualification_uid)
            end_card(member, card, given["last"], given["reason"], actor=current_actor(), clock=clock())
            is_planned = is_planned_after(member, given["last"])
    except DomainError as error:
        return _page(staff_uid, error, f"end-{qualification_uid}")
    flash(_("证件到 {day} 为止", day=given["last"]))
    if is_planned:
        flash(_("在那以后还排了这个人当值：看那些场次的核对，没有别的证能用的请换人"))
    return redirect(url_for("staff.show", staff_uid=staff_uid))


@bp.post("/<uuid:staff_uid>/availability")
@needs("coordinator")
def state_for(staff_uid: UUID) -> ResponseReturnValue:
    try:
        given = read_form(AvailabilitySchema)
        with transaction():
            options: dict[str, Any] = {"actor": current_actor(), "clock": clock()}
            member, what = member_by_uid(staff_uid), stated(given)
            state_availability(member, what, is_own=False, **options)
            is_planned = is_planned_then(member, what)
    except DomainError as error:
        return _page(staff_uid, error, "availability")
    flash(_("已登记；这段时间已经排了这个人当值，请在场次里换人") if is_planned else _("已登记"))
    return redirect(url_for("staff.show", staff_uid=staff_uid))


@bp.post("/<uuid:staff_uid>/availability/<uuid:availability_uid>/withdraw")
@needs("coordinator")
def withdraw_for(staff_uid: UUID, availability_uid: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            member = member_by_uid(staff_uid)
            withdraw_availability(member, availability_uid, actor=current_actor(), clock=clock())
    except DomainError as error:
        return _page(staff_uid, error, "availability")
    flash(_("已撤回"))
    return redirect(url_for("staff.show", staff_uid=staff_uid))


def _new_page(refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    return render_template(
        "staff/new.html",
        bodies=own_bodies(),
        form=request.form,
        refused=None if isinstance(refused, InvalidInput) else refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
    ), refused.status if refused else 200


def _page(staff_uid: UUID, refused: DomainError | None = None, part: str = "") -> ResponseReturnValue:
    """``part``: which form was refused; what was typed is shown again there."""
    db.session.rollback()
    member, day, law = member_by_uid(staff_uid), today(clock()), rulebook()
    cards = cards_of_members([member.id]).get(member.id, [])
    return render_template(
        "staff/show.html",
        member=member,
        body=db.session.execute(select(Body).where(Body.id == member.body_id)).scalar_one(),
        cards=[(card, card_state(card, day, law)) for card in cards],
        times=standing_availability([member.id], clock().now()).get(member.id, []),
        teaches="、".join(member.teaches),
        may_change=g.role == "coordinator",
        kinds=[(code, _(word)) for code, word in CARD_KINDS.items()],
        occupations=[("", _("不写"))]
        + [(code, f"{code} {occupation_word(one)}") for code, one in sorted(occupations().items())],
        levels=LETTERS,
        years=law.value("staff.card_term_years", day),
        find_occupation=find_occupation,
        today=day,
        part=part,
        form=request.form,
        refused=None if isinstance(refused, InvalidInput) else refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
    ), refused.status if refused else 200

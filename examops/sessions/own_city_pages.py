"""Somebody of the city, by their own hand: when they can come, and where they must not be sent.

Rows of the city lie outside the reach of a supervisor's assignments. Here each transaction sees them, and every query
asks for the rows that are joined to the account which is signed in, and for no other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts import current_actor, guarded, roles_only
from examops.core.errors import DomainError, NotFound
from examops.core.extensions import clock, keyring
from examops.core.language import N_, _
from examops.core.scope import Scope
from examops.core.transaction import transaction
from examops.sessions.city_duties import barred_duties
from examops.sessions.city_reason_forms import RecusalSchema, bodies_to_choose, declared
from examops.staff import (
    CITY_RELATIONS,
    AvailabilitySchema,
    city_availability,
    declare_recusal,
    own_city_persons,
    recusals_of,
    state_city_availability,
    stated,
    withdraw_reason,
)
from examops.staff.models import CityPerson
from examops.web.api import LenientSchema
from examops.web.inputs import InvalidInput, read_form

bp = guarded(Blueprint("my_city", __name__, url_prefix="/my-city"), roles_only("supervisor"))
OF_CITY = Scope(everything=True)


@bp.get("/")
def index() -> ResponseReturnValue:
    return _page()


@bp.post("/availability")
def state() -> ResponseReturnValue:
    def work(person: CityPerson, given: dict[str, Any]) -> None:
        state_city_availability(person, stated(given), actor=current_actor(), clock=clock(), is_own=True)

    return _done(AvailabilitySchema, work, "time", _("已登记"))


@bp.post("/recusals")
def declare() -> ResponseReturnValue:
    def work(person: CityPerson, given: dict[str, Any]) -> None:
        by: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "ring": keyring()}
        declare_recusal(person, declared(given), is_own=True, **by)

    return _done(RecusalSchema, work, "recusal", _("已登记"))


@bp.post("/<uuid:city_reason_uid>/withdraw")
def withdraw(city_reason_uid: UUID) -> ResponseReturnValue:
    def work(person: CityPerson, _given: dict[str, Any]) -> None:
        withdraw_reason(person, city_reason_uid, actor=current_actor(), clock=clock())

    return _done(LenientSchema, work, "time", _("已撤回"))


def _done(
    schema: type[LenientSchema], work: Callable[[CityPerson, dict[str, Any]], None], part: str, words: str
) -> ResponseReturnValue:
    """Held by the first of one's rows: whoever is supervisor and expert at once is one human being all the same."""
    user = g.user.id
    try:
        given = read_form(schema)
        with transaction(OF_CITY):
            person = next(iter(own_city_persons(user)), None)
            if person is None:
                raise NotFound(N_("这个账号还没有关联市里人员"), advice=N_("请系统运维在账号页上关联"))
            work(person, given)
            barred = barred_duties(person, rulebook(), clock().now())
    except DomainError as error:
        return _page(error, part)
    flash(words)
    if barred:
        flash(_("已安排您去的这些场次与此不合，请告诉市局换人：{numbers}", numbers="、".join(barred)))
    return redirect(url_for("my_city.index"))


def _page(refused: DomainError | None = None, part: str = "") -> ResponseReturnValue:
    user = g.user.id
    with transaction(OF_CITY):
        people = own_city_persons(user)
        page = render_template(
            "sessions/my_city.html",
            people=people,
            times=city_availability(people[0], clock().now()) if people else [],
            recusals=recusals_of(people[0]) if people else [],
            relations=[(code, _(word)) for code, word in CITY_RELATIONS.items()],
            bodies=[("", _("不写")), *bodies_to_choose()],
            part=part,
            form=request.form,
            refused=None if isinstance(refused, InvalidInput) else refused,
            faults=refused.faults if isinstance(refused, InvalidInput) else {},
        )
    return page, refused.status if refused else 200

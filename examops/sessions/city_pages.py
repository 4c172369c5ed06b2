"""People of the city and where they are sent: pages of the city's offices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from config.rulebook import rulebook
from examops.accounts import current_actor, guarded, whole_city
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError
from examops.core.extensions import clock, keyring
from examops.core.language import N_, _
from examops.core.transaction import retried, transaction
from examops.sessions.city_duties import assign, barred_duties, duties_of_city, release
from examops.sessions.city_reason_forms import RecusalSchema, bodies_to_choose, declared
from examops.staff import (
    CARD_STATES,
    CITY_KINDS,
    CITY_RELATIONS,
    AvailabilitySchema,
    CityEntry,
    add_city_person,
    change_city_person,
    city_availability,
    city_person_by_uid,
    declare_recusal,
    end_city_person,
    recusals_of,
    state_city_availability,
    stated,
    withdraw_reason,
)
from examops.staff.models import CityPerson
from examops.web.api import LenientSchema
from examops.web.inputs import Day, InvalidInput, OneOf, ShortText, read_form
from examops.web.workbooks import export

bp = guarded(Blueprint("city_people", __name__, url_prefix="/city-people"), whole_city("city_bureau", "city_centre"))
MOST = 500
COLUMNS = (
    (N_("姓名"), 12),
    (N_("类别"), 12),
    (N_("工作单位"), 30),
    (N_("起日"), 12),
    (N_("止日"), 12),
    (N_("状态"), 12),
    (N_("下一场"), 16),
    (N_("时间"), 18),
)


class PersonSchema(LenientSchema):
    name = ShortText(60, required=True, fault=N_("写姓名，60 字以内"))
    telephone = ShortText(30, label=N_("电话"))
    employer = ShortText(100, label=N_("工作单位"))
    letter = ShortText(40, label=N_("聘任文号"))
    valid_from = Day(required=True, fault=N_("选起日"))
    valid_until = Day(required=True, fault=N_("选止日"))


class NewPersonSchema(PersonSchema):
    kind = OneOf(CITY_KINDS, required=True, fault=N_("选一个类别"))
    number = ShortText(30, required=True, fault=N_("写身份证号"))


class EndSchema(LenientSchema):
    last = Day(required=True, fault=N_("选任期的最后一天"))
    reason = ShortText(200, required=True, fault=N_("写为什么结束，200 字以内"))


class AssignSchema(LenientSchema):
    session = ShortText(20, required=True, fault=N_("写场次编号"))


@bp.get("")
def index() -> ResponseReturnValue:
    return _list_page()


@bp.get("/export.xlsx")
def export_list() -> ResponseReturnValue:
    """As the page lists them: no ID number is among it."""
    rows, now, day = _people(), clock().now(), today(clock())
    duties = duties_of_city([row.id for row in rows])
    return export(_("市里人员"), COLUMNS, (_cells(row, duties.get(row.id, ()), now, day) for row in rows))


def _cells(row: CityPerson, duties: Sequence[Any], now: datetime, day: date) -> tuple[object, ...]:
    coming = next((one.ExamSession for one in duties if one.ExamSession.ends_at > now), None)
    how = _(CARD_STATES[_standing(row, day)][1])
    following = (coming.number, coming.starts_at) if coming else ("", "")
    return (row.name, _(CITY_KINDS[row.kind]), row.employer, row.valid_from, row.valid_until, how, *following)


def _people() -> list[CityPerson]:
    query = select(CityPerson).order_by(CityPerson.valid_until.desc(), CityPerson.id.desc()).limit(MOST)
    return list(db.session.execute(query).scalars())


@bp.post("")
def add() -> ResponseReturnValue:
    try:
        given = read_form(NewPersonSchema)
        with transaction():
            row = add_city_person(
                given["kind"], given["number"], _entry(given), ring=keyring(), actor=current_actor(), clock=clock()
            )
            uid = row.uid
    except DomainError as error:
        return _list_page(error)
    flash(_("{name} 已登记", name=given["name"]))
    return redirect(url_for("city_people.show", city_person_uid=uid))


@bp.get("/<uuid:city_person_uid>")
def show(city_person_uid: UUID) -> ResponseReturnValue:
    return _page(city_person_uid)


@bp.post("/<uuid:city_person_uid>")
def save(city_person_uid: UUID) -> ResponseReturnValue:
    def work(given: dict[str, Any]) -> None:
        change_city_person(city_person_by_uid(city_person_uid), _entry(given), actor=current_actor(), clock=clock())

    return _done(city_person_uid, PersonSchema, work, "person", _("已保存"))


@bp.post("/<uuid:city_person_uid>/end")
def end(city_person_uid: UUID) -> ResponseReturnValue:
    def work(given: dict[str, Any]) -> None:
        row = city_person_by_uid(city_person_uid)
        end_city_person(row, given["last"], given["reason"], actor=current_actor(), clock=clock())

    return _done(city_person_uid, EndSchema, work, "end", _("任期已结束"))


@bp.post("/<uuid:city_person_uid>/duties")
def send(city_person_uid: UUID) -> ResponseReturnValue:
    def work(given: dict[str, Any]) -> None:
        row = city_person_by_uid(city_person_uid)
        assign(row, given["session"], actor=current_actor(), clock=clock(), rules=rulebook())

    return _done(city_person_uid, AssignSchema, work, "duty", _("已安排，机构看不到"))


@bp.post("/<uuid:city_person_uid>/duties/<uuid:city_duty_uid>/release")
def take_back(city_person_uid: UUID, city_duty_uid: UUID) -> ResponseReturnValue:
    def work(_given: dict[str, Any]) -> None:
        release(city_person_by_uid(city_person_uid), city_duty_uid, actor=current_actor(), clock=clock())

    return _done(city_person_uid, LenientSchema, work, "duty", _("已收回"))


@bp.post("/<uuid:city_person_uid>/availability")
def state_time(city_person_uid: UUID) -> ResponseReturnValue:
    def work(given: dict[str, Any]) -> None:
        row, what = city_person_by_uid(city_person_uid), stated(given)
        state_city_availability(row, what, actor=current_actor(), clock=clock(), is_own=False)

    return _done(city_person_uid, AvailabilitySchema, work, "time", _("已登记"), warns=True)


@bp.post("/<uuid:city_person_uid>/recusals")
def declare(city_person_uid: UUID) -> ResponseReturnValue:
    def work(given: dict[str, Any]) -> None:
        by: dict[str, Any] = {"actor": current_actor(), "clock": clock(), "ring": keyring()}
        declare_recusal(city_person_by_uid(city_person_uid), declared(given), is_own=False, **by)

    return _done(city_person_uid, RecusalSchema, work, "recusal", _("已登记"), warns=True)


@bp.post("/<uuid:city_person_uid>/reasons/<uuid:city_reason_uid>/withdraw")
def withdraw(city_person_uid: UUID, city_reason_uid: UUID) -> ResponseReturnValue:
    def work(_given: dict[str, Any]) -> None:
        withdraw_reason(city_person_by_uid(city_person_uid), city_reason_uid, actor=current_actor(), clock=clock())

    return _done(city_person_uid, LenientSchema, work, "time", _("已撤回"))


def _done(
    uid: UUID, schema: type[LenientSchema], work: Any, part: str, words: str, *, warns: bool = False
) -> ResponseReturnValue:
    """Read, do, say so and show the person again; a refusal stands on their page. ``warns``: where they are sent to
    already is named if it no longer goes."""
    try:
        given = read_form(schema)

        def write() -> None:
            with transaction():
                work(given)

        retried(write)
    except DomainError as error:
        return _page(uid, error, part)
    flash(words)
    barred = barred_duties(city_person_by_uid(uid), rulebook(), clock().now()) if warns else []
    if barred:
        flash(_("已安排的这些场次与此不合，请收回换人：{numbers}", numbers="、".join(barred)))
    return redirect(url_for("city_people.show", city_person_uid=uid))


def _entry(given: dict[str, Any]) -> CityEntry:
    names = ("name", "telephone", "employer", "letter", "valid_from", "valid_until")
    return CityEntry(**{name: given[name] for name in names})


def _standing(row: CityPerson, day: date) -> str:
    if row.valid_until < day:
        return "ended" if row.end_reason else "expired"
    return "later" if row.valid_from > day else "standing"


def _list_page(refused: DomainError | None = None) -> ResponseReturnValue:
    db.session.rollback()
    rows, day = _people(), today(clock())
    return render_template(
        "sessions/city_people.html",
        rows=[(row, _standing(row, day)) for row in rows],
        duties=duties_of_city([row.id for row in rows]),
        kinds=[(code, _(word)) for code, word in CITY_KINDS.items()],
        now=clock().now(),
        **_form(refused),
    ), refused.status if refused else 200


def _page(uid: UUID, refused: DomainError | None = None, part: str = "") -> ResponseReturnValue:
    db.session.rollback()
    row = city_person_by_uid(uid)
    return render_template(
        "sessions/city_person.html",
        row=row,
        standing=_standing(row, today(clock())),
        duties=duties_of_city([row.id]).get(row.id, []),
        now=clock().now(),
        today=today(clock()),
        part=part,
        times=city_availability(row, clock().now()),
        recusals=recusals_of(row),
        relations=[(code, _(word)) for code, word in CITY_RELATIONS.items()],
        bodies=[("", _("不写")), *bodies_to_choose()],
        **_form(refused),
    ), refused.status if refused else 200


def _form(refused: DomainError | None) -> dict[str, Any]:
    is_input = isinstance(refused, InvalidInput)
    faults = refused.faults if isinstance(refused, InvalidInput) else {}
    return {"form": request.form, "refused": None if is_input else refused, "faults": faults}

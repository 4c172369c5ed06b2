"""Rows of the preview changed together, dropped, taken back, and the last change undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import current_actor
from examops.core.errors import Conflict, DomainError
from examops.core.extensions import clock, keyring
from examops.core.language import Message
from examops.core.transaction import transaction
from examops.registration.models import Roster
from examops.registration.rosters.changing import Choice, drop_rows, restore_rows, set_many, undo
from examops.registration.rosters.employers import answer, take_back
from examops.registration.rosters.inputs import ChangeSchema, EmployerSchema, UndoSchema
from examops.registration.rosters.intake import roster_by_uid
from examops.registration.rosters.preview import Shown
from examops.web.inputs import read_form

Refused = Callable[[UUID, DomainError, Shown], ResponseReturnValue]


def add_changes(bp: Blueprint, refused: Refused) -> None:
    """The two forms, on the blueprint of rosters, behind its guard. ``refused`` shows the page with the reason."""

    @bp.post("/<uuid:roster_uid>/rows")
    def change_rows(roster_uid: UUID) -> ResponseReturnValue:
        given = read_form(ChangeSchema)
        try:
            with transaction():
                told = _change(roster_by_uid(roster_uid), given)
        except Conflict as fault:
            return refused(roster_uid, fault, Shown(given["tab"], given["reason"]))
        flash(str(told))
        return redirect(url_for("rosters.show", roster_uid=roster_uid, tab=given["tab"]))

    @bp.post("/<uuid:roster_uid>/undo")
    def undo_change(roster_uid: UUID) -> ResponseReturnValue:
        number = read_form(UndoSchema)["change"]
        try:
            with transaction():
                told = undo(roster_by_uid(roster_uid), number, actor=current_actor(), ring=keyring())
        except Conflict as fault:
            return refused(roster_uid, fault, Shown())
        flash(str(told))
        return redirect(url_for("rosters.show", roster_uid=roster_uid))

    @bp.post("/<uuid:roster_uid>/employers")
    def answer_employer(roster_uid: UUID) -> ResponseReturnValue:
        given = read_form(EmployerSchema)
        try:
            with transaction():
                told = _answer(roster_by_uid(roster_uid), given["name"], given["act"])
        except Conflict as fault:
            return refused(roster_uid, fault, Shown())
        flash(str(told))
        return redirect(url_for("rosters.show", roster_uid=roster_uid))


def _answer(roster: Roster, name: str, act: str) -> Message:
    who: dict[str, Any] = {"actor": current_actor(), "clock": clock()}
    return take_back(roster, name, **who) if act == "undo" else answer(roster, name, is_own=act == "ours", **who)


def _change(roster: Roster, given: dict[str, Any]) -> Message:
    choice = Choice(given["row"], given["all"], given["tab"], given["reason"])
    who: dict[str, Any] = {"actor": current_actor(), "ring": keyring()}
    if given["act"] == "set":
        return set_many(roster, choice, given["field"], given["value"], **who)
    return (drop_rows if given["act"] == "drop" else restore_rows)(roster, choice, **who)

"""``/api/v1/accounts/{uid}/people``: which human being an account is, joined and taken apart as on the page."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import g
from marshmallow import Schema, fields

from examops.accounts import ADMINISTRATORS, administered, current_actor, guarded, roles_only
from examops.accounts.models import UserAccount
from examops.core.extensions import clock
from examops.core.transaction import retried, transaction
from examops.staff.link_pages import UnlinkReasonSchema
from examops.staff.linking import Linkable, link, linkable, linked, unlink
from examops.web.api import JsonBlueprint

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("account_person_api", __name__, url_prefix="/api/v1", description="Which person an account is"),
        roles_only(*ADMINISTRATORS),
    ),
)


class LinkablePersonSchema(Schema):
    uid = fields.UUID(required=True)
    name = fields.Str(required=True)
    place = fields.Str(required=True, metadata={"description": "The body, or what the person is for the city"})
    id_masked = fields.Str(required=True, metadata={"description": "Empty where no ID number is entered"})


class AccountPeopleSchema(Schema):
    linked = fields.List(
        fields.Nested(LinkablePersonSchema), required=True, metadata={"description": "At several bodies"}
    )
    free = fields.List(
        fields.Nested(LinkablePersonSchema),
        required=True,
        metadata={"description": "People without an account that it may be"},
    )


@bp.get("/accounts/<uuid:account_uid>/people")
@bp.reads(AccountPeopleSchema, 404)
def account_people(account_uid: UUID) -> dict[str, Any]:
    """Who the account is, and who of the people without one it may be."""
    return _people(administered(account_uid, g.grants))


@bp.put("/accounts/<uuid:account_uid>/people/<uuid:person_uid>")
@bp.writes(AccountPeopleSchema, 404, 409)
def link_person(account_uid: UUID, person_uid: UUID) -> dict[str, Any]:
    """The account is this person; nothing happens where it is already. Nobody joins their own (403), one person has one
    account (409)."""

    def work() -> None:
        with transaction():
            user = administered(account_uid, g.grants)
            if person_uid not in [one.row.uid for one in linked(user)]:
                link(user, person_uid, actor=current_actor(), clock=clock())

    retried(work)
    return _people(administered(account_uid, g.grants))


@bp.post("/accounts/<uuid:account_uid>/people/<uuid:person_uid>/unlink")
@bp.arguments(UnlinkReasonSchema, example={"reason": "关联错了人"})
@bp.writes(AccountPeopleSchema, 404)
def unlink_person(given: dict[str, Any], account_uid: UUID, person_uid: UUID) -> dict[str, Any]:
    """The account is this person no more; duties and records of before keep their names."""
    with transaction():
        user = administered(account_uid, g.grants)
        unlink(user, person_uid, given["reason"], actor=current_actor(), clock=clock())
    return _people(administered(account_uid, g.grants))


def _people(user: UserAccount) -> dict[str, Any]:
    return {"linked": [_person(one) for one in linked(user)], "free": [_person(one) for one in linkable(user)]}


def _person(one: Linkable) -> dict[str, Any]:
    row = one.row
    return {"uid": row.uid, "name": row.name, "place": str(one.place), "id_masked": row.id_masked or ""}

"""``/api/v1/accounts``: accounts as their administrators see them; they are invited and taken back on the page."""

from __future__ import annotations

from typing import Any, cast

from flask import g
from marshmallow import Schema, fields

from examops.accounts.guard import guarded, roles_only
from examops.accounts.listing import ADMINISTRATORS, AccountLine, accounts_page, reach_of
from examops.core.language import N_
from examops.web.api import JsonBlueprint
from examops.web.inputs import ShortText, WholeNumber
from examops.web.pages import BeforeNumberSchema

bp = cast(
    JsonBlueprint,
    guarded(
        JsonBlueprint("accounts_api", __name__, url_prefix="/api/v1", description="Accounts of people"),
        roles_only(*ADMINISTRATORS),
    ),
)


class AccountPageSchema(BeforeNumberSchema):
    before = WholeNumber(load_default=0, metadata={"description": "`next` of the page before; 0 for the first"})
    q = ShortText(40, label=N_("姓名或账号"))


class AccountSchema(Schema):
    uid = fields.UUID(required=True)
    login = fields.Str(required=True)
    name = fields.Str(required=True)
    roles = fields.List(fields.Str(), required=True, metadata={"description": "In the caller's reach, in words"})
    roles_elsewhere = fields.Int(required=True, metadata={"description": "How many more it holds"})
    is_active = fields.Bool(required=True)
    must_change_password = fields.Bool(required=True)


class AccountsSchema(Schema):
    accounts = fields.List(fields.Nested(AccountSchema), required=True)
    next = fields.Int(required=True, allow_none=True)


@bp.get("/accounts")
@bp.arguments(AccountPageSchema, location="query")
@bp.reads(AccountsSchema)
def list_accounts(asked: dict[str, Any]) -> dict[str, Any]:
    """Accounts that hold or held something in the caller's reach, the newest first; `q` looks in names and logins."""
    lines, following = accounts_page(reach_of(g.grants), asked["q"], asked["before"])
    return {"accounts": [_account(one) for one in lines], "next": following}


def _account(line: AccountLine) -> dict[str, Any]:
    named = {name: getattr(line.user, name) for name in ("uid", "login", "name", "is_active", "must_change_password")}
    return {**named, "roles": [str(one) for one in line.held], "roles_elsewhere": line.elsewhere}

"""Pages of accounts for whoever administers them: the list, one account, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from config.rulebook import rulebook
from examops.accounts.administration import LINK_HOURS, Admin, make_link, move, restore, take_back
from examops.accounts.guard import current_actor, guarded, needs, roles_only
from examops.accounts.listing import (
    ADMINISTRATORS,
    BodyChoice,
    Reach,
    account_lines,
    accounts_page,
    accounts_query,
    administered,
    bodies_by_uid,
    history,
    links_of,
    reach_of,
)
from examops.accounts.models import UserAccount
from examops.core.clock import today
from examops.core.database import db
from examops.core.errors import DomainError, Invalid, NotFound
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import transaction
from examops.web.api import LenientSchema
from examops.web.inputs import ShortText, Uid, read_form, read_valid
from examops.web.pages import BeforeNumberSchema
from examops.web.workbooks import MOST_ROWS, export

bp = guarded(Blueprint("account_admin", __name__, url_prefix="/accounts"), roles_only(*ADMINISTRATORS))
REASON = ShortText(200, required=True, fault=N_("写一句原因，如离职、换岗"))
COLUMNS = (
    (N_("姓名"), 14),
    (N_("账号"), 18),
    (N_("任职"), 48),
    (N_("别处的任职"), 12),
    (N_("状态"), 12),
    (N_("最近登录"), 18),
    (N_("建立"), 18),
)


class ListSchema(BeforeNumberSchema):
    q = ShortText(40)


class ReasonSchema(LenientSchema):
    reason = REASON


class MoveSchema(LenientSchema):
    before = Uid(required=True, fault=N_("选现在的机构"))
    after = Uid(required=True, fault=N_("选换到的机构"))
    reason = REASON


@bp.get("/")
def index() -> ResponseReturnValue:
    asked = read_valid(ListSchema, request.args)
    lines, following = accounts_page(reach_of(g.grants), asked["q"], asked["before"])
    older = url_for("account_admin.index", q=asked["q"] or None, before=following) if following else None
    return render_template("accounts/index.html", lines=lines, asked=asked, older=older)


@bp.get("/export.xlsx")
def export_list() -> ResponseReturnValue:
    asked, reach = read_valid(ListSchema, request.args), reach_of(g.grants)
    query = accounts_query(reach, asked["q"], 0).limit(MOST_ROWS + 1)
    return export(_("账号"), COLUMNS, _cells(list(db.session.execute(query).scalars()), reach))


def _cells(users: list[UserAccount], reach: Reach) -> Iterator[tuple[Any, ...]]:
    for line in account_lines(users, reach):
        user, held = line.user, "；".join(str(word) for word in line.held)
        yield (
            user.name,
            user.login,
            held,
            line.elsewhere,
            _(line.state[1]),
            user.last_sign_in_at,
            user.created_at,
        )


@bp.get("/<uuid:account_uid>")
def show(account_uid: UUID) -> ResponseReturnValue:
    return _page(_account(account_uid))


@bp.post("/<uuid:account_uid>/take-back")
def end(account_uid: UUID) -> ResponseReturnValue:
    return _done(
        account_uid,
        lambda user: take_back(user, read_form(ReasonSchema)["reason"], admin=_admin(), clock=clock()),
        lambda user: _("{name} 的任职已收回，各处的登录已经退出；以往记录里的姓名不变", name=user.name),
    )


@bp.post("/<uuid:account_uid>/restore")
def give_back(account_uid: UUID) -> ResponseReturnValue:
    return _done(
        account_uid,
        lambda user: restore(user, admin=_admin(), clock=clock()),
        lambda user: _("{name} 的任职已恢复，可以登录", name=user.name),
    )


@bp.post("/<uuid:account_uid>/move")
@needs("operator")
def change_body(account_uid: UUID) -> ResponseReturnValue:
    def work(user: UserAccount) -> None:
        asked, known = read_form(MoveSchema), bodies_by_uid(reach_of(g.grants))
        before, after = (_body(known, asked[name]) for name in ("before", "after"))
        if before == after:
            raise Invalid(N_("两个机构相同"), advice=N_("选另一个机构"))
        ends = ((before.id, before.name), (after.id, after.name))
        move(user, *ends, asked["reason"], admin=_admin(), clock=clock())

    return _done(account_uid, work, lambda user: _("{name} 已换机构，重新登录后生效", name=user.name))


@bp.post("/<uuid:account_uid>/link")
def send_link(account_uid: UUID) -> ResponseReturnValue:
    """Answers with the page that shows the link; asking for the page again shows it no more."""
    try:
        with transaction():
            code = make_link(_account(account_uid), admin=_admin(), clock=clock(), rules=rulebook())
    except DomainError as error:
        return _page(_account(account_uid), refused=error)
    return _page(_account(account_uid), link=url_for("accounts.new_password", code=code, _external=True))


def _done(uid: UUID, work: Callable[[UserAccount], Any], words: Callable[[UserAccount], str]) -> ResponseReturnValue:
    user = _account(uid)
    try:
        with transaction():
            work(user)
    except DomainError as error:
        return _page(_account(uid), refused=error)
    flash(words(user))
    return redirect(url_for("account_admin.show", account_uid=uid))


def _admin() -> Admin:
    return Admin(current_actor(), session["sid"])


def _body(known: dict[str, BodyChoice], uid: UUID) -> BodyChoice:
    found = known.get(str(uid))
    if found is None:
        raise NotFound(N_("没有这个机构，或您不管它"), advice=N_("在列表里重新选"))
    return found


def _account(uid: UUID) -> UserAccount:
    """Raises :class:`NotFound` for whoever holds and held nothing in the reader's reach."""
    return administered(uid, g.grants)


def _page(user: UserAccount, refused: DomainError | None = None, link: str = "") -> ResponseReturnValue:
    reach = reach_of(g.grants)
    db.session.refresh(user)
    (line,) = account_lines([user], reach)
    parts, choices = history(user, reach), bodies_by_uid(reach)
    held = {part.body_id for part in parts if part.former is None and part.body_id}
    page = make_response(
        render_template(
            "accounts/show.html",
            user=user,
            line=line,
            parts=parts,
            links=links_of(user),
            link=link,
            hours=rulebook().value(LINK_HOURS, today(clock())),
            now=clock().now(),
            refused=refused,
            form=request.form,
            own=user.uid == current_actor().uid,
            bodies=[(uid, one.name) for uid, one in choices.items()],
            held=[(uid, one.name) for uid, one in choices.items() if one.id in held],
        ),
        refused.status if refused else 200,
    )
    page.headers["Cache-Control"] = "no-store"  # a link must not come back with the browser's back button
    return page

"""The page on which a coordinator replaces somebody on duty."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from examops.accounts import needs
from examops.core.errors import DomainError, NotFound
from examops.core.extensions import clock
from examops.core.language import _
from examops.core.transaction import retried, transaction
from examops.sessions.access import session_by_uid
from examops.sessions.blueprint import bp
from examops.sessions.replacing import choices, open_place, replace_duty
from examops.sessions.replacing.inputs import ReplaceSchema, by_caller
from examops.web.inputs import InvalidInput, read_form


@bp.get("/<uuid:session_uid>/duties/<uuid:duty_uid>/replace")
@needs("coordinator")
def replace(session_uid: UUID, duty_uid: UUID) -> ResponseReturnValue:
    return _page(session_uid, duty_uid)


@bp.post("/<uuid:session_uid>/duties/<uuid:duty_uid>/replace", endpoint="save_replacement")
@needs("coordinator")
def save_replacement(session_uid: UUID, duty_uid: UUID) -> ResponseReturnValue:
    """Somebody else takes the duty; the office that approved the session is told"""

    def work(staff: UUID, reason: str) -> list[str]:
        with transaction():
            return replace_duty(session_by_uid(session_uid), duty_uid, staff, reason, **by_caller()).untold

    try:
        given = read_form(ReplaceSchema)
        untold = retried(lambda: work(given["staff"], given["reason"]))
    except NotFound:
        raise
    except DomainError as error:
        return _page(session_uid, duty_uid, error)
    flash(_("已换人；请新来的人看名单、作回避声明，再签到"))
    if untold:
        flash(_("没有能收通知的邮箱或手机，要当面或另外告诉：{names}", names=_("、").join(untold)))
    return redirect(url_for("sessions.show", session_uid=session_uid))


def _page(session_uid: UUID, duty_uid: UUID, refused: DomainError | None = None) -> ResponseReturnValue:
    with transaction():
        session = session_by_uid(session_uid)
        place, member = open_place(session, duty_uid, clock().now())
        found = choices(place)
    is_input = isinstance(refused, InvalidInput)
    return render_template(
        "sessions/replace.html",
        session=session,
        duty=place.duty,
        member=member,
        choices=found,
        form=request.form,
        refused=None if is_input else refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
    ), (refused.status if refused else 200)

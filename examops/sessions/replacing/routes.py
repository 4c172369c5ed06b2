"""The page on which a coordinator replaces somebody on duty."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from config.calendar import calendar
from config.rulebook import rulebook
from examops.accounts import current_actor, needs
from examops.core.errors import DomainError, NotFound
from examops.core.extensions import clock
from examops.core.language import N_, _
from examops.core.transaction import retried, transaction
from examops.sessions.access import session_by_uid
from examops.sessions.blueprint import bp
from examops.sessions.inputs import MAX_REASON
from examops.sessions.replacing import Place, choices, duty_of_session, must_be_replaceable, replace_duty
from examops.sessions.replacing.rules import must_be_of_body
from examops.web.api import LenientSchema
from examops.web.inputs import InvalidInput, ShortText, Uid, read_form


class ReplaceSchema(LenientSchema):
    advice = N_("选一个人，写明原因，再保存")
    staff = Uid(required=True, fault=N_("没有选由谁来"))
    reason = ShortText(MAX_REASON, required=True, label=N_("换人的原因"), fault=N_("写明换人的原因，200 字以内"))


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
            by: dict[str, Any] = {
                "actor": current_actor(),
                "clock": clock(),
                "rules": rulebook(),
                "calendar": calendar(),
            }
            return replace_duty(session_by_uid(session_uid), duty_uid, staff, reason, **by).untold

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
        must_be_replaceable(session, clock().now())
        duty, member = duty_of_session(session, duty_uid)
        must_be_of_body(duty)
        found = choices(Place.of(session, duty))
    is_input = isinstance(refused, InvalidInput)
    return render_template(
        "sessions/replace.html",
        session=session,
        duty=duty,
        member=member,
        choices=found,
        form=request.form,
        refused=None if is_input else refused,
        faults=refused.faults if isinstance(refused, InvalidInput) else {},
    ), (refused.status if refused else 200)

"""Saves the file to the database and records what was changed in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from examops.audit import record
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.language import N_, to_json
from examops.ops.setup.levels import Run
from examops.ops.setup.outcome import SetupResult
from examops.ops.setup.plan import Plan, body_key
from examops.ops.setup.saving_accounts import ACTOR, save_accounts, save_grants, save_notice
from examops.ops.setup.saving_bodies import save_bodies
from examops.ops.tags import Tag
from examops.organisations import doubts_of
from examops.organisations.models import Body


def save(plan: Plan, clock: Clock, make_password: Callable[[], str]) -> SetupResult:
    """Accounts first, because staff name them; grants last, because they name bodies and sites."""
    run = Run(clock)
    users = save_accounts(run, plan.accounts, clock, make_password)
    save_bodies(run, plan.bodies, clock)
    for entry, user in users:
        save_grants(run, entry, user)
    save_notice(run, plan.notice, clock)
    _record(run.outcome, _explained(run.outcome, plan), clock)
    return run.outcome


def _explained(outcome: SetupResult, plan: Plan) -> dict[str, str]:
    """By body that is new: why its doubtful credit code was taken, which the report says too."""
    found = {}
    for body in plan.bodies:
        doubts = doubts_of(body.get("credit_code")) if body.code_reason and outcome.has_added(body.key, "机构") else []
        if doubts:
            told = "、".join(map(str, doubts))
            outcome.warnings.append(f"{body.path}.credit_code: {told}，照写的保存，理由：{body.code_reason}")
            found[body.key] = body.code_reason
    return found


def _record(outcome: SetupResult, reasons: dict[str, str], clock: Clock) -> None:
    """One entry per body that was touched, for those who may read about it, and one for accounts and the notice."""
    bodies = {body_key(body.credit_code, body.kind): body for body in db.session.execute(select(Body)).scalars()}
    for owner in outcome.owners:
        body = bodies.get(owner)
        counts = {what: to_json(outcome.counted(owner, what)) for what in ("added", "changed")}
        why: dict[str, Any] = {"code_reason": reasons[owner]} if owner in reasons else {}
        words = body.short_name if body else N_("账号和隐私告知")
        record(Tag.SETUP_APPLIED, ACTOR, body, words=words, at=clock.now(), **counts, **why)

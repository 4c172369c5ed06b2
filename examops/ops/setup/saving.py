"""Saves the file to the database and records what was changed in the audit log."""

from __future__ import annotations

from collections.abc import Callable

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
from examops.organisations.models import Body


def save(plan: Plan, clock: Clock, make_password: Callable[[], str]) -> SetupResult:
    """Accounts first, because staff name them; grants last, because they name bodies and sites."""
    run = Run()
    users = save_accounts(run, plan.accounts, clock, make_password)
    save_bodies(run, plan.bodies, clock)
    for entry, user in users:
        save_grants(run, entry, user)
    save_notice(run, plan.notice, clock)
    _record(run.outcome, clock)
    return run.outcome


def _record(outcome: SetupResult, clock: Clock) -> None:
    """One entry per body that was touched, for those who may read about it, and one for accounts and the notice."""
    bodies = {body_key(body.credit_code, body.kind): body for body in db.session.execute(select(Body)).scalars()}
    for owner in outcome.owners:
        body = bodies.get(owner)
        counts = {what: to_json(outcome.counted(owner, what)) for what in ("added", "changed")}
        words = body.short_name if body else N_("账号和隐私告知")
        record(Tag.SETUP_APPLIED, ACTOR, body, words=words, at=clock.now(), **counts)

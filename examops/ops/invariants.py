"""Invariant of the installation: nothing is kept under a secret that was replaced."""

from __future__ import annotations

from sqlalchemy import func, select

from examops.core.clock import Clock
from examops.core.database import db
from examops.core.domain import Invariant
from examops.core.extensions import keyring
from examops.core.installation_key import InstallationKey
from examops.core.rekeying import Change
from examops.ops.rekey import advice_on_the_log, left_over, uncleared_key


def what_needs_the_former_key(clock: Clock) -> list[str]:
    """What is left of a replaced secret, and what must be set before it is taken out."""
    query = select(func.max(InstallationKey.rekeyed_from)).where(InstallationKey.replaced_at.is_not(None))
    if not db.session.execute(select(InstallationKey.id).where(InstallationKey.replaced_at.is_not(None))).first():
        return advice_on_the_log(keyring())
    since = db.session.execute(query).scalar_one()
    key, left = uncleared_key(), left_over(Change(keyring(), since or clock.now()))
    begun = ["换了 EXAMOPS_SECRET_KEY，旧钥匙还不能去掉：运行 python -m examops rekey"] if key else []
    return [*begun, *left, *advice_on_the_log(keyring())]


INVARIANTS = (
    Invariant(
        "former-secret-cleared",
        "旧的 EXAMOPS_SECRET_KEY 下什么也没有了（设了 EXAMOPS_OLD_SECRET_KEY 的可以去掉）",
        "5.14",
        what_needs_the_former_key,
    ),
)

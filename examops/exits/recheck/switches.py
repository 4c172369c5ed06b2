"""Which rules act by themselves: none by default; the city bureau switches each on, or off again, from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from config.rulebook import Rule, Rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db
from examops.core.errors import Conflict, Invalid, NotAllowed
from examops.core.language import N_
from examops.core.refusals import constraints_as
from examops.exits.history import CITY
from examops.exits.recheck.judging import IDLE, IDLE_SOON, STALE_RULE
from examops.exits.recheck.models import RecheckFinding, RecheckSwitch
from examops.exits.tags import Tag
from examops.filings.judging import CONDITIONS

WORDS = {
    IDLE: N_("一年内没有组织认定：拟稿"),
    IDLE_SOON: N_("快满一年：提醒机构"),
    STALE_RULE: N_("数字过期：提醒机构"),
    **{one.key: one.word for one in CONDITIONS},
}


SWITCH_OF = {"idle": IDLE, "idle_soon": IDLE_SOON, "stale": STALE_RULE}


@dataclass(frozen=True)
class Grounds:
    """On what paper a switch is set, and from which day it holds."""

    document_number: str
    reason: str
    valid_from: date


@dataclass(frozen=True)
class Mode:
    """How a rule stands on a day. ``revision``: of its newest switch, 0 without one; ``history`` newest first.
    ``coming``: the newest switch where it holds from a later day on and changes something, else None.
    """

    rule: Rule
    word: str
    acts: bool
    revision: int
    history: Sequence[RecheckSwitch]
    coming: RecheckSwitch | None

    @property
    def will_act(self) -> bool:
        """As it stands when everything decided has come to hold: the next switch is the other way round."""
        return self.coming.is_on if self.coming else self.acts


def acting_rules(day: date, book: Rulebook) -> frozenset[str]:
    """The rules that act by themselves on that day."""
    acting = set(book.value("exit.drafting", day))
    for row in _switches():
        if row.valid_from <= day:
            (acting.add if row.is_on else acting.discard)(row.rule)
    return frozenset(acting)


def acts_on(row: RecheckFinding, acting: frozenset[str]) -> bool:
    """Whether the rule behind this finding is among those that act."""
    return SWITCH_OF.get(row.kind, row.rule) in acting


def modes(day: date, book: Rulebook) -> list[Mode]:
    acting, rows = acting_rules(day, book), _switches()
    found = []
    for key, word in WORDS.items():
        own = [row for row in reversed(rows) if row.rule == key]
        acts, revision = key in acting, own[0].revision if own else 0
        found.append(Mode(book[key].on(day), word, acts, revision, own, _coming(own, acts, day)))
    return found


def _coming(newest_first: Sequence[RecheckSwitch], acts: bool, day: date) -> RecheckSwitch | None:
    newest = newest_first[0] if newest_first else None
    return newest if newest and newest.valid_from > day and newest.is_on != acts else None


def switch(rule: str, is_on: bool, seen: int, grounds: Grounds, *, actor: Actor, clock: Clock) -> RecheckSwitch:
    """Raises :class:`Conflict` where somebody switched the same rule in between, :class:`Invalid` for an unknown rule,
    for no paper, or for a day that is over."""
    if actor.role not in CITY:
        raise NotAllowed(N_("由市人社局启用或停用"), advice=N_("请市局的经办人办理"), role=actor.role)
    if rule not in WORDS:
        raise Invalid(N_("没有这条规则"), advice=N_("刷新页面再选"))
    if grounds.valid_from < today(clock):
        raise Invalid(N_("生效日期不能早于今天"), advice=N_("选今天或以后的日期"))
    newest = next((row.revision for row in reversed(_switches()) if row.rule == rule), 0)
    if newest != seen:
        raise _overtaken()
    row = RecheckSwitch(
        rule=rule,
        revision=newest + 1,
        is_on=is_on,
        valid_from=grounds.valid_from,
        document_number=grounds.document_number,
        reason=grounds.reason,
        decided_by=actor.uid,
        decided_by_name=actor.name,
    )
    with constraints_as({"uq_recheck_switch_rule_revision": _overtaken}):
        db.session.add(row)
    told: dict[str, Any] = {"document_number": grounds.document_number, "reason": grounds.reason}
    record(Tag.SWITCHED, actor, row, words=rule, is_on=is_on, valid_from=grounds.valid_from.isoformat(), **told)
    return row


def _overtaken() -> Conflict:
    return Conflict(N_("这条规则刚刚已由别人改过，这一次没有保存"), advice=N_("看现在的状态，再决定一次"))


def _switches() -> Sequence[RecheckSwitch]:
    """Oldest first of each rule."""
    query = select(RecheckSwitch).order_by(RecheckSwitch.rule, RecheckSwitch.revision)
    return db.session.execute(query).scalars().all()

"""What only a named person can say: judgements, selection, exceptions; and what an office looked up itself."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from config.rulebook import rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, today
from examops.core.database import db, owner_of
from examops.core.errors import Conflict, Invalid, NotAllowed
from examops.core.language import N_, message
from examops.filings.editing import replace_fact
from examops.filings.gathering import Dossier
from examops.filings.hands import hand_of
from examops.filings.judging import condition_of
from examops.filings.judging.verdicts import may_be_waived
from examops.filings.models import Filing, FilingDecision, FilingFact
from examops.filings.shown import OF_CITY
from examops.filings.states import FilingState
from examops.filings.steps import step_of
from examops.filings.tags import Tag

IN_HAND = (FilingState.SUBMITTED, FilingState.DISTRICT_REVIEWED)


@dataclass(frozen=True)
class Ruling:
    """``outcome``: yes, no or waived; ``counted``: the digest of the list that whoever rules had before them."""

    rule: str
    subject: str
    outcome: str
    reason: str
    counted: str = ""
    for_officer: uuid.UUID | None = None


def _must_be_in_hand(filing: Filing) -> None:
    db.session.refresh(filing, with_for_update=True)
    if filing.state not in IN_HAND:
        raise Conflict(N_("申报不在审核中，现在不能决定"), advice=N_("等机构提交后再办"))


def rule_on(found: Dossier, ruling: Ruling, *, actor: Actor, clock: Clock) -> None:
    """The last ruling on a condition counts. Raises :class:`NotAllowed` for what is the city's, :class:`Invalid` for a
    condition that is computed and may not be waived."""
    filing = found.filing
    _must_be_in_hand(filing)
    inputs = {"day": today(clock).isoformat()}
    can_waive = ruling.outcome == "waived" and may_be_waived(ruling.rule, inputs, rulebook())
    if not can_waive and (ruling.outcome == "waived" or not condition_of(ruling.rule).is_ruling):
        raise Invalid(N_("这一条按规则判定，不由人决定"), advice=N_("核对事实和材料；原则上的条件才可以准予例外"))
    if (can_waive or ruling.rule in OF_CITY) and actor.role != "city_bureau":
        raise NotAllowed(N_("这一条由市人社局决定"), advice=N_("初审时留给市局"), role=actor.role)
    hand = hand_of(filing, "ruled", ruling.for_officer, actor=actor, now=clock.now())
    rule = rulebook()[ruling.rule].on(today(clock))
    db.session.add(
        FilingDecision(
            **owner_of(filing),
            filing_id=filing.id,
            act="ruled",
            rule=ruling.rule,
            subject=ruling.subject,
            outcome=ruling.outcome,
            reason=ruling.reason,
            clause=rule.clause,
            counted=ruling.counted if condition_of(ruling.rule).is_counted else "",
            **hand.signature(),
            officer_role=hand.actor.role,
            acted_at=clock.now(),
        )
    )
    words = message("{number} {word}", number=filing.number, word=message(condition_of(ruling.rule).word))
    told = {"rule": ruling.rule, "filing_act": "ruled", "reason": ruling.reason, **hand.logged}
    record(Tag.FILING_ACTED, actor, filing, words=words, **told)


def look_up(
    filing: Filing, subject: str, key: str, value: Any, looked_up_in: str, as_of: date, *, actor: Actor
) -> None:
    """What an office read in an official record itself: it takes the place of what the body said."""
    _must_be_in_hand(filing)
    query = select(FilingFact).where(
        FilingFact.filing_id == filing.id,
        FilingFact.superseded_by.is_(None),
        FilingFact.subject == subject,
        FilingFact.key == key,
    )
    new = FilingFact(
        **owner_of(filing),
        uid=uuid.uuid4(),
        filing_id=filing.id,
        step=step_of(filing.body_kind, key, subject),
        subject=subject,
        key=key,
        value={"value": value},
        source="official",
        as_of=as_of,
        seen_by=actor.name,
        looked_up_in=looked_up_in,
        entered_by=actor.uid,
        entered_by_name=actor.name,
    )
    replace_fact(db.session.execute(query).scalar_one_or_none(), new)
    record(Tag.FILING_FACT_LOOKED_UP, actor, filing, words=filing.number, facts=[key], looked_up_in=looked_up_in)

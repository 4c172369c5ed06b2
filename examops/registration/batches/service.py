"""批次: announcing a batch and changing it. What people have already been judged on can no longer change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, delete, func, select, tuple_

from config.levels import lowest_first, order_of
from examops.audit import record
from examops.catalogue import LEVELS, occupation
from examops.core.actor import Actor
from examops.core.clock import Clock, local, today
from examops.core.database import among, db, owner_of
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_, message
from examops.core.numbers import next_number
from examops.core.queries import records_of, rows_of
from examops.organisations import filing_refusal
from examops.organisations.models import Body, BodyOccupation
from examops.registration.models import Application, Batch, BatchOccupation
from examops.registration.refusals import BatchIsClosed
from examops.registration.tags import Tag
from examops.specifications import in_force_for

NUMBER = "P{year}-{count:03d}"


class Window(StrEnum):
    """Where a batch stands on a day; only an open one takes applications."""

    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    OVER = "over"


class Judged(Conflict):
    """Somebody was judged on this: a change would contradict stored verdicts."""

    code = "batch.judged"


@dataclass(frozen=True)
class Offer:
    """One occupation and level that the batch announces, with its parts (``theory``, ``skill``, ``review``)."""

    code: str
    level: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class BatchPlan:
    """A batch as the coordinator wants it; times are moments, days are Foshan's, the fee is in fen."""

    name: str
    cut_off_on: date
    applies_from: datetime
    applies_until: datetime
    held_from: date
    held_until: date
    fee_fen: int
    offers: tuple[Offer, ...]


def window(batch: Batch, now: datetime) -> Window:
    if batch.state == "draft":
        return Window.DRAFT
    if batch.state == "closed" or now >= batch.applies_until:
        return Window.OVER
    return Window.COMING if now < batch.applies_from else Window.OPEN


def must_be_open(batch: Batch, clock: Clock) -> None:
    """Raises :class:`BatchIsClosed` outside the application window."""
    if window(batch, clock.now()) is not Window.OPEN:
        raise BatchIsClosed(batch=batch.name, since=_minute(batch.applies_from), until=_minute(batch.applies_until))


def _minute(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"


def batch_by_uid(uid: UUID) -> Batch:
    found = db.session.execute(select(Batch).where(Batch.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("没有找到这个批次，或不在您的管理范围内"))
    return found


def filed_levels(body: Body) -> list[tuple[str, str]]:
    """What the body may assess: (occupation code, level), the lowest level of each first."""
    rows = db.session.execute(
        select(BodyOccupation).where(BodyOccupation.body_id == body.id).order_by(BodyOccupation.occupation_code)
    ).scalars()
    return [(row.occupation_code, level) for row in rows for level in lowest_first(row.levels)]


def offers_of(batches: Sequence[Batch]) -> dict[int, list[BatchOccupation]]:
    found: dict[int, list[BatchOccupation]] = {batch.id: [] for batch in batches}
    for row in sorted(_offered_in(list(found)), key=lambda one: (one.occupation_code, order_of(one.level))):
        found[row.batch_id].append(row)
    return found


@records_of
def _offered_in(batch_ids: list[int]) -> Select[BatchOccupation]:
    return select(BatchOccupation).where(among(BatchOccupation.batch_id, batch_ids))


def applied(batches: Sequence[Batch]) -> dict[int, int]:
    """How many applications each batch has."""
    return {row[0]: row[1] for row in _applied_to([one.id for one in batches])}


@rows_of
def _applied_to(batch_ids: list[int]) -> Select[int, int]:
    counted = select(Application.batch_id, func.count()).where(among(Application.batch_id, batch_ids))
    return counted.group_by(Application.batch_id)


def create_batch(body: Body, plan: BatchPlan, *, actor: Actor, clock: Clock) -> Batch:
    """Raises :class:`NotFiled` where the body is not filed today, or not for what it would announce."""
    _must_be_filed(body, plan, today(clock))
    year = today(clock).year
    batch = Batch(
        body_id=body.id,
        district=body.district,
        number=NUMBER.format(year=year, count=next_number(f"batch-{year}")),
        state="open",
        **_facts(plan),
    )
    db.session.add(batch)
    db.session.flush()
    _offer(batch, body, plan.offers, clock)
    record(Tag.BATCH_CREATED, actor, batch, words=f"{batch.number} {batch.name}")
    return batch


def _must_be_filed(body: Body, plan: BatchPlan, day: date) -> None:
    refusal = filing_refusal(body, [(offer.code, offer.level) for offer in plan.offers], day)
    if refusal:
        raise refusal


def change_batch(batch: Batch, plan: BatchPlan, *, actor: Actor, clock: Clock) -> None:
    """Raises :class:`Judged` when the cut-off day or an offer that people applied for would change, and
    :class:`NotFiled` as :func:`create_batch` does."""
    body = db.session.get_one(Body, batch.body_id)
    _must_be_filed(body, plan, today(clock))
    taken = _applied_offers(batch)
    if taken and plan.cut_off_on != batch.cut_off_on:
        raise Judged(
            N_("已有人按原来的截止日审核过资格，截止日不能再改"),
            advice=N_("另开一个批次，或先撤回这些报名"),
        )
    kept = {(offer.code, offer.level) for offer in plan.offers}
    # What a later filing left out is no box on the form any more: whoever applied for it before stays.
    for code, level in sorted((taken - kept).intersection(filed_levels(body))):
        raise Judged(
            N_("{occupation} {level}已有人报名，不能去掉"),
            advice=N_("保留这一项，或先撤回这些报名"),
            occupation=occupation(code).name,
            level=message(LEVELS[level]),
        )
    before = {name: getattr(batch, name) for name in _facts(plan)}
    for name, value in _facts(plan).items():
        setattr(batch, name, value)
    changed = sorted(name for name, value in before.items() if value != getattr(batch, name))
    offered = tuple_(BatchOccupation.occupation_code, BatchOccupation.level)
    db.session.execute(delete(BatchOccupation).where(BatchOccupation.batch_id == batch.id, offered.not_in(list(taken))))
    _offer(batch, body, [offer for offer in plan.offers if (offer.code, offer.level) not in taken], clock)
    record(Tag.BATCH_CHANGED, actor, batch, words=f"{batch.number} {batch.name}", changed=changed)


def close_batch(batch: Batch, *, actor: Actor) -> None:
    """End the applications before their time; closing again changes nothing."""
    if batch.state != "closed":
        batch.state = "closed"
        record(Tag.BATCH_CLOSED, actor, batch, words=f"{batch.number} {batch.name}")


def _facts(plan: BatchPlan) -> dict[str, object]:
    return {
        "name": plan.name,
        "cut_off_on": plan.cut_off_on,
        "applies_from": plan.applies_from,
        "applies_until": plan.applies_until,
        "held_from": plan.held_from,
        "held_until": plan.held_until,
        "fee_fen": plan.fee_fen,
    }


def _offer(batch: Batch, body: Body, offers: Sequence[Offer], clock: Clock) -> None:
    """The body's own specification where one is in force now: whoever applies is judged by this version."""
    owner, own = {**owner_of(batch), "batch_id": batch.id}, in_force_for(body, today(clock))
    db.session.add_all(
        BatchOccupation(
            **owner,
            occupation_code=offer.code,
            level=offer.level,
            parts=list(offer.parts),
            standard_version=occupation(offer.code).standard,
            specification_id=own[offer.code, offer.level].id if (offer.code, offer.level) in own else None,
            specified_at=clock.now() if (offer.code, offer.level) in own else None,
        )
        for offer in offers
    )
    db.session.flush()


def _applied_offers(batch: Batch) -> set[tuple[str, str]]:
    query = select(Application.occupation_code, Application.level).where(Application.batch_id == batch.id).distinct()
    return {(row[0], row[1]) for row in db.session.execute(query)}

"""A site lent into another district: each district that the rules ask agrees, or refuses with a reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select, text

from config.divisions import divisions
from config.rulebook import Rulebook, rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day, today
from examops.core.database import among, db
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.extensions import clock as app_clock
from examops.core.language import N_, message
from examops.core.queries import records_of
from examops.core.scope import current_scope
from examops.offices import Office, members_of
from examops.sites.lending_models import SiteUse, SiteUseApproval
from examops.sites.lending_telling import tell_of_answer
from examops.sites.models import Site
from examops.sites.tags import Tag

RULE, CITY_RULE = "site.lending_agreed_by", "site.lending_city_stands_in"
DISTRICT_OF_GUEST = text("SELECT district_of_guest(:site_use)")
HOST_NAME = text("SELECT name FROM body WHERE id = :body")


class DecidedAlready(Conflict):
    code, message = "lending.decided", N_("{name} 已经{outcome}")
    advice = N_("刷新页面看现在的状态")


class LendingOver(Conflict):
    code, message = "lending.over", N_("这次借用已经结束，不用答复")
    advice = N_("机构要再借，会另登记一条")
    clause = "系统规则 跨区借用考点"


class DistrictAnswers(Conflict):
    code, message = "lending.district_answers", N_("{district}区人社局有人，由它答复")
    advice = N_("请该区人社局登录办理，在“跨区借用考点”里")
    clause = "系统规则 跨区借用考点"


@dataclass(frozen=True)
class Answer:
    """``outcome`` is agreed or refused."""

    outcome: str
    reason: str = ""


@dataclass(frozen=True)
class Answered:
    """``untold``: names of bodies that no notice reaches."""

    row: SiteUseApproval
    untold: list[str]


OUTCOMES = {"waiting": N_("待同意"), "agreed": N_("同意"), "refused": N_("不同意")}
SIDES = {"host": N_("考点所在区"), "guest": N_("借用机构所在区")}


def ask_districts(use: SiteUse, site: Site, guest_name: str, *, clock: Clock, rules: Rulebook) -> list[SiteUseApproval]:
    """For a guest of another district: a row for each side that the rules ask on the day of entering."""
    guest_district = db.session.execute(DISTRICT_OF_GUEST, {"site_use": use.id}).scalar_one()
    if guest_district == site.district or use.during.lower is None or use.during.upper is None:
        return []
    of_side = {"host": site.district, "guest": guest_district}
    rows = [
        SiteUseApproval(
            body_id=use.body_id,
            district=of_side[side],
            site_use_id=use.id,
            side=side,
            site_name=site.name,
            host_name=db.session.execute(HOST_NAME, {"body": site.body_id}).scalar_one(),
            guest_name=guest_name,
            first_on=local_day(use.during.lower),
            last_on=local_day(use.during.upper - timedelta(seconds=1)),
            agreement=use.agreement,
        )
        for side in rules.value(RULE, today(clock))
    ]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def not_agreed() -> ColumnElement[bool]:
    """Of a row of ``SiteUse``: some district that was asked has not agreed."""
    rows = select(SiteUseApproval.id).where(
        SiteUseApproval.site_use_id == SiteUse.id, SiteUseApproval.outcome != "agreed"
    )
    return rows.exists()


def approvals_of(uses: Collection[int]) -> dict[int, list[SiteUseApproval]]:
    """By inner number of the use, the host's side first."""
    found: dict[int, list[SiteUseApproval]] = {}
    for row in _answers_of(list(uses)) if uses else ():
        found.setdefault(row.site_use_id, []).append(row)
    return found


@records_of
def _answers_of(uses: list[int]) -> Select[SiteUseApproval]:
    query = select(SiteUseApproval).where(among(SiteUseApproval.site_use_id, uses))
    return query.order_by(SiteUseApproval.side.desc(), SiteUseApproval.id)


def ask_no_more(use: SiteUse) -> None:
    """Of a use that ends now: whoever has not answered does not have to."""
    query = select(SiteUseApproval).where(SiteUseApproval.site_use_id == use.id, SiteUseApproval.outcome == "waiting")
    for row in db.session.execute(query.order_by(SiteUseApproval.id).with_for_update()).scalars():
        row.ended_at = use.ended_at


def is_open(day: date) -> ColumnElement[bool]:
    """Of a row of ``SiteUseApproval``: somebody is to answer it. What was never answered is over with its last day."""
    is_waiting = SiteUseApproval.outcome == "waiting", SiteUseApproval.ended_at.is_(None)
    return and_(*is_waiting, SiteUseApproval.last_on >= day)


def is_over(row: SiteUseApproval, day: date) -> bool:
    """Nobody has answered, and nobody has to."""
    return row.outcome == "waiting" and (row.ended_at is not None or row.last_on < day)


def asked_of(districts: Collection[str] | None, day: date) -> Sequence[SiteUseApproval]:
    """Rows of these districts (None: of all), those that somebody is to answer first, then the newest."""
    query = select(SiteUseApproval)
    if districts is not None:
        query = query.where(SiteUseApproval.district.in_(districts))
    order = (~is_open(day), SiteUseApproval.id.desc())
    return db.session.execute(query.order_by(*order).limit(200)).scalars().all()


def waiting_for(role: str) -> int:
    """How many lendings wait for an answer of this role, in its districts; for the city's bureau those of a district
    that has nobody."""
    if role not in ("district_bureau", "city_bureau"):
        return 0
    day, districts = today(app_clock()), current_scope().districts
    query = select(SiteUseApproval).where(is_open(day))
    if districts:
        query = query.where(SiteUseApproval.district.in_(districts))
    rows = db.session.execute(query.order_by(SiteUseApproval.id).limit(200)).scalars().all()
    if role == "district_bureau" or not rows:
        return len(rows)
    open_to_city = without_officers(rows, rulebook(), day)
    return sum(row.district in open_to_city for row in rows)


def without_officers(rows: Iterable[SiteUseApproval], rules: Rulebook, day: date) -> set[str]:
    """Districts of waiting rows whose bureau has nobody, and for which the city's therefore answers."""
    if not rules.value(CITY_RULE, day):
        return set()
    waiting = {row.district for row in rows if row.outcome == "waiting"}
    return {district for district in waiting if not members_of(Office("district_bureau", district))}


def answer(
    uid: UUID, districts: Collection[str] | None, given: Answer, *, is_city: bool = False, actor: Actor, clock: Clock
) -> Answered:
    """By a named officer of the side's own district (None: of the whole city), or of the city bureau (``is_city``)
    where the district's has nobody. Both bodies are told. Raises NotFound for another district's,
    :class:`DecidedAlready`, :class:`LendingOver`, :class:`DistrictAnswers`, :class:`Invalid` for a refusal without a
    reason.
    """
    query = select(SiteUseApproval).where(SiteUseApproval.uid == uid).with_for_update()
    row = db.session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if row is None or (districts is not None and row.district not in districts):
        raise NotFound(N_("没有这件借用，或不在您的区"), advice=N_("回到列表重新选"))
    if row.outcome != "waiting":
        raise DecidedAlready(name=row.officer_name, outcome=message(OUTCOMES[row.outcome]))
    if is_over(row, today(clock)):
        raise LendingOver(clause=LendingOver.clause)
    if is_city and row.district not in without_officers([row], rulebook(), today(clock)):
        raise DistrictAnswers(district=divisions().districts[row.district], clause=DistrictAnswers.clause)
    if given.outcome == "refused" and not given.reason:
        raise Invalid(N_("不同意要写理由"), advice=N_("写一句，两家机构都看得到"))
    row.outcome, row.reason, row.decided_at = given.outcome, given.reason, clock.now()
    row.officer, row.officer_name, row.by_city = actor.uid, actor.name, is_city
    db.session.flush()
    words = message("{site} → {guest}", site=row.site_name, guest=row.guest_name)
    told, untold = tell_of_answer(row, clock=clock)
    facts: dict[str, Any] = {"outcome": row.outcome, "reason": row.reason, "told": len(told), "by_city": is_city}
    record(Tag.SITE_USE_ANSWERED, actor, row, words=words, at=clock.now(), **facts)
    return Answered(row, untold)


FILTERS: dict[str, Callable[..., Any]] = {"lendings_waiting": waiting_for}

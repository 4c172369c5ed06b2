"""A site lent to another body: entered by the owner, used by the guest's coordinators until it ends."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Select, case, func, literal, select, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range

from config.rulebook import rulebook
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock, midnight
from examops.core.database import among, db, owner_of
from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.language import N_, message
from examops.core.queries import rows_of
from examops.core.refusals import constraints_as
from examops.sites.agreeing import ask_districts, ask_no_more, not_agreed
from examops.sites.lending_models import SiteUse
from examops.sites.lending_telling import tell_districts_of_end, tell_of_end
from examops.sites.models import Site
from examops.sites.tags import Tag
from examops.web.formats import moment

CLAUSE = "市工作方案 一(三)"
GUEST = text("SELECT body_id, name FROM guest_body(:credit_code, :not_body)")
HELD_AFTER = text("SELECT held, last_end FROM guest_sessions_after(:site_use, :after)")


class LentAlready(Conflict):
    code, message = "site_use.twice", N_("这段时间已经借给这家机构")
    advice = N_("改日期，或先结束原来的那一条")


class GuestSessionsStand(Conflict):
    code, message = "site_use.sessions_stand", N_("对方在这以后还有 {count} 个场次，最晚到 {until}，不能提前结束")
    advice = N_("定在那以后结束，或请对方先取消场次")


class NotLent(Conflict):
    """Of the database: who is no guest in that time plans nothing there."""

    code, message = "site_use.not_lent", N_("这个考点不是本机构的，那段时间也没有借给本机构")
    advice = N_("换成借用期内的时间，或请考点所属机构登记借用；跨区的看两个区同意了没有")
    clause = CLAUSE


def lend(
    site: Site, credit_code: str, first: date, last: date, agreement: str, *, actor: Actor, clock: Clock
) -> SiteUse:
    """From the first day to the last, both included. Raises :class:`Invalid` for a body that is not there or one's
    own, or days that are over; :class:`LentAlready`."""
    guest = db.session.execute(GUEST, {"credit_code": credit_code, "not_body": site.body_id}).one_or_none()
    if guest is None:
        raise Invalid(
            N_("没有这家机构（统一社会信用代码 {credit_code}）"),
            advice=N_("核对代码；自己的考点不用借"),
            credit_code=credit_code,
        )
    during = Range(_begin(site, guest.body_id, midnight(first)), midnight(last + timedelta(days=1)))
    if during.upper is not None and during.upper <= clock.now():
        raise Invalid(N_("借用期已经过去"), advice=N_("填今天以后的日子"))
    use = SiteUse(
        **owner_of(site),
        site_id=site.id,
        guest_body_id=guest.body_id,
        during=during,
        agreement=agreement,
        entered_by=actor.uid,
        entered_by_name=actor.name,
        entered_at=clock.now(),
    )
    with constraints_as({"one_use_at_a_time": LentAlready}):
        db.session.add(use)
        db.session.flush()
    words = message("{site} → {guest}", site=site.name, guest=guest.name)
    record(Tag.SITE_LENT, actor, site, words=words, at=clock.now(), first=first.isoformat(), last=last.isoformat())
    ask_districts(use, site, guest.name, clock=clock, rules=rulebook())
    return use


def _begin(site: Site, guest_body_id: int, midnight_before: datetime) -> datetime:
    """On a day on which a lending to the same body was ended, the moment of that: the rest of the day is free."""
    query = select(func.max(func.upper(SiteUse.during))).where(
        SiteUse.site_id == site.id,
        SiteUse.guest_body_id == guest_body_id,
        SiteUse.ended_at > func.lower(SiteUse.during),
        SiteUse.during.contains(midnight_before),
    )
    return db.session.execute(query).scalar() or midnight_before


def end_use(site: Site, uid: UUID, *, actor: Actor, clock: Clock) -> list[str]:
    """From now on the guest plans nothing more. It is told, as are the districts that had agreed; answers its name
    where no notice reaches it. Raises :class:`GuestSessionsStand` while something is planned."""
    query = select(SiteUse).where(SiteUse.uid == uid, SiteUse.site_id == site.id).with_for_update()
    use = db.session.execute(query).scalar_one_or_none()
    now = clock.now()
    if use is None or use.during.upper is None or use.during.lower is None:
        raise NotFound(N_("这个考点没有这条借用"), advice=N_("刷新页面再看"))
    if use.during.upper <= now or use.ended_at is not None:
        raise Conflict(N_("这条借用已经结束"), advice=N_("要再借，另登记一条"))
    stands = db.session.execute(HELD_AFTER, {"site_use": use.id, "after": now}).one()
    if stands.held:
        raise GuestSessionsStand(count=stands.held, until=moment(stands.last_end), clause=CLAUSE)
    # One that has not begun keeps a moment, so that the row still says who would have used it. It excludes no other.
    use.during = Range(use.during.lower, max(now, use.during.lower + timedelta(seconds=1)))
    use.ended_by_name, use.ended_at = actor.name, now
    ask_no_more(use)
    db.session.flush()
    record(Tag.SITE_USE_ENDED, actor, site, words=site.name, at=now, agreement=use.agreement)
    tell_districts_of_end(use, clock=clock)
    return tell_of_end(use, site, clock=clock)


def uses_of(site: Site) -> Sequence[Row[Any]]:
    """Rows of (SiteUse, guest), the newest first; the guest's name is on the paper that the owner signed."""
    query = (
        select(SiteUse, func.body_of_use(SiteUse.guest_body_id).label("guest"))
        .where(SiteUse.site_id == site.id)
        .order_by(SiteUse.id.desc())
    )
    return db.session.execute(query).all()


def borrowed(bodies: Iterable[int], now: datetime) -> Sequence[Row[Any]]:
    """Rows of (SiteUse, Site, host) lent to these bodies and not over."""
    return _borrowed(sorted(set(bodies)), now)


@rows_of
def _borrowed(bodies: list[int], now: datetime) -> Select[Any]:
    lent: Any = (
        select(SiteUse, Site, func.body_of_use(Site.body_id).label("host"))
        .join(Site, Site.id == SiteUse.site_id)
        .where(among(SiteUse.guest_body_id, bodies), func.upper(SiteUse.during) > now, SiteUse.ended_at.is_(None))
        .order_by(Site.name, SiteUse.id)
    )
    return cast("Select[Any]", lent)


def lender_of(site: Site, body_id: int) -> str:
    """The name of the body whose site it is; "" for one's own, and where the reader sees no lending of it."""
    if site.body_id == body_id:
        return ""
    return db.session.execute(select(func.body_of_use(site.body_id))).scalar() or ""


def lent_times(site_id: int, body_id: int) -> list[Range[datetime]]:
    """When the site is, was or will be lent to that body; an empty range where a district has not agreed."""
    during = case((not_agreed(), literal(Range(empty=True), TSTZRANGE)), else_=SiteUse.during)
    query = select(during).where(SiteUse.site_id == site_id, SiteUse.guest_body_id == body_id)
    return list(db.session.execute(query).scalars())


def lent_to(bodies: Collection[int], now: datetime) -> Select[int]:
    """Sites by inner number that these bodies may still use."""
    return select(SiteUse.site_id).where(
        among(SiteUse.guest_body_id, bodies),
        func.upper(SiteUse.during) > now,
        SiteUse.ended_at.is_(None),
        ~not_agreed(),
    )


def guests_of(site_id: int) -> tuple[int, ...]:
    """Bodies, by inner number, to which the site is or was lent: what was recorded there is still being sent."""
    query = select(SiteUse.guest_body_id).where(SiteUse.site_id == site_id)
    return tuple(db.session.execute(query.distinct()).scalars())

"""Both bodies of a lending are told what a district has answered; the guest, and the districts that had agreed, that it
was ended. By the outbox."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select

from config.divisions import divisions
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.extensions import settings
from examops.core.scope import across_districts, beside
from examops.offices import Office, Recipient, Told, Words, addresses, members_of, people_of_body, recipients, tell
from examops.organisations.models import Body
from examops.sites.lending_models import SiteUse, SiteUseApproval
from examops.sites.models import Site

KIND = "lending_answered"
ENDED = "lending_ended"


def tell_of_answer(row: SiteUseApproval, *, clock: Clock) -> tuple[list[Told], list[str]]:
    """Once to each address: of the coordinators of host and guest, else of a body's mobile telephone; and the names of
    bodies without any, which somebody has to tell. An officer of one district answers, and the other body is of
    another: its addresses are used here and shown to nobody."""
    with beside((row.body_id,)):
        guest = db.session.execute(select(SiteUse.guest_body_id).where(SiteUse.id == row.site_use_id)).scalar_one()
        with beside((guest,)):
            left = db.session.execute(_left(row)).scalars().all()
            to = {row.host_name: _addresses(row.body_id), row.guest_name: _addresses(guest)}
            everybody = [one for addressed in to.values() for one in addressed]
            told = tell(everybody, _words(row, left), kind=KIND, about=f"lending:{row.uid}:{row.outcome}", clock=clock)
            return told, [name for name, addressed in to.items() if not addressed]


def tell_of_end(use: SiteUse, site: Site, *, clock: Clock) -> list[str]:
    """As :func:`tell_of_answer`, to the guest: it plans nothing more. Its name where no notice reaches it."""
    host = db.session.get_one(Body, use.body_id).name
    with beside((use.guest_body_id,)):
        guest, to = db.session.get_one(Body, use.guest_body_id).name, _addresses(use.guest_body_id)
        line = f"{host}的考点{site.name}借给{guest}（{use.agreement}）已提前结束，不能再在那里排场次。"
        text = f"{line}\n登录查看：{settings().public_url}"
        tell(to, Words("考点借用提前结束", text, line), kind=ENDED, about=f"{ENDED}:{use.uid}", clock=clock)
    return [] if to else [guest]


def tell_districts_of_end(use: SiteUse, *, clock: Clock) -> None:
    """Whoever agreed to it, while they are still in that office, else its members: nothing more is held there."""
    query = select(SiteUseApproval).where(SiteUseApproval.site_use_id == use.id, SiteUseApproval.outcome == "agreed")
    with across_districts():
        for row in db.session.execute(query.order_by(SiteUseApproval.id)).scalars().all():
            days = f"{row.first_on} 至 {row.last_on}"
            line = (
                f"{row.host_name}的考点{row.site_name}借给{row.guest_name}（{row.agreement}，{days}）已由考点所属机构"
                "提前结束，对方不再在那里排场次。此前同意过，不用再办。"
            )
            words = Words("同意过的考点借用提前结束", f"{line}\n登录查看：{settings().public_url}/lending/", line)
            tell(_officers(row), words, kind=ENDED, about=f"{ENDED}:{row.uid}", clock=clock)


def _officers(row: SiteUseApproval) -> list[Recipient]:
    office = Office("city_bureau") if row.by_city else Office("district_bureau", row.district)
    there = members_of(office)
    return recipients([one.id for one in there if one.uid == row.officer]) or recipients([one.id for one in there])


def _addresses(body_id: int) -> list[Recipient]:
    body = db.session.get_one(Body, body_id)
    return recipients(people_of_body(body_id)) or addresses(body.name, "", body.telephone)


def _left(row: SiteUseApproval) -> Select[str]:
    """Districts that were asked as well and have not agreed."""
    others = SiteUseApproval.site_use_id == row.site_use_id, SiteUseApproval.id != row.id
    return select(SiteUseApproval.district).where(*others, SiteUseApproval.outcome != "agreed")


def _words(row: SiteUseApproval, left: Sequence[str]) -> Words:
    """Chinese for every reader, as letters are."""
    district = f"{divisions().districts[row.district]}区"
    who = f"市人社局（代{district}）" if row.by_city else f"{district}人社局"
    line = f"{row.host_name}的考点{row.site_name}借给{row.guest_name}（{row.first_on} 至 {row.last_on}）："
    line += f"{who}{'同意' if row.outcome == 'agreed' else '不同意'}。"
    why = f"理由：{row.reason}。" if row.reason else ""
    more = "、".join(f"{divisions().districts[one]}区" for one in left)
    if row.outcome == "refused":
        then = "借用期内对方不能在这里排场次；要再借，请按理由改好后另登记一条。"
    else:
        then = f"还要等{more}人社局同意。" if more else "借用期内对方可以排场次了。"
    subject = f"考点借用：{who}{'同意' if row.outcome == 'agreed' else '不同意'}"
    return Words(subject, f"{line}\n{why}{then}\n登录查看：{settings().public_url}", f"{line}{why}{then}")

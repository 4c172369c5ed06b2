"""A site entered by the body that runs it: where, in which district, whom to ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from examops.accounts import ActiveGrant
from examops.audit import record
from examops.core.actor import Actor
from examops.core.clock import Clock
from examops.core.database import db
from examops.core.errors import Conflict, NotFound
from examops.core.language import N_
from examops.core.refusals import constraints_as
from examops.organisations.models import Body
from examops.sites.models import Site
from examops.sites.tags import Tag


class SiteNameTaken(Conflict):
    code, message, advice = "site.name_taken", N_("本机构已有同名的考点"), N_("换一个名称，或打开那个考点登记场所")


def own_bodies(grants: Iterable[ActiveGrant]) -> Sequence[Body]:
    """Those whose coordinator somebody is."""
    mine = [one.body_id for one in grants if one.role == "coordinator" and one.body_id]
    return db.session.execute(select(Body).where(Body.id.in_(mine)).order_by(Body.name, Body.id)).scalars().all()


def own_body(grants: Iterable[ActiveGrant], uid: UUID | None) -> Body:
    """The body of that uid, or the only one. Raises :class:`NotFound`."""
    mine = own_bodies(grants)
    found = next((one for one in mine if one.uid == uid or (uid is None and len(mine) == 1)), None)
    if found is None:
        raise NotFound(N_("没有这家机构，或您不是它的考务"), advice=N_("在列表里选机构"))
    return found


def add_site(body: Body, name: str, address: str, district: str, contact: str, *, actor: Actor, clock: Clock) -> Site:
    """``district`` is the site's own: its bureau verifies it. Raises :class:`SiteNameTaken`."""
    site = Site(body_id=body.id, district=district, name=name, address=address, contact=contact)
    with constraints_as({"uq_site_body_id_name": SiteNameTaken}):
        db.session.add(site)
        db.session.flush()
    record(Tag.SITE_ADDED, actor, site, words=name, at=clock.now(), address=address)
    return site

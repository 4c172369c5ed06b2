"""What the register knows of whoever asks, for the office that decides: same code, like name, bars, other requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from config.divisions import divisions
from examops.core.database import db
from examops.core.scope import across_districts
from examops.organisations.bars import bar_of
from examops.organisations.listing import bodies_of
from examops.organisations.models import EntityBar, FormerName, LegalEntity
from examops.organisations.openings.models import OpeningRequest
from examops.organisations.openings.states import WAITING

MOST = 5
FORMS = re.compile(
    "(股份有限公司|有限责任公司|有限公司|集团|职业技能培训学校|职业培训学校|培训学校|培训中心|技工学校|技师学院|学校|学院|协会|商会|公司|中心)$"
)


@dataclass(frozen=True)
class KnownEntity:
    """``bodies``: kind, short name and state of each. ``is_visible``: the reader may open its page. ``bar``: number,
    clause and last day of the one that holds; or None."""

    uid: UUID
    name: str
    credit_code: str
    district: str
    is_same_code: bool
    is_visible: bool
    bodies: list[tuple[str, str, str]]
    bar: EntityBar | None


def core_of(name: str) -> str:
    """The name without place and legal form; the whole name where nothing of its own is left."""
    places = [*divisions().foshan.values(), *divisions().districts.values(), "广东省", "广东", "佛山市", "佛山"]
    rest = "".join(name.split())
    for place in sorted(places, key=len, reverse=True):
        rest = rest.removeprefix(place)
    while (shorter := FORMS.sub("", rest)) != rest and len(shorter) >= 2:
        rest = shorter
    return name if len(rest) < 2 or FORMS.fullmatch(rest) else rest


def known_entities(row: OpeningRequest, day: date) -> list[KnownEntity]:
    """The same code first, then like names, whatever their district: a bar binds in the whole city."""
    visible = {one.id for one in _found(row)}
    with across_districts():
        found = _found(row)
        bodies = bodies_of(found)
        return [
            KnownEntity(
                one.uid,
                one.name,
                one.credit_code,
                one.district,
                one.credit_code == row.credit_code,
                one.id in visible,
                [(body.kind, body.short_name, body.state) for body in bodies[one.id]],
                bar_of(one.id, day),
            )
            for one in found
        ]


def _found(row: OpeningRequest) -> list[LegalEntity]:
    same = select(LegalEntity).where(LegalEntity.credit_code == row.credit_code)
    return [*db.session.execute(same).scalars(), *_alike(row)]


def _alike(row: OpeningRequest) -> Iterator[LegalEntity]:
    core = core_of(row.name)
    former = select(FormerName.legal_entity_id).where(FormerName.name.contains(core, autoescape=True))
    is_alike = or_(LegalEntity.name.contains(core, autoescape=True), LegalEntity.id.in_(former))
    query = select(LegalEntity).where(is_alike, LegalEntity.credit_code != row.credit_code)
    yield from db.session.execute(query.order_by(LegalEntity.id).limit(MOST)).scalars()


def other_requests(row: OpeningRequest) -> list[OpeningRequest]:
    """Of the same code, waiting where this office sees them."""
    same = (OpeningRequest.credit_code == row.credit_code, OpeningRequest.state == WAITING, OpeningRequest.id != row.id)
    query = select(OpeningRequest).where(*same).order_by(OpeningRequest.id).limit(MOST)
    return list(db.session.execute(query).scalars())

"""Which occupations somebody is filed for: the list of the search form offers no other.

Counted once in each process for each edition of the directory, not with each request: every card is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Select, column, func, select, true

from examops.core.database import db
from examops.organisations.directory import DirectoryCard
from examops.public.editions import Edition, EditionCache
from examops.public.listing import IS_LISTED

_kept: EditionCache[Mapping[str, int]] = EditionCache(most=1)


def filed_occupations(edition: Edition) -> Mapping[str, int]:
    """Code → bodies listed with it, those with most first."""
    return _kept.read(edition, None, lambda: dict(db.session.execute(counted_query(edition)).all()))


def counted_query(edition: Edition) -> Select[str, int]:
    """An occupation stands several times in a card where its levels go by several standards."""
    offer = func.jsonb_array_elements(DirectoryCard.offers).table_valued(column("value", DirectoryCard.offers.type))
    code, bodies = offer.c.value["code"].astext, func.count(DirectoryCard.id.distinct())
    query = select(code, bodies).select_from(DirectoryCard).join(offer, true())  # the offers of each card
    return query.where(IS_LISTED, DirectoryCard.filed_on <= edition.day).group_by(code).order_by(bodies.desc(), code)

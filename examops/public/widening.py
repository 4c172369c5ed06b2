"""What to do where a search finds nothing: which of its conditions to leave out, and what is then found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from examops.catalogue import find_occupation
from examops.core.database import db
from examops.core.language import N_, _
from examops.organisations.directory import DirectoryCard
from examops.public.editions import Edition
from examops.public.filed import filed_occupations
from examops.public.listing import MOST_COUNTED, matching

WITHOUT = {
    "q": N_("不限名称和地址"),
    "district": N_("不限区"),
    "occupation": N_("不限职业"),
    "level": N_("不限等级"),
    "area": N_("不限社会组织的范围"),
}
ALONE = {
    "q": N_("只按名称和地址"),
    "district": N_("只按区"),
    "occupation": N_("只按职业"),
    "level": N_("只按等级"),
    "area": N_("只按社会组织的范围"),
}


@dataclass(frozen=True)
class Wider:
    """A search with fewer conditions: its words, ``bodies`` found (at least one) and what is still asked for."""

    words: str
    bodies: int
    asked: dict[str, str]

    def count_words(self) -> str:
        if self.bodies > MOST_COUNTED:
            return _("超过 {count} 家机构", count=MOST_COUNTED)
        return _("{count} 家机构", count=self.bodies)


def wider_searches(asked: Mapping[str, Any], edition: Edition) -> list[Wider]:
    """Each condition left out; where that never helps, each alone. Only what finds bodies, counted in one statement."""
    given = {name: str(asked[name]) for name in WITHOUT if asked[name]}
    tried = [(WITHOUT[name], {other: given[other] for other in given if other != name}) for name in given]
    tried = tried if len(given) > 1 else []
    alone = [(ALONE[name], {name: given[name]}) for name in given] if len(given) > 2 else []
    if not tried:
        return []
    counts = db.session.execute(select(*(_count(rest, edition) for _words, rest in tried + alone))).one()
    found = [Wider(_(words), count, rest) for (words, rest), count in zip(tried + alone, counts, strict=True) if count]
    return [one for one in found if len(one.asked) == len(given) - 1] or found


def _count(rest: Mapping[str, str], edition: Edition) -> Any:
    whole = {name: rest.get(name, "") for name in WITHOUT}
    keys = matching(whole, edition.day).with_only_columns(DirectoryCard.sort_key).limit(MOST_COUNTED + 1)
    return select(func.count()).select_from(keys.subquery()).scalar_subquery()


def unfiled_occupation(asked: Mapping[str, Any], edition: Edition) -> str:
    """The code of the occupation that was asked for, by the list or by its name, where nobody is filed for it."""
    found = find_occupation(asked["occupation"] or asked["q"] or "")
    return found.code if found and found.code not in filed_occupations(edition) else ""

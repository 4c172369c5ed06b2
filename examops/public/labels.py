"""What the directory says of a body: whether I may apply there, its district, its levels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from config.divisions import divisions
from config.levels import SKILL_LEVELS, lowest_first
from examops.accounts import OUTSIDE
from examops.catalogue import district_name, level, occupation_word, occupations
from examops.core.language import N_, _
from examops.organisations.directory import ENDED, LEAVING, SUSPENDED, DirectoryCard
from examops.public.listing import Stretch
from examops.web.labels import labelled

WHO_MAY = {
    "social": ("done", N_("面向社会，人人可报")),
    "college": ("wait", N_("只考本校学生")),
    "enterprise": ("wait", N_("只考本企业职工")),
}
ALL = tuple(SKILL_LEVELS.values())
IN_ADDRESSES = N_("{district}区")  # they are Chinese in every language of the reader
STANDING_WORDS = {
    "filed": N_("已备案"),
    "suspended": N_("暂停备案，停止报名"),
    "leaving": N_("已决定退出，不再报名"),
}


def standing(card: DirectoryCard) -> tuple[str, str]:
    """(class of the mark, words): the first thing said about a body."""
    day = card.standing_since.isoformat()
    if card.standing == ENDED:
        return "off", _("{day} 起不在目录，不能再考", day=day)
    if card.standing == SUSPENDED:
        return "look", _("{day} 起暂停，停止报名", day=day)
    if card.standing == LEAVING:
        return "stop", _("{day} 起退出，不再报名", day=day)
    mark, words = WHO_MAY[card.kind]
    return mark, _(words)


def level_names(levels: Sequence[str]) -> str:
    return _("、").join(level(one) for one in lowest_first(levels))


def by_occupation(offers: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    """(name, levels) of each occupation once, whatever standards and specifications its levels go by."""
    found: dict[str, tuple[str, list[str]]] = {}
    for offer in offers:
        found.setdefault(offer["code"], (offer["name"], []))[1].extend(offer["levels"])
    return [(name, lowest_first(levels)) for name, levels in found.values()]


def level_choices() -> list[tuple[str, str]]:
    """(letter, 三级 高级工), lowest first, as the list of the form and the foot of the page show them."""
    return [(one.letter, f"{_(one.name)} {_(one.title)}" if one.title else _(one.name)) for one in ALL]


def occupation_choices(filed: Mapping[str, int], chosen: str) -> list[tuple[str, str]]:
    """(code, name with the number of bodies) of what somebody is filed for, in that order; and what was asked for."""
    shown = filed if not chosen or chosen in filed else {**filed, chosen: 0}
    return [(code, _("{name}（{count} 家）", name=occupation_named(code), count=n)) for code, n in shown.items()]


def occupation_named(code: str) -> str:
    """Of a code that the catalogue lost: the code."""
    found = occupations().get(code)
    return occupation_word(found) if found else code


def district_choices() -> list[tuple[str, str]]:
    """The districts of the city: no body of the directory is filed outside it."""
    return [(code, district_word(code)) for code in divisions().districts if code != OUTSIDE]


def district_word(code: str) -> str:
    if code == OUTSIDE:
        return _(district_name(code))
    return _("{district}区", district=_(district_name(code)))


def directory_address(card: Any) -> str:
    """With its district before it, unless whoever wrote the address named the district already."""
    if IN_ADDRESSES.format(district=district_name(card.district)) in card.address:
        return str(card.address)
    return _("{district}{address}", district=district_word(card.district), address=card.address)


def area_choices() -> list[tuple[str, str]]:
    """Where social organisations are filed to assess: the whole city, or one district."""
    return [
        ("city", area_word("city")),
        *((code, area_word(code)) for code in divisions().districts if code != OUTSIDE),
    ]


def area_word(area: str) -> str:
    """ "" where nobody has said."""
    if area == "city":
        return _("面向全市开展认定")
    return _("只在{district}开展认定", district=district_word(area)) if area else ""


def validity(stretch: Stretch) -> str:
    """``2021-06-18 至 2026-10-11``: both days included; without an end ``2021-06-18 起``."""
    if stretch.last_day is None:
        return _("{day} 起", day=stretch.first_day)
    return _("{begin} 至 {end}", begin=stretch.first_day, end=stretch.last_day)


FILTERS: dict[str, Callable[..., Any]] = {
    "directory_standing": standing,
    "directory_levels": level_names,
    "by_occupation": by_occupation,
    "directory_validity": validity,
    "directory_state": labelled(STANDING_WORDS),
    "directory_address": directory_address,
    "district": district_word,
    "filed_area": area_word,
    "public_occupation": occupation_named,
}

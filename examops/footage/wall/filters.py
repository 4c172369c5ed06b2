"""What the wall may be narrowed to: district, body, occupation, state. Each is in the address, to be shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from examops.catalogue import district_name, occupation
from examops.core.database import db
from examops.core.language import N_, _
from examops.footage.wall.grid import DENSITIES, WallCamera
from examops.sessions.models import SessionGroup

MARKS = {"stop": N_("要处理"), "look": N_("留意"), "ok": N_("正常"), "off": N_("未开始")}
NAMES = ("district", "body", "occupation", "state")
USUAL = 16


@dataclass(frozen=True)
class Option:
    """``arguments`` of the address that chooses it, beside what else is chosen."""

    word: str
    count: int
    arguments: dict[str, Any]
    is_chosen: bool


@dataclass(frozen=True)
class Filter:
    """One filter as the top bar shows it; the first of ``options`` stands for all."""

    word: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> Option:
        return next((option for option in self.options if option.is_chosen), self.options[0])


@dataclass(frozen=True)
class _Kind:
    name: str
    word: str
    values: Callable[[WallCamera], Sequence[str]]
    words: Callable[[str], str]


def narrowed(found: list[WallCamera], asked: Mapping[str, Any]) -> list[WallCamera]:
    """The cameras that are left. A refresh that narrows nothing asks nothing."""
    if not any(asked[name] for name in NAMES):
        return found
    kinds = _kinds(_codes(found) if asked["occupation"] else {})
    return [eye for eye in found if all(_fits(kind, eye, asked[kind.name]) for kind in kinds)]


def filters_of(found: list[WallCamera], asked: Mapping[str, Any]) -> list[Filter]:
    """What the wall may be narrowed to, each with what it would show beside the others."""
    kinds = _kinds(_codes(found))
    return [_filter(kind, kinds, found, asked) for kind in kinds]


def usual_density(cameras: int) -> int:
    """The fewest tiles a page that show every camera, and no more than sixteen."""
    return next((count for count in DENSITIES if count >= min(cameras, USUAL)), USUAL)


def _kinds(codes: Mapping[int, Sequence[str]]) -> tuple[_Kind, ...]:
    return (
        _Kind("district", _("区"), lambda eye: [eye.session.district], lambda code: _(district_name(code))),
        _Kind("body", _("机构"), lambda eye: [eye.body], str),
        _Kind("occupation", _("职业"), lambda eye: codes.get(eye.session.id, ()), lambda code: occupation(code).name),
        _Kind("state", _("状态"), lambda eye: [eye.mark], lambda mark: _(MARKS[mark])),
    )


def _fits(kind: _Kind, eye: WallCamera, value: str) -> bool:
    return not value or value in kind.values(eye)


def _filter(kind: _Kind, kinds: Sequence[_Kind], found: list[WallCamera], asked: Mapping[str, Any]) -> Filter:
    others = [one for one in kinds if one is not kind]
    beside = [eye for eye in found if all(_fits(one, eye, asked[one.name]) for one in others)]
    counts = Counter(value for eye in beside for value in kind.values(eye))
    chosen = asked[kind.name]
    values = list(MARKS) if kind.name == "state" else sorted({*counts, *filter(None, [chosen])})

    def option(value: str, word: str, count: int) -> Option:
        return Option(word, count, address(asked, **{kind.name: value}), value == chosen)

    known = [option(value, kind.words(value), counts[value]) for value in values if _is_known(kind, value)]
    return Filter(kind.word, (option("", _("全部 {count}", count=len(counts)), len(beside)), *known))


def _is_known(kind: _Kind, value: str) -> bool:
    """An address may name anything; what no catalogue knows is not offered."""
    try:
        return bool(kind.words(value))
    except LookupError:
        return False


def _codes(found: Sequence[WallCamera]) -> dict[int, list[str]]:
    ids = {eye.session.id for eye in found}
    query = select(SessionGroup.session_id, SessionGroup.occupation_code).where(SessionGroup.session_id.in_(ids))
    codes: dict[int, list[str]] = {}
    for session_id, code in db.session.execute(query):
        codes.setdefault(session_id, []).append(code)
    return codes


def address(asked: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """The arguments of the wall's address with some changed; what is empty is left out."""
    merged = {name: asked.get(name) for name in (*NAMES, "density")} | changes
    return {name: value for name, value in merged.items() if value not in ("", None)}

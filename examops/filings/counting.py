"""Figures of people and places, counted from the rows as they stand: who counts, who does not, and why.

A figure is ``{"value", "digest", "who": [{"name", "what", "why"}]}``; ``why`` is empty for those who count, else a
code of :data:`WHYS`. ``digest`` covers those who count, so that a check of the list can be told from one of another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range

from examops.core.clock import midnight
from examops.core.database import db
from examops.core.language import N_
from examops.filings.models import FilingOccupation
from examops.sites import coverage_of
from examops.sites.models import Room, Site, Workstation, WorkstationOutage
from examops.staff import EXAMINERS, cards_of_members
from examops.staff.models import Qualification, StaffMember

WHYS = {
    "expired": N_("证件已到期"),
    "later": N_("证件还没生效"),
    "ended": N_("证件已提前结束"),
    "level": N_("证件不含申报的等级"),
    "inactive": N_("已停用"),
    "twice": N_("同一人已算过"),
    "unusable": N_("工位不可用"),
    "outage": N_("工位停用中"),
    "unseen": N_("没有准入的摄像机看得到"),
    "seat": N_("不在实操考场，是座位不是工位"),
}
KINDS = {"managers": ("manager",), "experts": ("expert",), "supervisors": ("internal_supervisor",)}
OF_OCCUPATION = ("examiners", "covered_workstations")
PRACTICAL = "practical"  # the rooms whose places are workstations; elsewhere they are seats
COUNTED = (*KINDS, *OF_OCCUPATION)
Figure = dict[str, Any]
# Facing reasons, the first that holds of all of a person's cards is told.
ORDER = ("", "level", "later", "expired", "ended")


@dataclass(frozen=True)
class _Ground:
    """The rows that figures are counted from: members with their cards, stations with their places."""

    members: Sequence[StaffMember]
    cards: Mapping[int, list[Qualification]]
    stations: Sequence[Any]
    seen: Collection[int]
    out: Collection[int]


def count_figures(body_id: int, occupations: Iterable[FilingOccupation], day: date) -> dict[tuple[str, str], Figure]:
    """By (occupation's code or "", key), as of the end of that day as it is known now; what the scope shows."""
    ground = _ground(body_id, day)
    found = {("", key): _people(ground, kinds, day) for key, kinds in KINDS.items()}
    for row in occupations:
        code = row.occupation_code
        found[code, "examiners"] = _people(ground, EXAMINERS, day, code, row.levels)
        found[code, "covered_workstations"] = _figure(_stations(ground, code))
    return found


def _ground(body_id: int, day: date) -> _Ground:
    ask = db.session.execute
    members = ask(select(StaffMember).where(StaffMember.body_id == body_id).order_by(StaffMember.id)).scalars().all()
    stations = ask(
        select(Workstation, Room.name.label("room"), Room.kind.label("room_kind"), Site.name.label("site"))
        .join(Room, Room.id == Workstation.room_id)
        .join(Site, Site.id == Room.site_id)
        .where(Workstation.body_id == body_id)
        .order_by(Site.name, Room.name, Workstation.code)
    ).all()
    last = midnight(day + timedelta(days=1)) - timedelta(seconds=1)
    numbers = [row.Workstation.id for row in stations]
    out = select(WorkstationOutage.workstation_id).where(
        WorkstationOutage.workstation_id.in_(numbers), WorkstationOutage.during.contains(last)
    )
    return _Ground(
        members,
        cards_of_members([one.id for one in members]),
        stations,
        coverage_of(numbers).throughout(Range(last, last + timedelta(seconds=1))),
        set(ask(out).scalars()),
    )


def _people(ground: _Ground, kinds: Collection[str], day: date, code: str = "", levels: Collection[str] = ()) -> Figure:
    return _figure(_holders(ground, kinds, day, code, levels))


def _holders(
    ground: _Ground, kinds: Collection[str], day: date, code: str, levels: Collection[str]
) -> Iterator[dict[str, str]]:
    """Everybody who ever held a card of these kinds for the occupation; a human being registered twice counts once."""
    counted: set[int] = set()
    for member in ground.members:
        own = [
            card
            for card in ground.cards.get(member.id, [])
            if card.kind in kinds and (not code or card.occupation_code in ("", code))
        ]
        if not own:
            continue
        card, why = min(((card, _why(card, day, levels)) for card in own), key=lambda pair: ORDER.index(pair[1]))
        if not member.is_active:
            why = "inactive"
        elif not why and member.person_id in counted:
            why = "twice"
        if not why:
            counted.add(member.person_id)
        what = f"{card.card_number} {card.valid_from}–{card.valid_until}".strip()
        yield {"name": member.name, "what": what, "why": why}


def _why(card: Qualification, day: date, levels: Collection[str]) -> str:
    if card.valid_until < day:
        return "ended" if card.end_reason else "expired"
    if card.valid_from > day:
        return "later"
    return "level" if levels and card.levels and not set(levels) & set(card.levels) else ""


def _stations(ground: _Ground, code: str) -> Iterator[dict[str, str]]:
    """Workstations that are fitted for the occupation, or for any."""
    for row in ground.stations:
        station = row.Workstation
        if station.occupations and code not in station.occupations:
            continue
        reasons = {
            "seat": row.room_kind != PRACTICAL,
            "unusable": not station.is_usable,
            "outage": station.id in ground.out,
            "unseen": station.id not in ground.seen,
        }
        why = next((reason for reason, holds in reasons.items() if holds), "")
        yield {"name": station.code, "what": f"{row.site} {row.room}", "why": why}


def _figure(who: Iterable[dict[str, str]]) -> Figure:
    found = list(who)
    return {"value": sum(not one["why"] for one in found), "digest": _digest(found), "who": found}


def _digest(who: Iterable[Mapping[str, str]]) -> str:
    counted = [[one["name"], one["what"]] for one in who if not one["why"]]
    text = json.dumps(counted, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def adds_up(figure: Figure) -> bool:
    """Whether value and digest are those of the list."""
    return (figure["value"], figure["digest"]) == (sum(not one["why"] for one in figure["who"]), _digest(figure["who"]))

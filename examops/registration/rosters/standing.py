"""Where a row of the preview stands: its outcome, that the person has applied before, or put aside by
the coordinator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement

from examops.core.language import N_, Message
from examops.registration.models import RosterRow

# Kept among the reasons of a row, whose outcome is "no" meanwhile: the release before shows it and does not save it.
DROPPED = "row.dropped"
CHANGED = "row.changed"
ASIDE = {CHANGED: "changed", "row.differs": "differs", "row.same": "same", DROPPED: "dropped"}
APPLIED = ("changed", "differs", "same")
REASONS = {name: reason for reason, name in ASIDE.items()}
# Beside CHANGED: the application is judged again on saving, and comes out otherwise.
TURNS = {"falls": "update.falls", "rises": "update.rises"}
TURN_REASONS = {"update.falls": N_("按新资料不再符合"), "update.rises": N_("按新资料符合了")}
TURN_WORDS = {
    "falls": (N_("已报名，有变：{titles}；按新资料不再符合"), N_("保存时写入并重判")),
    "rises": (N_("已报名，有变：{titles}；按新资料符合了"), N_("保存时写入并重判")),
}
OUTCOMES = ("ok", "no", "unclear")


def standing(row: RosterRow) -> str:
    """The tab of the preview that holds the row, which is its name in ``Roster.counts``, too."""
    return next((ASIDE[reason] for reason in row.reasons if reason in ASIDE), row.outcome)


def standing_at(roster_id: int, tab: str) -> list[ColumnElement[bool]]:
    """The conditions for the rows of one tab."""
    of_roster = RosterRow.roster_id == roster_id
    if tab in ASIDE.values():
        return [of_roster, RosterRow.reasons.contains([REASONS[tab]])]
    return [of_roster, RosterRow.outcome == tab, *(~RosterRow.reasons.contains([reason]) for reason in ASIDE)]


def is_dropped(row: RosterRow) -> bool:
    return DROPPED in row.reasons


def drop(row: RosterRow) -> None:
    row.outcome, row.reasons, row.problems, row.shortfall_days = "no", [DROPPED], [], None
    row.lines = [Message(N_("不报名，留在这份名单里")), Message(N_("要报就取回"))]


def recounted(counts: Mapping[str, Any], before: Iterable[str], after: Iterable[str]) -> dict[str, Any]:
    """The roster's counts after some of its rows changed from the standings ``before`` to those ``after``."""
    found = Counter({name: int(count) for name, count in counts.items()})
    found.update(after)
    found.subtract(before)
    return {name: count for name, count in found.items() if count or name in OUTCOMES}


def people_in(counts: Mapping[str, Any]) -> int:
    """How many people are judged: those put aside are none of them."""
    return sum(int(counts.get(name, 0)) for name in OUTCOMES)

"""What a coordinator asks for: a session in one room with its groups, their turns, and who is on duty. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range


@dataclass(frozen=True)
class Duty:
    """``group`` is the place of the group in its plan, from 0; None serves every group of the session."""

    staff_uid: UUID
    role: str
    group: int | None = None


@dataclass(frozen=True)
class GroupPlan:
    """One occupation, level and part with its turns. ``minutes`` is one turn, ``pause`` between two.

    ``stations`` are codes of the room's workstations, or how many of them, or None: all that nobody else uses.
    """

    occupation_code: str
    level: str
    part: str
    starts_at: datetime
    turns: int
    minutes: int
    pause: int
    stations: tuple[str, ...] | int | None = None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.turns * self.minutes + (self.turns - 1) * self.pause)

    def turn(self, number: int) -> Range[datetime]:
        """When the ``number``-th turn of this group is held, from 1."""
        start = self.starts_at + timedelta(minutes=(number - 1) * (self.minutes + self.pause))
        return Range(start, start + timedelta(minutes=self.minutes))


@dataclass(frozen=True)
class SessionPlan:
    """One session: one room, one panel, as many groups as wanted. Times carry a zone."""

    batch_uid: UUID
    room_uid: UUID
    groups: Sequence[GroupPlan]
    duties: Sequence[Duty]
    desk_minutes: int = 60
    clear_minutes: int = 15

    @property
    def starts_at(self) -> datetime:
        return min(group.starts_at for group in self.groups)

    @property
    def ends_at(self) -> datetime:
        return max(group.ends_at for group in self.groups)

    @property
    def desk_opens_at(self) -> datetime:
        return self.starts_at - timedelta(minutes=self.desk_minutes)

    @property
    def during(self) -> Range[datetime]:
        """How long room and people are held: from the desk's opening until the room is cleared."""
        return Range(self.desk_opens_at, self.ends_at + timedelta(minutes=self.clear_minutes))

    def whole(self) -> SessionPlan:
        return self


@dataclass(frozen=True)
class Plan:
    """The simple case: one group that has the whole room and everybody on duty."""

    batch_uid: UUID
    room_uid: UUID
    occupation_code: str
    level: str
    part: str
    starts_at: datetime
    turns: int
    minutes: int
    pause: int
    duties: Sequence[Duty]
    desk_minutes: int = 60
    clear_minutes: int = 15

    def whole(self) -> SessionPlan:
        group = GroupPlan(
            self.occupation_code, self.level, self.part, self.starts_at, self.turns, self.minutes, self.pause
        )
        return SessionPlan(self.batch_uid, self.room_uid, (group,), self.duties, self.desk_minutes, self.clear_minutes)


def meet(one: GroupPlan, other: GroupPlan) -> bool:
    """Whether some turn of one group runs while a turn of the other does."""
    return any(one.turn(a).overlaps(other.turn(b)) for a in range(1, one.turns + 1) for b in range(1, other.turns + 1))


def meeting(groups: Sequence[GroupPlan]) -> list[tuple[int, int]]:
    """Pairs of groups, by their places, that run at the same time."""
    return [(a, b) for a, b in combinations(range(len(groups)), 2) if meet(groups[a], groups[b])]

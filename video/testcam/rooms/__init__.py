"""The rooms of the demo, by ASCII name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from video.testcam.model import Room
from video.testcam.rooms.electric import electric_room
from video.testcam.rooms.theory import theory_room

POSITION_NAMES = {"front": "前", "rear": "后", "side": "侧"}


@dataclass(frozen=True)
class RoomPlan:
    """How a room of the demo is made. `kind` gets title, seat prefix and seed."""

    title: str
    prefix: str
    seed: int
    kind: Callable[[str, str, int], Room]

    def build(self) -> Room:
        return self.kind(self.title, self.prefix, self.seed)


ROOMS: dict[str, RoomPlan] = {
    "electric-a": RoomPlan("A栋实训室", "A", 11, electric_room),
    "theory-1": RoomPlan("理论一室", "T", 21, theory_room),
}


def camera_label(room: str, position: str) -> str:
    """The camera's Chinese name, such as A栋实训室-前."""
    return f"{ROOMS[room].title}-{POSITION_NAMES[position]}"

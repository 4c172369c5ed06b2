"""The rooms of the demo, by ASCII name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from examops.demo.testcam.model import Room
from examops.demo.testcam.rooms.care import care_room
from examops.demo.testcam.rooms.computer import computer_room
from examops.demo.testcam.rooms.electric import electric_room
from examops.demo.testcam.rooms.fitter import fitter_room
from examops.demo.testcam.rooms.kitchen import kitchen_room
from examops.demo.testcam.rooms.lathe import lathe_room
from examops.demo.testcam.rooms.theory import theory_room
from examops.demo.testcam.rooms.welding import welding_room

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
    "electric-b": RoomPlan("维修电工室", "B", 12, electric_room),
    "welding-c": RoomPlan("C区焊接间", "C", 31, welding_room),
    "lathe-3": RoomPlan("数控车间三", "K", 41, lathe_room),
    "fitter-1": RoomPlan("钳工一车间", "Q", 51, fitter_room),
    "care-1": RoomPlan("照护实训室", "H", 61, care_room),
    "kitchen-2": RoomPlan("热菜二间", "R", 71, kitchen_room),
    "computer-1": RoomPlan("机考一室", "J", 81, computer_room),
    "theory-1": RoomPlan("理论一室", "T", 21, theory_room),
    "theory-3": RoomPlan("理论三室", "T", 23, theory_room),
}


def camera_label(room: str, position: str) -> str:
    """The camera's Chinese name, such as A栋实训室-前."""
    return f"{ROOMS[room].title}-{POSITION_NAMES[position]}"

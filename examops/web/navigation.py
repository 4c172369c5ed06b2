"""The left rail: at most seven words for each role."""

from __future__ import annotations

from dataclasses import dataclass

from examops.core.language import N_


@dataclass(frozen=True)
class MenuEntry:
    endpoint: str
    word: str
    icon: str

    @property
    def part(self) -> str:
        return self.endpoint.split(".")[0]


THIS_WEEK = MenuEntry("sessions.home", N_("本周"), "calendar-week")
SESSIONS = MenuEntry("sessions.index", N_("场次"), "calendar-event")
ROSTERS, BATCHES = (
    MenuEntry("rosters.index", N_("名单"), "list-check"),
    MenuEntry("batches.index", N_("批次"), "stack-2"),
)
DESKS, WALL = (
    MenuEntry("checkin.desks", N_("签到台"), "device-tablet"),
    MenuEntry("footage.wall", N_("督导墙"), "layout-grid"),
)
FLAGS, AUDIT = MenuEntry("footage.flags", N_("标记"), "flag"), MenuEntry("audit.index", N_("操作记录"), "history")
DEVICES = MenuEntry("devices.index", N_("设备"), "building-factory-2")
QUARANTINE = MenuEntry("quarantine.index", N_("隔离录像"), "alert-triangle")
JOBS = MenuEntry("timed_work.index", N_("定时任务"), "clock")

# Pages that stand under another entry than the first of their part.
UNDER = dict.fromkeys(("batches.show", "batches.new", "batches.save", "batches.create"), BATCHES.endpoint)
UNDER |= {"roster_photos.show": ROSTERS.endpoint}

RAILS = {
    "coordinator": (THIS_WEEK, BATCHES, ROSTERS, SESSIONS, DESKS, DEVICES, AUDIT),
    "examiner": (DESKS,),
    "proctor": (DESKS,),
    "internal_supervisor": (DESKS, SESSIONS),
    "supervisor": (WALL, SESSIONS, FLAGS, QUARANTINE, AUDIT),
    "operator": (JOBS, DEVICES, QUARANTINE, AUDIT),
    "security": (MenuEntry("footage.armed_hours", N_("录像时段"), "video"), DEVICES, AUDIT),
}
REGULATOR = (SESSIONS, WALL, FLAGS, QUARANTINE, AUDIT, JOBS)


def rail(role: str) -> tuple[MenuEntry, ...]:
    return RAILS.get(role, REGULATOR)


def current(entries: tuple[MenuEntry, ...], endpoint: str | None) -> MenuEntry | None:
    """The entry to mark: the page's own first, else the one of the part it belongs to."""
    wanted = UNDER.get(endpoint or "", endpoint)
    exact = next((entry for entry in entries if entry.endpoint == wanted), None)
    part = endpoint.split(".")[0] if endpoint else ""
    inside = [entry for entry in entries if entry.part == part]
    return exact or next(
        (entry for entry in inside if entry.endpoint.endswith(".index")), inside[0] if inside else None
    )

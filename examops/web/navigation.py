"""The left rail: at most seven words for each role."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    endpoint: str
    word: str
    icon: str

    @property
    def part(self) -> str:
        return self.endpoint.split(".")[0]


THIS_WEEK, SESSIONS = Entry("sessions.home", "本周", "calendar-week"), Entry("sessions.index", "场次", "calendar-event")
ROSTERS, BATCHES = Entry("rosters.index", "名单", "list-check"), Entry("sessions.batches", "批次", "stack-2")
DESKS, WALL = Entry("checkin.desks", "签到台", "device-tablet"), Entry("footage.wall", "督导墙", "layout-grid")
FLAGS, AUDIT = Entry("footage.flags", "标记", "flag"), Entry("audit.index", "操作记录", "history")
DEVICES = Entry("devices.index", "设备", "building-factory-2")
QUARANTINE = Entry("quarantine.index", "隔离录像", "alert-triangle")
JOBS = Entry("timed_work.index", "定时任务", "clock")

RAILS = {
    "coordinator": (THIS_WEEK, BATCHES, ROSTERS, SESSIONS, DESKS, DEVICES, AUDIT),
    "examiner": (DESKS,),
    "proctor": (DESKS,),
    "internal_supervisor": (DESKS, SESSIONS),
    "supervisor": (WALL, SESSIONS, FLAGS, QUARANTINE, AUDIT),
    "operator": (JOBS, DEVICES, QUARANTINE, AUDIT),
    "security": (Entry("footage.armed_hours", "录像时段", "video"), DEVICES, AUDIT),
}
REGULATOR = (SESSIONS, WALL, FLAGS, QUARANTINE, AUDIT, JOBS)


def rail(role: str) -> tuple[Entry, ...]:
    return RAILS.get(role, REGULATOR)


def current(entries: tuple[Entry, ...], endpoint: str | None) -> Entry | None:
    """The entry to mark: the page's own first, else the one of the part it belongs to."""
    exact = next((entry for entry in entries if entry.endpoint == endpoint), None)
    part = endpoint.split(".")[0] if endpoint else ""
    inside = [entry for entry in entries if entry.part == part]
    return exact or next(
        (entry for entry in inside if entry.endpoint.endswith(".index")), inside[0] if inside else None
    )

"""Cameras of the file. An admission belongs to what was tried: another address, position or picture takes it back here
as on the page, and what is then done on the page is not undone by the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from config.rulebook import rulebook
from examops.core.clock import local_day
from examops.core.database import db
from examops.footage import OF_THE_PICTURE, change_by_file, sight_until
from examops.ops.setup.levels import Level, Run, words_of
from examops.ops.setup.outcome import COLUMNS
from examops.ops.setup.plan import CameraEntry
from examops.ops.setup.saving_accounts import ACTOR
from examops.sites.models import Camera, Room

CAMERAS = Level("摄像机", Camera, ("label",), lambda row: row.label)
ADMISSION = ("admitted_at", "fitness")
AGAIN = "在“设备试运行”里再试、再准入"


def save_cameras(
    run: Run, entries: Iterable[CameraEntry], room: Room, tenant: Mapping[str, Any], place: str
) -> list[tuple[CameraEntry, Camera]]:
    there = select(Camera).where(Camera.room_id == room.id).order_by(Camera.id)
    known = {row.label: row for row in db.session.execute(there).scalars()}
    kept = []
    for entry in entries:
        camera = known.get(entry.get("label"))
        if camera is not None:
            _change(run, camera, entry, room.site_id, words_of(place, camera.label))
        kept.append(entry if camera is None else replace(entry, facts={"label": entry.get("label")}))
    return run.save_rows(CAMERAS, kept, {"room_id": room.id}, tenant, place)


def _change(run: Run, camera: Camera, entry: CameraEntry, site_id: int, words: str) -> None:
    wanted = _beside(camera, entry.facts)
    changes = {name: after for name, after in wanted.items() if getattr(camera, name) != after}
    if changes and camera.retired_at is not None:
        run.outcome.warnings.append(f"{entry.path}: {words} 已在页面上撤下，文件里改的没有写；从文件里去掉它")
        return
    was_admitted, is_another = camera.admitted_at is not None, bool(set(changes) & set(OF_THE_PICTURE))
    if was_admitted and (is_another or sight_until(camera) is not None):
        changes = _without_admission(run, entry, changes, words, is_another)
    if not changes:
        return
    run.tell_change(CAMERAS.kind, camera, changes, words)
    lost = change_by_file(camera, site_id, changes, actor=ACTOR, clock=run.clock, rules=rulebook())
    if is_another and was_admitted:
        _tell_taken_back(run, entry, changes, words, len(lost), sum(one.people for one in lost))


def _without_admission(
    run: Run, entry: CameraEntry, changes: dict[str, Any], words: str, is_another: bool
) -> dict[str, Any]:
    """What the file says of an admission speaks of the camera that was tried before."""
    if "admitted_at" in changes and not is_another:
        run.outcome.warnings.append(f"{entry.path}.admitted_on: {words} 换过地址或画面，文件里的准入没有写；{AGAIN}")
    return {name: after for name, after in changes.items() if name not in ADMISSION}


def _tell_taken_back(
    run: Run, entry: CameraEntry, changes: Mapping[str, Any], words: str, sessions: int, people: int
) -> None:
    what = "、".join(dict.fromkeys(COLUMNS[name] for name in OF_THE_PICTURE if name in changes))
    lost = f"；{sessions} 个场次的 {people} 人因此没有位子，已通知" if sessions else ""
    run.outcome.warnings.append(f"{entry.path}: {words} 换了{what}，准入收回，看到的工位先不算{lost}；{AGAIN}")


def _beside(camera: Camera, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts merged with the row: other keys of ``fitness`` stay, an admission on the same day keeps its hour."""
    merged = {**facts}
    if "fitness" in facts:
        merged["fitness"] = {**camera.fitness, **facts["fitness"]}
    before, after = camera.admitted_at, facts.get("admitted_at")
    if before and after and local_day(before) == after.date():
        del merged["admitted_at"]
    return merged

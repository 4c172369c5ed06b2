"""The form of a plan: read whole, every fault kept beside its field; groups are added and taken away on the server.

Fields: ``batch``, ``groups`` (how many), for each group from 0 ``gN-room``, ``gN-target`` (code/level), ``gN-part``,
``gN-starts_at``, ``gN-turns``, ``gN-minutes``, ``gN-pause``, ``gN-stations``; for people ``duty-UID`` (role) and
``serves-UID`` (the group's place, empty: all groups).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from examops.core.clock import SHANGHAI
from examops.core.language import _
from examops.registration.models import PART_CODES
from examops.sessions.planning.draft import split_code
from examops.sessions.planning.plan import Duty, GroupPlan, SessionPlan
from examops.sessions.planning.validation import MAX_MINUTES, MAX_PAUSE, MAX_TURNS, MIN_MINUTES

T = TypeVar("T")
Form = Mapping[str, str]
MAX_GROUPS = 8
KEPT_FOR_NEXT = ("room", "starts_at", "turns", "minutes", "pause")
FIELDS = ("room", "target", "part", "starts_at", "turns", "minutes", "pause", "stations")
ROLES = ("leader", "examiner", "proctor", "internal_supervisor")
RANGE_MARKS, LIST_MARKS = re.compile(r"\s*[~～至–—]\s*"), re.compile(r"[\s,，、;；]+")


@dataclass
class PlanForm:
    """``plans`` hold what could be read, one for each room; ``places`` are their groups' places in the form."""

    plans: list[SessionPlan] = field(default_factory=list)
    places: list[list[int]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def group_count(form: Form) -> int:
    text = form.get("groups", "1")
    return min(max(int(text), 1), MAX_GROUPS) if text.isdigit() else 1


def read_plans(form: Form) -> PlanForm:
    """One plan for each room named; a group that cannot be read leaves its faults and is left out."""
    found = PlanForm()
    batch_uid = _read(found, "batch", _("请选批次"), UUID, form)
    rooms: dict[UUID, list[tuple[int, GroupPlan]]] = {}
    for place in range(group_count(form)):
        room, group = _read(found, f"g{place}-room", _("请选考场"), UUID, form), _group(found, place, form)
        if room and group:
            rooms.setdefault(room, []).append((place, group))
    duties = _duties(found, form)
    if batch_uid is None:
        return found
    for room, members in rooms.items():
        places = [place for place, _ in members]
        served = tuple(_inside(duty, places) for duty in duties if _belongs(found, duty, places, len(rooms)))
        found.plans.append(SessionPlan(batch_uid, room, tuple(group for _, group in members), served))
        found.places.append(places)
    return found


def _read(found: PlanForm, name: str, words: str, convert: Callable[[str], T], form: Form) -> T | None:
    try:
        return convert(form.get(name, "").strip())
    except (ValueError, KeyError):
        found.faults[name] = words
        return None


def _group(found: PlanForm, place: int, form: Form) -> GroupPlan | None:
    def read(name: str, words: str, convert: Callable[[str], Any]) -> Any:
        return _read(found, f"g{place}-{name}", words, convert, form)

    target = read("target", _("请选职业和等级"), _target)
    part = read("part", _("请选科目"), _part)
    starts_at = read("starts_at", _("开始时间没填或填错"), _moment)
    turns = read("turns", _("轮次须为 1–{most}", most=MAX_TURNS), _between(1, MAX_TURNS))
    minutes = read(
        "minutes",
        _("每轮须为 {least}–{most} 分钟", least=MIN_MINUTES, most=MAX_MINUTES),
        _between(MIN_MINUTES, MAX_MINUTES),
    )
    pause = read("pause", _("轮间须为 0–{most} 分钟", most=MAX_PAUSE), _between(0, MAX_PAUSE))
    stations = read("stations", _("工位写成 A-01~A-06、A-09，或写一个数"), read_stations)
    if None in (target, part, starts_at, turns, minutes, pause) or f"g{place}-stations" in found.faults:
        return None
    code, level = target
    return GroupPlan(code, level, part, starts_at, turns, minutes, pause, stations)


def _between(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number; one outside these bounds is a fault of its field."""

    def read(text: str) -> int:
        if not least <= (number := int(text)) <= most:
            raise ValueError(text)
        return number

    return read


def _target(text: str) -> tuple[str, int]:
    code, _slash, level = text.partition("/")
    if not code or level not in "12345":
        raise ValueError(text)
    return code, int(level)


def _part(text: str) -> str:
    if text not in PART_CODES:
        raise ValueError(text)
    return text


def _moment(text: str) -> datetime:
    """``2026-11-26T08:30`` as the clock on the wall in Foshan."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def read_stations(text: str) -> tuple[str, ...] | int | None:
    """``A-01~A-06、A-09`` → codes; ``6`` → six of them; nothing → all that nobody else uses."""
    text = text.strip()
    if not text:
        return None
    if re.fullmatch(r"\d{1,3}", text) and not text.startswith("0"):
        return int(text)
    codes = [code for piece in LIST_MARKS.split(RANGE_MARKS.sub("~", text)) if piece for code in _run(piece)]
    return tuple(dict.fromkeys(codes))


def _run(piece: str) -> list[str]:
    first, mark, last = piece.partition("~")
    if not mark:
        return [first]
    head, digits = split_code(first)
    last_head, last_digits = split_code(last)
    if not digits or not last_digits or last_head not in ("", head) or int(last_digits) < int(digits):
        raise ValueError(piece)
    if int(last_digits) - int(digits) > 500:
        raise ValueError(piece)
    return [f"{head}{number:0{len(digits)}d}" for number in range(int(digits), int(last_digits) + 1)]


def _duties(found: PlanForm, form: Form) -> list[Duty]:
    duties = []
    for name, role in form.items():
        if not name.startswith("duty-") or not role:
            continue
        uid, serves = name.removeprefix("duty-"), form.get("serves-" + name.removeprefix("duty-"), "")
        if role in ROLES and (serves == "" or serves.isdigit()):
            duty = _read(found, name, _("没有这个人"), lambda _text, uid=uid, role=role: Duty(UUID(uid), role), form)  # type: ignore[misc]
            duties += [Duty(duty.staff_uid, role, int(serves) if serves else None)] if duty else []
        else:
            found.faults[name] = _("职务或组填错")
    return duties


def _belongs(found: PlanForm, duty: Duty, places: list[int], rooms: int) -> bool:
    """Whether this person is on duty in this room. With several rooms everybody must be in one of them."""
    if duty.group is None and rooms > 1:
        found.faults[f"duty-{duty.staff_uid}"] = _("各组在不同考场：一个人只能在一处，请写明在哪一组")
    return rooms == 1 if duty.group is None else duty.group in places


def _inside(duty: Duty, places: list[int]) -> Duty:
    return duty if duty.group is None else Duty(duty.staff_uid, duty.role, places.index(duty.group))


def with_another_group(form: Form) -> dict[str, str]:
    """The same form with one more group, begun like the last one."""
    count = group_count(form)
    if count == MAX_GROUPS:
        return dict(form)
    begun = {f"g{count}-{name}": form.get(f"g{count - 1}-{name}", "") for name in KEPT_FOR_NEXT}
    return {**form, **begun, "groups": str(count + 1)}


def without_group(form: Form, gone: int) -> dict[str, str]:
    """The same form without one group; those after it move up, people of it serve nobody in particular."""
    count = group_count(form)
    if count == 1 or not 0 <= gone < count:
        return dict(form)
    kept = {name: value for name, value in form.items() if not re.match(r"g\d+-", name)}
    for new, old in enumerate(place for place in range(count) if place != gone):
        kept |= {f"g{new}-{name}": form.get(f"g{old}-{name}", "") for name in FIELDS}
    for name, value in form.items():
        if name.startswith("serves-") and value.isdigit():
            kept[name] = "" if int(value) == gone else str(int(value) - (int(value) > gone))
    return {**kept, "groups": str(count - 1)}

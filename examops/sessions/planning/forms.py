"""The form of a plan: read whole, every fault kept beside its field.

Fields: ``batch``, ``groups`` (how many), for each group from 0 those of :class:`GroupSchema` behind ``gN-``; for people
``duty-UID`` (role) and ``serves-UID`` (the group's place, empty: all groups); ``do`` says what the sender wants.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from config.levels import LETTERS
from examops.catalogue import find_occupation
from examops.core.language import N_, _, message
from examops.registration.models import PART_CODES
from examops.sessions.planning.plan import Duty, GroupPlan, SessionPlan
from examops.sessions.planning.stations import read_stations
from examops.sessions.planning.validation import MAX_MINUTES, MAX_PAUSE, MAX_TURNS, MIN_MINUTES
from examops.web.api import LenientSchema
from examops.web.inputs import InvalidInput, Moment, OneOf, ShortText, Uid, WholeNumber, read, read_valid

Form = Mapping[str, str]
MAX_GROUPS = 8
ROLES = ("leader", "examiner", "proctor", "internal_supervisor")


class Target(ShortText):
    """``6-31-01-03/4``: an occupation of the catalogue and a level, as (code, level)."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        text = super()._deserialize(value, *args, **options)
        found = re.fullmatch(rf"([^/]+)/([{''.join(LETTERS)}])", text)
        occupation = find_occupation(found[1]) if found else None
        if not found or occupation is None or occupation.code != found[1]:
            raise self.make_error("invalid")
        return occupation.code, found[2]


class Stations(ShortText):
    """Workstations as :func:`read_stations` reads them."""

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> Any:
        try:
            return read_stations(super()._deserialize(value, *args, **options))
        except ValueError:
            raise self.make_error("invalid") from None


class GroupSchema(LenientSchema):
    room = Uid(required=True, fault=N_("请选考场"))
    target = Target(40, required=True, fault=N_("请选职业和等级"))
    part = OneOf(PART_CODES, required=True, fault=N_("请选科目"))
    starts_at = Moment(local=True, required=True, fault=N_("开始时间没填或填错"))
    turns = WholeNumber(1, MAX_TURNS, required=True, fault=message(N_("轮次须为 1–{most}"), most=MAX_TURNS))
    minutes = WholeNumber(
        MIN_MINUTES,
        MAX_MINUTES,
        required=True,
        fault=message(N_("每轮须为 {least}–{most} 分钟"), least=MIN_MINUTES, most=MAX_MINUTES),
    )
    pause = WholeNumber(0, MAX_PAUSE, required=True, fault=message(N_("轮间须为 0–{most} 分钟"), most=MAX_PAUSE))
    stations = Stations(2000, load_default=None, fault=N_("工位写成 A-01~A-06、A-09，或写一个数"))


class DutySchema(LenientSchema):
    role = OneOf(ROLES, required=True, fault=N_("职务或组填错"))
    serves = WholeNumber(0, 99, fault=N_("职务或组填错"))
    uid = Uid(required=True, fault=N_("没有这个人"))


class HeadSchema(LenientSchema):
    """What the form is about; ``do`` is ``save``, ``judge``, ``add`` or ``drop-N``."""

    batch = Uid(required=True, fault=N_("请选批次"))
    groups = WholeNumber(0, 99, load_default=1)
    do = OneOf(("save", "judge", "add", *(f"drop-{n}" for n in range(MAX_GROUPS))), load_default="save")


FIELDS = tuple(GroupSchema().fields)
GROUP, DUTY, HEAD = GroupSchema(), DutySchema(), HeadSchema()


@dataclass
class PlanForm:
    """``plans`` hold what could be read, one for each room; ``places`` are their groups' places in the form."""

    plans: list[SessionPlan] = field(default_factory=list)
    places: list[list[int]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def group_count(form: Form) -> int:
    return min(max(read_valid(HEAD, form)["groups"], 1), MAX_GROUPS)


def wanted_step(form: Form) -> str:
    """What the sender wants to be done; to save, if nothing that makes sense."""
    return str(read_valid(HEAD, form)["do"])


def read_plans(form: Form) -> PlanForm:
    """One plan for each room named; a group that cannot be read leaves its faults and is left out."""
    found = PlanForm()
    batch_uid = read_valid(HEAD, form)["batch"]
    rooms = _rooms(found, form)
    duties = _duties(found, form)
    if batch_uid is None:
        found.faults["batch"] = str(HEAD.fields["batch"].fault)  # type: ignore[attr-defined]
        return found
    for room, members in rooms.items():
        places = [place for place, _ in members]
        served = tuple(_inside(duty, places) for duty in duties if _belongs(found, duty, places, len(rooms)))
        found.plans.append(SessionPlan(batch_uid, room, tuple(group for _, group in members), served))
        found.places.append(places)
    return found


def _rooms(found: PlanForm, form: Form) -> dict[UUID, list[tuple[int, GroupPlan]]]:
    rooms: dict[UUID, list[tuple[int, GroupPlan]]] = {}
    for place in range(group_count(form)):
        given = {name: form.get(f"g{place}-{name}", "") for name in FIELDS}
        try:
            one = read(GROUP, given)
        except InvalidInput as refused:
            found.faults |= {f"g{place}-{name}": str(fault) for name, fault in refused.faults.items()}
            continue
        room, (code, level) = one.pop("room"), one.pop("target")
        rooms.setdefault(room, []).append((place, GroupPlan(code, level, **one)))
    return rooms


def _duties(found: PlanForm, form: Form) -> list[Duty]:
    duties = []
    for name, role in form.items():
        uid = name.removeprefix("duty-")
        if uid == name or not role:
            continue
        try:
            one = read(DUTY, {"uid": uid, "role": role, "serves": form.get(f"serves-{uid}", "")})
        except InvalidInput as refused:
            found.faults[name] = str(next(iter(refused.faults.values())))
            continue
        duties.append(Duty(one["uid"], one["role"], one["serves"]))
    return duties


def _belongs(found: PlanForm, duty: Duty, places: list[int], rooms: int) -> bool:
    """Whether this person is on duty in this room. With several rooms everybody must be in one of them."""
    if duty.group is None and rooms > 1:
        found.faults[f"duty-{duty.staff_uid}"] = _("各组在不同考场：一个人只能在一处，请写明在哪一组")
    return rooms == 1 if duty.group is None else duty.group in places


def _inside(duty: Duty, places: list[int]) -> Duty:
    return duty if duty.group is None else Duty(duty.staff_uid, duty.role, places.index(duty.group))

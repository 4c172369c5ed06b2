"""Why something could not be planned or booked: each refusal says what to do next."""

from __future__ import annotations

from examops.core.errors import Conflict, Invalid, NotFound
from examops.core.language import N_

OVERLAPS = {
    "no_overlap_room": ("session.room_taken", N_("这个考场在这段时间已有场次"), N_("换时间，或换一个考场")),
    "no_overlap_workstation": (
        "session.station_taken",
        N_("有工位在这段时间已被别的场次占用"),
        N_("换时间，或去掉这些工位"),
    ),
    "no_overlap_duty": ("session.person_taken", N_("有考务人员在这段时间已在别的场次"), N_("换人，或换时间")),
    "no_overlap_person": ("booking.person_elsewhere", N_("这位考生在同一时间已有另一场考试"), N_("换一轮，或换一天")),
    "uq_booking_live": ("booking.already", N_("这位考生的这一科已经排过"), N_("要换轮次，请用“换轮次”")),
    "ck_turn_not_overbooked": ("booking.turn_full", N_("这一轮已满"), N_("换一轮，或加容量")),
    "uq_application_live": (
        "application.already",
        N_("这位考生已有同职业同等级的在办报名"),
        N_("先完成或撤回在办的那一份"),
    ),
}


class PlanConflict(Conflict):
    code = "session.overlap"


class TurnFull(Conflict):
    code, message, advice = "booking.turn_full", N_("这一轮已满"), N_("换一轮，或加容量")


class AlreadyBooked(Conflict):
    code, message, advice = "booking.already", N_("这位考生的这一科已经排过"), N_("要换轮次，请用“换轮次”")


class PersonElsewhere(Conflict):
    code, message, advice = "booking.person_elsewhere", N_("这位考生在同一时间已有另一场考试"), N_("换一轮，或换一天")


class NotBookable(Conflict):
    code, message = "booking.closed", N_("这个场次现在不接受排人")
    advice = N_("预约截止后请联系考务办公室")


class NotEligible(Conflict):
    code, message = "booking.not_eligible", N_("报名还没有通过资格审核")
    advice = N_("打开名单，补齐待核实的材料")


class WrongGroup(Invalid):
    code, message, advice = "booking.wrong_group", N_("报名的职业、等级或科目与这一轮不符"), N_("选同职业同等级的轮次")


class NoSuchTurn(NotFound):
    code, message, advice = "booking.no_such_turn", N_("没有找到这一轮"), N_("返回场次页重新选择")


def from_constraint(name: str) -> Conflict | None:
    """The refusal behind a broken constraint, or None when it is none of ours."""
    if name not in OVERLAPS:
        return None
    code, message, advice = OVERLAPS[name]
    kind = type("Overlap", (PlanConflict,), {"code": code})  # one class of refusal, its code says which
    refusal: Conflict = kind(message, advice=advice)
    return refusal

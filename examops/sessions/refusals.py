"""Why something could not be planned or booked: each refusal says what to do next."""

from __future__ import annotations

from examops.core.errors import Conflict, DomainError, Invalid, NotFound
from examops.core.language import N_


class PlanConflict(Conflict):
    code = "session.overlap"


class RoomTaken(PlanConflict):
    code, message, advice = "session.room_taken", N_("这个考场在这段时间已有场次"), N_("换时间，或换一个考场")


class StationTaken(PlanConflict):
    code, message = "session.station_taken", N_("有工位在这段时间已被别的场次占用")
    advice = N_("换时间，或去掉这些工位")


class PersonOnDutyTaken(PlanConflict):
    code, message, advice = "session.person_taken", N_("有考务人员在这段时间已在别的场次"), N_("换人，或换时间")


class TurnFull(Conflict):
    code, message, advice = "booking.turn_full", N_("这一轮已满"), N_("换一轮，或加容量")


class AlreadyBooked(Conflict):
    code, message, advice = "booking.already", N_("这位考生的这一科已经排过"), N_("要换轮次，请用“换轮次”")


class PersonElsewhere(PlanConflict):
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


CONSTRAINTS: dict[str, type[DomainError]] = {
    "no_overlap_room": RoomTaken,
    "no_overlap_workstation": StationTaken,
    "no_overlap_duty": PersonOnDutyTaken,
    "no_overlap_person": PersonElsewhere,
    "uq_booking_live": AlreadyBooked,
    "ck_turn_not_overbooked": TurnFull,
}  # for examops.core.refusals.constraints_as

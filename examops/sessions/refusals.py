"""Why something could not be planned or booked: each refusal says what to do next."""

from __future__ import annotations

from examops.core.errors import Conflict, DomainError, Invalid, NotFound
from examops.core.language import N_
from examops.sites import NoExamRoom, NotLent


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
    advice = N_("改期或另排一个场次，或请考务办公室处理")


class RosterLocked(Conflict):
    """The roster is part of the declaration, and locked with it."""

    code, message = "booking.roster_locked", N_("名单已随申报锁定，不能增减")


# By the state of the session: what is so, and what to do next.
ROSTER_CLAUSE = "考前申报（名单随申报）"
RETURN_FIRST = N_("要改名单，请审批部门先退回申报，改好再报；来不及时取消本场，另排一个场次")
LOCKED_OTHERWISE = (N_("名单已随申报批准，不能增减"), RETURN_FIRST)
LOCKED = {
    "declared": (N_("申报正在审批，名单不能增减"), N_("请审批部门先退回申报，改好名单再报")),
    "running": (N_("考试正在进行，不能增减考生"), N_("没来的考后由考务确认缺考；中途离场在签到台登记")),
    "interrupted": (N_("考试中断，不能增减考生"), N_("恢复考试后再处理，或作废本场另排补考")),
    "finished": (N_("考试已经结束，名单不能再改"), N_("没来的请确认缺考，要补考请另排场次")),
    "cancelled": (N_("场次已取消"), N_("请另排一个场次")),
}


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
    "exam_room_only": NoExamRoom,
    "session_at_own_or_lent_site": NotLent,
}  # for examops.core.refusals.constraints_as

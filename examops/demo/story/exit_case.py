"""The story's exit case: a lost condition that an office found, the body's statement, and the city's suspension."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from examops.core.actor import Actor
from examops.core.clock import FixedClock, today
from examops.exits import Decision, Read, acts_of, decide, open_case, seen_of, state_case, tell_body
from examops.organisations.models import Body

FACT = "养老护理实训室有 6 个工位没有摄像机看得到；内部质量督导员离职两个月，没有人接"
STATEMENT = "属实。实训室 9 月搬了地方，摄像机下月装好；督导员已经补聘，材料随后报送"
REASON = "监控和督导的条件不再具备，机构承认并在整改：暂停备案，装好后由区局到现场核查再恢复"
OPENED, TOLD, STATED = (timedelta(days=days) for days in (26, 25, 17))  # before the decision


def suspend(body: Body, actor_of: Callable[[str], Actor], at: FixedClock) -> None:
    """Decided at that moment; the steps before it are dated as they came. ``actor_of`` takes a role."""
    opened, told, stated = (FixedClock(at.now() - before) for before in (OPENED, TOLD, STATED))
    district, spoken_for = actor_of("district_bureau"), actor_of("coordinator")
    fact = Read(FACT, "区人社局现场检查记录", today(opened) - timedelta(days=1))
    case = open_case(body, "condition_lost", [fact], actor=district, clock=opened, reason="例行现场检查")
    tell_body(case, seen_of(acts_of(case)), actor=district, clock=told)
    state_case(case, STATEMENT, seen_of(acts_of(case)), actor=spoken_for, clock=stated)
    decision = Decision("suspended", REASON)
    decide(case, decision, seen_of(acts_of(case)), actor=actor_of("city_bureau"), clock=at)

"""备案: whether a body may assess an occupation and level on a day. The one guard in front of whatever asks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB

from config.rulebook import Rulebook
from examops.catalogue import LEVELS, district_name, named_occupation
from examops.core.database import db
from examops.core.errors import Conflict
from examops.core.language import N_, message
from examops.organisations.labels import BODY_STATES
from examops.organisations.models import Body, BodyOccupation

CLAUSE = "市工作方案 一、五（备案与退出）"
FILED = "filed"


class NotFiled(Conflict):
    """The body is not filed on that day, or not for this occupation and level."""

    code, message = "body.not_filed", N_("本机构没有在备案状态")
    advice = N_("请联系备案的区人力资源社会保障局")


# What to do next, by the body's state.
NEXT = {
    "draft": N_("先在“备案”里提交首次备案，市局决定后再来"),
    "suspended": N_(
        "已经开考的场次可以考完；名单可以先核对、场次可以先存草稿，作准备。"
        "条件恢复后向市人社局说明，由它恢复备案，见“备案”里的退出事项"
    ),
    "exiting": N_("已决定退出：已经开考的场次可以考完，以后的由市人社局逐场决定，见“备案”里的退出事项"),
    "exited": N_("要再开展认定，重新提交首次备案；限制申请的，过了期限再报"),
    "expired": N_("已经开考的场次可以考完；先在“备案”里办续期"),
}


class OutsideArea(NotFiled):
    """A social organisation that is filed for one district assesses there alone."""

    code, message = "body.outside_area", N_("{body}备案的范围是只在{area}区开展认定，这个考点在{district}区")
    advice = N_("换到{area}区的考点；要面向全市，先办面向全市的备案")


def area_refusal(body: Body, site_district: str, rules: Rulebook, day: date) -> OutsideArea | None:
    """Why no session may be held at a site of this district on ``day``, or None."""
    rule = rules["session.site_in_filed_area"].on(day)
    if body.kind != "social" or body.area in ("", "city", site_district) or not rule.value:
        return None
    words = {"area": district_name(body.area), "district": district_name(site_district)}
    return OutsideArea(clause=rule.clause, body=body.name, **words)


def must_be_filed(body: Body, occupation_code: str, level: str, day: date) -> None:
    """Raises :class:`NotFiled` with its clause unless the body is filed for this occupation and level on ``day``."""
    refusal = filing_refusal(body, [(occupation_code, level)], day)
    if refusal:
        raise refusal


@dataclass(frozen=True)
class Filing:
    """What a body's filing says: its name and state, from which day on, and levels by occupation."""

    body: str
    state: str
    filed_on: date | None
    levels: Mapping[str, Sequence[str]]


def filing_refusal(body: Body, wanted: Iterable[tuple[str, str]], day: date) -> NotFiled | None:
    """The first reason why the body may not assess these (occupation code, level) on ``day``, or None.

    Today the state of the body and its list of occupations are the filing; its documents and terms come later.
    """
    levels = _filed_levels(body) if body.state == FILED else {}
    return refusal_by_filing(Filing(body.name, body.state, body.filed_on, levels), wanted, day)


def refusal_by_filing(filing: Filing, wanted: Iterable[tuple[str, str]], day: date) -> NotFiled | None:
    """The same by what was read already."""
    if filing.state != FILED:
        state = message(BODY_STATES[filing.state])
        return NotFiled(
            N_("{body}现在是“{state}”，不能公告批次、保存报名、申报场次或排人"),
            advice=NEXT[filing.state],
            clause=CLAUSE,
            body=filing.body,
            state=state,
        )
    if filing.filed_on and day < filing.filed_on:
        return NotFiled(
            N_("{body}自 {day} 起备案，这一天还没有备案"),
            advice=N_("改到备案之后的日子"),
            clause=CLAUSE,
            body=filing.body,
            day=filing.filed_on.isoformat(),
        )
    for code, level in wanted:
        if level not in filing.levels.get(code, ()):
            return NotFiled(
                N_("{body}没有备案{occupation}{level}"),
                advice=N_("先办增项备案，或改选已备案的职业和等级"),
                clause=CLAUSE,
                body=filing.body,
                occupation=named_occupation(code).name,
                level=message(LEVELS[level]),
            )
    return None


# A column of a query on bodies: their levels by occupation.
FILED_LEVELS = (
    select(func.jsonb_object_agg(BodyOccupation.occupation_code, BodyOccupation.levels, type_=JSONB()))
    .where(BodyOccupation.body_id == Body.id)
    .correlate(Body)
    .scalar_subquery()
)


def filing_of(body: Body, levels: Mapping[str, Sequence[str]]) -> Filing:
    return Filing(body.name, body.state, body.filed_on, levels if body.state == FILED else {})


def _filed_levels(body: Body) -> dict[str, list[str]]:
    query = select(BodyOccupation).where(BodyOccupation.body_id == body.id)
    return {row.occupation_code: row.levels for row in db.session.execute(query).scalars()}

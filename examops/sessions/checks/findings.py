"""The checks before declaring a session: value, limit, clause, and what to do where it does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from config.rulebook import Rule, Rulebook
from examops.catalogue import PARTS
from examops.core.language import N_, Message, _, cited, message
from examops.sessions.checks import work_plan
from examops.sessions.checks.facts import GroupFacts, SessionFacts
from examops.sessions.checks.panel import PanelNeed, panel_needs

# Citations: law is Chinese for every reader; see core/language/citations.py.
CAMERA_CLAUSE, RECUSAL_CLAUSE, SYSTEM_CLAUSE = "市工作方案 一(三)", "考评人员管理办法 回避", "系统规则"

# To a reader who does not see the body's papers.
UNSEEN_ADVICE = N_("这家机构按什么标准考由它备案的区核对")


@dataclass(frozen=True)
class Check:
    """``outcome`` is pass, fail or unclear: "?" means that nobody has looked yet. ``about`` is "plan" where the
    session is compared with the filed work plan, told in sentences beside the other checks."""

    word: str
    outcome: str
    value: str
    limit: str
    clause: str
    text: str
    advice: str = ""
    about: str = ""

    @property
    def is_report(self) -> bool:
        """Differs from the work plan, and whoever decides is told; nothing is refused."""
        return self.about == "plan" and self.outcome == "unclear"

    @property
    def sentence(self) -> Message:
        """One line: what, how it is, how it should be, by which clause."""
        return message(
            N_("{word} {value}（{limit}，{clause}）"),
            word=self.word,
            value=self.value,
            limit=self.limit,
            clause=cited(self.clause),
        )


def check_session(facts: SessionFacts, rules: Rulebook) -> list[Check]:
    """All of them, passed or not, in the order of the page."""
    return [
        *_filed(facts),
        _lead(facts, rules),
        *[found for group in facts.groups for found in _of_group(facts, group, rules)],
        *_roster(facts),
        *_site(facts),
        *_work_plan(facts, rules),
        _covered(facts),
        _cameras(facts),
        *([] if facts.booked is None else [_recusal(facts)]),
    ]


def _check(
    word: str, passed: bool, value: object, limit: object, rule: Rule | str, advice: str, unclear: bool = False
) -> Check:
    clause, text = (rule, "") if isinstance(rule, str) else (rule.clause, rule.text)
    outcome = "pass" if passed else "unclear" if unclear else "fail"
    return Check(word, outcome, str(value), str(limit), clause, text, "" if passed else advice)


def _word(word: Message | str, facts: SessionFacts, group: GroupFacts) -> str:
    return str(word) if len(facts.groups) == 1 else _("第 {number} 组{word}", number=group.number, word=str(word))


def _filed(facts: SessionFacts) -> Iterator[Check]:
    refusal = facts.filing
    if refusal:
        yield _check(_("备案"), False, refusal.words, _("须已备案"), refusal.clause, refusal.next_step)


def _lead(facts: SessionFacts, rules: Rulebook) -> Check:
    rule = rules["session.declare_lead_working_days"].on(facts.day)
    advice = _("改到 {days} 个工作日以后的日子，或另排一个场次", days=rule.value)
    limit = _("≥ {days} 个工作日", days=rule.value)
    passed = facts.lead_days >= rule.value and not facts.is_late
    return _check(_("提前申报"), passed, facts.lead_days, limit, rule, advice)


def _of_group(facts: SessionFacts, group: GroupFacts, rules: Rulebook) -> Iterator[Check]:
    day = facts.day
    unseen = not group.terms.is_known
    yield from _parts(facts, group, rules)
    least, rule = group.standard.minutes_min(group.part, rules, day)
    limit = _("≥ {minutes} 分钟", minutes=least)
    advice = _(UNSEEN_ADVICE) if unseen else _("把每轮改到 {minutes} 分钟以上", minutes=least)
    word = _word(_("每轮分钟"), facts, group)
    yield _check(word, group.minutes >= least, group.minutes, limit, rule, advice, unclear=unseen)
    for need in panel_needs(group, group.people, rules, day):
        yield _panel(facts, group, need)
    if not group.capacity:
        advice = _("看“限制”一列缺什么：人员、工位或摄像覆盖")
        yield _check(_word(_("每轮能排"), facts, group), False, 0, "≥ 1", SYSTEM_CLAUSE, advice)


def _parts(facts: SessionFacts, group: GroupFacts, rules: Rulebook) -> Iterator[Check]:
    """Only where something says what is examined at this level; the general rule is an example."""
    found = group.standard.parts(rules, facts.day)
    if found is None or group.part in found[0]:
        return
    parts, rule = found
    limit = _("只考 {parts}", parts=_("、").join(_(PARTS[one]) for one in parts if one in PARTS))
    advice = _(UNSEEN_ADVICE) if not group.terms.is_known else _("按所列科目另排，这一组不排")
    word = _word(_("科目"), facts, group)
    yield _check(word, False, _(PARTS[group.part]), limit, rule, advice, unclear=not group.terms.is_known)


def _panel(facts: SessionFacts, group: GroupFacts, need: PanelNeed) -> Check:
    value = _("{have}（{unused} 人候补，用不上）", have=need.have, unused=need.unused) if need.unused else need.have
    more = need.need - (need.have - need.unused)
    advice = _("再安排 {more} 名证件当日有效、无须回避的{word}", more=more, word=str(need.word))
    return _check(_word(need.word, facts, group), need.is_met, value, need.limit, need.rule, advice)


def _roster(facts: SessionFacts) -> Iterator[Check]:
    """The people are part of what is declared; a draft that is not saved has none yet."""
    if facts.booked is None:
        return
    yield _check(_("考生名单"), facts.booked > 0, facts.booked, "≥ 1", SYSTEM_CLAUSE, _("先把考生排进各轮"))
    if facts.held:
        yield _check(_("保留未确认"), False, facts.held, _("须为 {number}", number=0), SYSTEM_CLAUSE, _("先确认或退出"))


def _site(facts: SessionFacts) -> Iterator[Check]:
    """A lease that ends before the exam fails; what nobody entered or verified is "?", never passed."""
    words = {"tenure": _("场地使用权"), "verification": _("考点核验")}
    for one in facts.site:
        clause, text = one.rule.clause, one.rule.text
        advice = _of_lender(str(one.advice), facts)
        yield Check(words[one.code], one.outcome, str(one.value), str(one.limit), clause, text, advice)


def _of_lender(advice: str, facts: SessionFacts) -> str:
    """Who borrows a site cannot mend what is its owner's to mend."""
    if not advice or not facts.lender:
        return advice
    return _("考点是借来的，请 {name}：{advice}", name=facts.lender, advice=advice)


def _work_plan(facts: SessionFacts, rules: Rulebook) -> Iterator[Check]:
    """One line for each difference, or one that says that there is none."""
    if facts.plan is None:
        return
    rule, refused = rules[work_plan.RULE].on(facts.day), work_plan.is_refused(rules, facts.day)
    version = _("第 {version} 版", version=facts.plan.version)
    found = [(group, one) for group in facts.groups for one in work_plan.differences(facts, group)]
    if not found:
        yield replace(_check(_("备案工作方案"), True, _("一致"), version, rule, ""), about="plan")
    for group, one in found:
        limit = _("{version}：{planned}", version=version, planned=one.planned)
        word = _word(_("与备案工作方案不同"), facts, group)
        check = _check(word, False, one.value, limit, rule, one.advice, unclear=not refused)
        yield replace(check, about="plan")


def _covered(facts: SessionFacts) -> Check:
    passed = facts.covered == facts.stations > 0
    advice, value = _("给看不到的工位加摄像机，或不用这些工位"), str(facts.covered)
    if facts.dark:
        names = _("、").join(facts.dark)
        value = _("{count}（{names} 那段时间停用）", count=facts.covered, names=names)
        advice = _("在“停用”里恢复 {names}，给看不到的工位加摄像机，或不用这些工位", names=names)
    return _check(_("工位覆盖"), passed, value, f"/ {facts.stations}", CAMERA_CLAUSE, _of_lender(advice, facts))


def _cameras(facts: SessionFacts) -> Check:
    passed = facts.admitted == facts.cameras > 0
    advice = _("先给未准入的摄像机做准入检查")
    clause, limit = CAMERA_CLAUSE, f"/ {facts.cameras}"
    return _check(_("摄像机准入"), passed, facts.admitted, limit, clause, _of_lender(advice, facts))


def _recusal(facts: SessionFacts) -> Check:
    """Never green before everybody on duty has stated their relations to everybody on the list."""
    aside = sum(one.recusal == "fail" for one in facts.people)
    silent = sum(one.recusal == "unclear" for one in facts.people)
    word, limit = _("须回避"), _("须为 {number}", number=0)
    if aside:
        return _check(word, False, aside, limit, RECUSAL_CLAUSE, _("换人，或把有关系的考生换到别的场次"))
    value = _("{count} 人未声明", count=silent) if silent else 0
    advice = _("请当值人员各自看名单、声明有无须回避的关系")
    return _check(word, not silent and bool(facts.people), value, limit, RECUSAL_CLAUSE, advice, unclear=True)

"""The gates of a declaration and of a start: each failing check is named with its clause and what to do."""

from __future__ import annotations

from config.calendar import Calendar
from config.rulebook import Rulebook
from examops.core.clock import Clock
from examops.core.errors import Conflict
from examops.core.language import N_, Message, join_messages, message
from examops.sessions.checks.facts import SessionFacts
from examops.sessions.checks.findings import Check, check_session
from examops.sessions.checks.panel import panel_needs
from examops.sessions.declarations.facts import session_facts
from examops.sessions.models import ExamSession
from examops.sessions.overview.session_view import session_view


class NotDeclarable(Conflict):
    code, message = "session.checks_failed", N_("核对没有通过，不能申报")


class NoPanel(Conflict):
    code, message = "session.no_panel", N_("到岗人员不成合法的考评组，不能开考")


def session_checks(session: ExamSession, rules: Rulebook, calendar: Calendar, clock: Clock) -> list[Check]:
    return check_session(session_facts(session_view(session.uid), calendar, clock), rules)


def must_pass_checks(session: ExamSession, rules: Rulebook, calendar: Calendar, clock: Clock) -> None:
    """Raises :class:`NotDeclarable` with every check that fails; "?" is no failure, it is shown to who decides."""
    failed = [check for check in session_checks(session, rules, calendar, clock) if check.outcome == "fail"]
    if failed:
        raise NotDeclarable(
            N_("核对有 {count} 项没有通过，不能报送或批准：{checks}"),
            advice="{steps}",
            clause="；".join(dict.fromkeys(check.clause for check in failed)),
            count=len(failed),
            checks=join_messages(N_("；"), [check.sentence for check in failed]),
            steps=join_messages(N_("；"), list(dict.fromkeys(check.advice for check in failed))),
        )


def start_refusals(session: ExamSession, rules: Rulebook, calendar: Calendar, clock: Clock) -> list[Message]:
    """Why the session may not start: what is missing of a lawful panel among those who signed in, in person."""
    return panel_refusals(session_facts(session_view(session.uid), calendar, clock), rules)


def panel_refusals(facts: SessionFacts, rules: Rulebook) -> list[Message]:
    found = []
    for group in facts.groups:
        came = [one for one in group.people if one.is_signed_in and one.recusal == "pass"]
        for need in panel_needs(group, came, rules, facts.day):
            if not need.is_met:
                found.append(
                    message(
                        N_("{group}：到岗的{word} {have} 人，须 {limit}（{clause}）"),
                        group=group.title,
                        word=need.word,
                        have=need.have,
                        limit=need.limit,
                        clause=need.rule.clause,
                    )
                )
    return found


def must_have_panel(session: ExamSession, rules: Rulebook, calendar: Calendar, clock: Clock) -> None:
    """Raises :class:`NoPanel`."""
    missing = start_refusals(session, rules, calendar, clock)
    if missing:
        raise NoPanel(
            N_("不能开考：{missing}"),
            advice=N_("请当值人员本人到岗签到，人不够时换人顶班"),
            missing=join_messages(N_("；"), missing),
        )

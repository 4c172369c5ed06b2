"""States of an exit case, the transitions between them, and whose clock runs in each."""

from __future__ import annotations

from enum import StrEnum


class CaseState(StrEnum):
    DRAFTED = "drafted"
    TOLD = "told"  # the body may state its case
    HEARD = "heard"  # it has, or its term is over
    WINDING_DOWN = "winding_down"  # decided; sessions of the body wait for a decision each
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


S = CaseState
CASE_TRANSITIONS: dict[CaseState, set[CaseState]] = {
    S.DRAFTED: {S.TOLD, S.WITHDRAWN},
    S.TOLD: {S.HEARD, S.WITHDRAWN},
    S.HEARD: {S.WINDING_DOWN, S.DECIDED, S.WITHDRAWN},
    S.WINDING_DOWN: {S.DECIDED},
}
OPEN_STATES = (S.DRAFTED, S.TOLD, S.HEARD)
DECIDED = (S.WINDING_DOWN, S.DECIDED)
# State → who must act, and the rule that says within how many working days.
CLOCKS: dict[CaseState, tuple[str, str]] = {
    S.DRAFTED: ("district_bureau", "exit.review_working_days"),
    S.TOLD: ("coordinator", "exit.hearing_working_days"),
    S.HEARD: ("city_bureau", "exit.decision_working_days"),
    S.WINDING_DOWN: ("city_bureau", "exit.sessions_working_days"),
}
# Ground → the rule with its clause.
GROUNDS = {
    "idle": "exit.idle_months",
    "condition_lost": "exit.condition_lost",
    "misconduct": "exit.misconduct",
    "own_wish": "exit.own_wish",
}
# "barred": the body had left already; the bar alone follows, and the body and the directory stay as they are.
DECISIONS = ("dismissed", "suspended", "removed", "barred")
BARRING = ("removed", "barred")
LEFT = ("exiting", "exited")  # states of a body that goes or is gone
CHOICES = ("keep", "cancel", "move")

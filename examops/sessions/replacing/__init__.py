"""换人: somebody on duty is replaced in a session that was approved and has not begun."""

from examops.sessions.replacing.choosing import Choice, choices
from examops.sessions.replacing.rules import NotFit, NotReplaceable, Place, is_replaceable, must_be_replaceable
from examops.sessions.replacing.writing import ChecksWorse, OnDutyHere, duty_of_session, replace_duty

__all__ = [
    "ChecksWorse",
    "Choice",
    "NotFit",
    "NotReplaceable",
    "OnDutyHere",
    "Place",
    "choices",
    "duty_of_session",
    "is_replaceable",
    "must_be_replaceable",
    "replace_duty",
]

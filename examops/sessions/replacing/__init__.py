"""换人: somebody on duty is replaced in a session that was approved and has not begun."""

from examops.sessions.replacing.choosing import Choice, choices
from examops.sessions.replacing.rules import NotFit, NotReplaceable, Place, is_replaceable
from examops.sessions.replacing.writing import ChecksWorse, OnDutyHere, open_place, replace_duty

__all__ = [
    "ChecksWorse",
    "Choice",
    "NotFit",
    "NotReplaceable",
    "OnDutyHere",
    "Place",
    "choices",
    "is_replaceable",
    "open_place",
    "replace_duty",
]

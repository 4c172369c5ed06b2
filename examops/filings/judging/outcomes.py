"""What a condition comes to, and what stands in the way as a code that pages put into words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    MET = "met"
    MISSING = "missing"
    OPEN = "open"  # "?": nobody who may has looked, or it is too old


class Why(StrEnum):
    """What stands in the way; ``NOTHING``, ``WAIVED`` and ``ELSEWHERE`` where the condition is met."""

    NOTHING = ""
    WAIVED = "waived"
    ELSEWHERE = "elsewhere"  # asked of city-wide work only, and this filing is for one district
    ABSENT = "absent"  # not filled in, not uploaded
    BELOW = "below"  # under the limit
    NO = "no"  # answered, and the answer is against it
    UNSOUND = "unsound"  # a reader found the document wanting
    TYPED = "typed"  # only filled in: no document and no look-up
    UNLISTED = "unlisted"  # stated, and no list to count by
    NO_YEARS = "no_years"  # a total, and no figures by year that it adds up from
    UNREAD = "unread"  # the document waits for its reader
    STALE = "stale"  # as of a day too long ago
    UNDECIDED = "undecided"  # waits for the named person who decides it
    REFUSED = "refused"  # the named person decided against it
    UNCLASSIFIED = "unclassified"  # no section of the size table: a person classifies
    UNCONFIRMED = "unconfirmed"  # the city has not confirmed the value it rests on
    UNCHECKED = "unchecked"  # counted, and enough: a named person has not yet gone through who counts
    CHANGED = "changed"  # who counts is no longer what that person went through


@dataclass(frozen=True)
class Judged:
    outcome: Outcome
    why: Why = Why.NOTHING


MET = Judged(Outcome.MET)
_OPEN = {
    *(Why.TYPED, Why.UNLISTED, Why.NO_YEARS, Why.UNREAD, Why.STALE, Why.UNDECIDED),
    *(Why.UNCLASSIFIED, Why.UNCONFIRMED, Why.UNCHECKED, Why.CHANGED),
}


def because(why: Why) -> Judged:
    """The outcome that belongs to what stands in the way."""
    if why in (Why.NOTHING, Why.WAIVED, Why.ELSEWHERE):
        return Judged(Outcome.MET, why)
    return Judged(Outcome.OPEN if why in _OPEN else Outcome.MISSING, why)

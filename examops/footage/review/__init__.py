"""Front door of review."""

from examops.footage.review.decisions import decide_flag, flag_of
from examops.footage.review.flags import Draft, conclude, make_flag, verdicts_of
from examops.footage.review.viewings import record_viewing
from examops.footage.review.watched_time import Claim
from examops.footage.review.watching import count_watched

__all__ = [
    "Claim",
    "Draft",
    "conclude",
    "count_watched",
    "decide_flag",
    "flag_of",
    "make_flag",
    "record_viewing",
    "verdicts_of",
]

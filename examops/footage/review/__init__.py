"""Front door of review."""

from examops.footage.review.flags import Draft, conclude, decide_flag, flag_of, make_flag, verdicts_of
from examops.footage.review.viewings import record_viewing

__all__ = ["Draft", "conclude", "decide_flag", "flag_of", "make_flag", "record_viewing", "verdicts_of"]

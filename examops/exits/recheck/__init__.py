"""Every night each filed body is judged again with what is true today; what is lost drafts a case where a rule acts."""

from examops.exits.recheck.judging import judge_kept
from examops.exits.recheck.running import Night, recheck, recheck_batch

__all__ = ["Night", "judge_kept", "recheck", "recheck_batch"]

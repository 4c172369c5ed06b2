"""``python -m examops seed-large``: a year of sessions, for measuring lists and timelines. Nobody in it is real.

Everything goes through the job role and row-level security, with every constraint on, so ``examops check`` holds
afterwards. Segments of other sessions than the measured one are rows in the state ``purged``: their bytes do not exist
and nothing claims that they do.
"""

from examops.ops.seed_large.amounts import Amounts
from examops.ops.seed_large.command import main
from examops.ops.seed_large.fill import fill

__all__ = ["Amounts", "fill", "main"]

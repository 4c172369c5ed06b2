"""``python -m bench.dataset``: a year of sessions, for measuring lists and timelines. Nobody in it is real.

Everything goes through the job role and row-level security, with every constraint on, so ``examops check`` holds
afterwards. Segments of other sessions than the measured one are rows in the state ``purged``: their bytes do not exist
and nothing claims that they do.
"""

from bench.dataset.amounts import Amounts
from bench.dataset.command import main
from bench.dataset.fill import fill

__all__ = ["Amounts", "fill", "main"]

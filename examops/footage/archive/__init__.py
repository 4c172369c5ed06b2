"""Front door of archive."""

from examops.footage.archive.arming import armed_time, plan_armings
from examops.footage.archive.intervals import Span

__all__ = ["Span", "armed_time", "plan_armings"]

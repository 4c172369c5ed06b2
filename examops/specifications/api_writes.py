"""What is written of specifications and work plans: importing the modules adds their routes."""

from __future__ import annotations

from examops.specifications import api_drafts, api_levels, api_plans
from examops.specifications.api import bp

__all__ = ["api_drafts", "api_levels", "api_plans", "bp"]

"""The whole API of filings: importing the modules adds their routes."""

from __future__ import annotations

from examops.filings import api_begin, api_occupations, api_papers, api_published, api_steps
from examops.filings.api import bp

__all__ = ["api_begin", "api_occupations", "api_papers", "api_published", "api_steps", "bp"]

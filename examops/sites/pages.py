"""All pages of sites: importing the modules adds their routes."""

from __future__ import annotations

from examops.sites import plan_pages, site_pages
from examops.sites.blueprint import bp

__all__ = ["bp", "plan_pages", "site_pages"]

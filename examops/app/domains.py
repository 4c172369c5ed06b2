"""The domains of the product, the lowest layer first: adding one is one line here and a folder of its own."""

from __future__ import annotations

import importlib
from functools import cache

from examops.core.domain import Registry

DOMAINS = (
    "examops.core",
    "examops.web",
    "examops.audit",
    "examops.accounts",
    "examops.outbox",
    "examops.offices",
    "examops.catalogue",
    "examops.organisations",
    "examops.sites",
    "examops.eligibility",
    "examops.staff",
    "examops.specifications",
    "examops.filings",
    "examops.registration",
    "examops.sessions",
    "examops.exits",
    "examops.checkin",
    "examops.candidates",
    "examops.footage",
    "examops.public",
    "examops.ops",
    # The scheduler sits above the application, so it is named here and imported by nobody.
    "scheduler",
)


@cache
def registry(packages: tuple[str, ...] = DOMAINS) -> Registry:
    """The registry of these packages' manifests."""
    return Registry(tuple(importlib.import_module(package).DOMAIN for package in packages))

"""The kinds of specifications that a body may draft."""

from __future__ import annotations

from datetime import date

from config.rulebook import rulebook
from examops.core.language import _
from examops.organisations.models import Body
from examops.specifications.labels import KIND_WORDS
from examops.specifications.models import OWN_KINDS


def kinds_for(body: Body, day: date) -> list[tuple[str, str]]:
    """Kind and name, the likeliest first: its own only where they may take the national standard's place."""
    may_replace = body.kind in rulebook().value("specification.replaces_standard", day)
    codes = (*sorted(OWN_KINDS), "national") if may_replace else ("national",)
    return [(code, _(KIND_WORDS[code])) for code in codes]

"""Answers that browsers and proxies in between may keep: the directory changes a few times a day at most."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from examops.accounts import count_attempt
from examops.core.clock import today
from examops.core.extensions import clock, settings
from examops.core.language import current_language
from examops.core.transaction import transaction
from examops.public.editions import Edition, edition_of
from examops.web.assets import asset

MAX_AGE_S = 60
VIEWS_PER_WINDOW, MINUTES = 300, 10  # of one address: an office behind one address shares them


def count_view(kind: str, limit: int = VIEWS_PER_WINDOW) -> None:
    """Raises TooManyAttempts beyond ``limit`` of this kind from one address in ten minutes."""
    with transaction():
        count_attempt(f"{kind}:{request.remote_addr}", limit=limit, minutes=MINUTES, clock=clock())


def kept_answer(write: Callable[[Edition], ResponseReturnValue]) -> Response:
    """The answer that ``write`` makes of today's edition, or 304 to a reader who has it.

    It depends on what is published, the day, the address asked for, the reader's language and this release.
    """
    edition = edition_of(today(clock()))
    tag = _tag(edition)
    is_known = request.if_none_match.contains_weak(tag)  # proxies that compress make a tag weak
    response = Response(status=304) if is_known else make_response(write(edition))
    response.set_etag(tag)
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE_S}"
    response.vary.add("Cookie")  # the language
    return response


def _tag(edition: Edition) -> str:
    given = settings()
    parts = (
        edition,
        request.full_path,
        current_language(),
        asset("css/public.css"),
        given.certificate_lookup_url,
        given.complaint_contacts,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:24]

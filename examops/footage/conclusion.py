"""What a conclusion rests on: coverage and gaps of each camera, how much of it the person has watched."""

from __future__ import annotations

from typing import Any

from config.rulebook import Rulebook
from examops.core.actor import Actor
from examops.core.clock import SHANGHAI, Clock
from examops.footage.flags import verdicts_of
from examops.footage.gaps import coverage
from examops.footage.intervals import total
from examops.footage.looks import seen_spans
from examops.footage.review import cameras_of_session, gaps_json, place_words
from examops.sessions.models import ExamSession


def conclusion_page(session: ExamSession, *, actor: Actor, rulebook: Rulebook, clock: Clock) -> dict[str, Any]:
    """``{place, limit, cameras: [{label, percent, gaps, seen}], verdicts, is_done}``; ``is_done``: this person has concluded."""
    seen = seen_spans(session.id, actor.uid)
    verdicts = verdicts_of(session.id)
    cameras = [
        {
            "label": camera.label, "percent": round(coverage(arming, clock).percent, 1), "gaps": gaps_json(arming),
            "seen": total(seen.get(camera.id, [])),
        }
        for arming, camera in cameras_of_session(session)
    ]  # fmt: skip
    return {
        "place": place_words(session), "cameras": cameras, "verdicts": verdicts,
        "limit": rulebook.value("footage.coverage_percent_min", session.starts_at.astimezone(SHANGHAI).date()),
        "is_done": any(verdict.author_uid == actor.uid for verdict in verdicts),
    }  # fmt: skip

"""What a conclusion rests on: coverage and gaps of each camera, how much of it the person has watched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from config.rulebook import Rulebook
from examops.core.actor import Actor
from examops.core.clock import Clock, local_day
from examops.footage.archive.gaps import arming_record, coverage_of, footage_spans
from examops.footage.archive.intervals import Span, total
from examops.footage.archive.late_gaps import undecided_of
from examops.footage.review.flags import verdicts_of
from examops.footage.review.people import places_of
from examops.footage.review.room import SHOWN, cameras_of_session, gaps_json
from examops.footage.review.watched_time import share_of
from examops.footage.review.watching import watched_spans
from examops.sessions.models import ExamSession
from examops.web.formats import parsed


@dataclass(frozen=True)
class GapSum:
    """Gaps of one camera that are called the same: ``spans`` as :func:`gaps_json` gives them, and how long in all."""

    words: str
    spans: list[dict[str, Any]]
    length: timedelta


def gap_sums(gaps: Iterable[dict[str, Any]]) -> list[GapSum]:
    """The longest first: a camera that stutters has a hundred gaps, and nobody reads a hundred lines."""
    kinds: dict[str, list[dict[str, Any]]] = {}
    for gap in gaps:
        kinds.setdefault(gap["words"], []).append(gap)
    sums = [GapSum(words, spans, sum(map(_length, spans), timedelta())) for words, spans in kinds.items()]
    return sorted(sums, key=lambda one: -one.length)


def _length(gap: dict[str, Any]) -> timedelta:
    return parsed(gap["end"]) - parsed(gap["start"])


def conclusion_page(session: ExamSession, *, actor: Actor, rulebook: Rulebook, clock: Clock) -> dict[str, Any]:
    """``{place, limit, share, duty, cameras: [{label, percent, gaps: [GapSum], seen}], verdicts, is_done, late}``.

    ``is_done``: by this person. ``late``: gaps reported since, that nobody has decided on.
    """
    seen = watched_spans(session.id, actor.uid)
    verdicts = verdicts_of(session.id)
    pairs = cameras_of_session(session)
    known = arming_record([arming for arming, _ in pairs])
    cameras = [
        {
            "label": camera.label,
            "percent": round(coverage_of(known[arming.id], clock).percent, 1),
            "gaps": gap_sums(gaps_json(known[arming.id].gaps)),
            "seen": total(seen.get(camera.id, [])),
        }
        for arming, camera in pairs
    ]
    share = share_of(
        Span(session.starts_at, session.ends_at),
        ((footage_spans(known[arming.id].in_state(*SHOWN)), seen.get(camera.id, [])) for arming, camera in pairs),
    )
    return {
        "share": share,
        "duty": rulebook.value("footage.duty_watch_percent", local_day(session.starts_at)),
        "place": places_of([session.id])[session.id].words,
        "cameras": cameras,
        "verdicts": verdicts,
        "limit": rulebook.value("footage.coverage_percent_min", local_day(session.starts_at)),
        "late": undecided_of(session) if verdicts else 0,
        "is_done": any(verdict.author_uid == actor.uid for verdict in verdicts),
    }

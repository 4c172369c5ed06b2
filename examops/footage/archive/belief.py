"""What is believed of a camera's time where footage and gaps contradict each other. Pure; the only place that decides.

Verified footage is there, whoever says that it is missing: its digest was compared in the store. Of the rest, a box
that was there knows better than the server, which only sees that nothing came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from examops.footage.archive.intervals import Span, clip, subtract


@dataclass(frozen=True)
class Account:
    """Disjoint spans that together are the window: recorded, pending, missing by a box or by the server, unknown."""

    recorded: list[Span]
    reported: list[Span]
    pending: list[Span]
    derived: list[Span]
    unknown: list[Span]


def account(
    window: Span,
    *,
    verified: Iterable[Span] = (),
    reported: Iterable[Span] = (),
    expected: Iterable[Span] = (),
    derived: Iterable[Span] = (),
) -> Account:
    """Every instant of ``window`` to the first of these that speaks of it, in this order.

    ``verified`` footage, gaps ``reported`` by a box, footage ``expected`` (announced, not yet verified), gaps
    ``derived`` by the server. Spans may overlap, repeat and reach beyond the window.
    """
    taken: list[Span] = []
    believed: list[list[Span]] = []
    for source in (verified, reported, expected, derived):
        found = subtract(clip(source, window), taken)
        believed.append(found)
        taken = [*taken, *found]
    recorded, missing, pending, guessed = believed
    return Account(recorded, missing, pending, guessed, subtract([window], taken))

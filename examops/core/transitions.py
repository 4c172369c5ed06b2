"""State machines as tables: state → states that may follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from examops.core.errors import IllegalTransition


def check_transition(transitions: Mapping[Any, Collection[Any]], now: str, to: str) -> None:
    """Raise :class:`IllegalTransition` unless the table allows ``now`` → ``to``."""
    if to not in transitions.get(now, ()):
        raise IllegalTransition(now=str(now), to=str(to))

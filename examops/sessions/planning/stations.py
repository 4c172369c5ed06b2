"""Codes of workstations as people write them: ``A-01~A-06、A-09``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from examops.core.language import _
from examops.sites import read_codes, split_code


def station_words(stations: Sequence[Any]) -> str:
    """``A-01–A-06、A-09``: neighbours by ``code`` are drawn together."""
    runs: list[list[str]] = []
    for code in [station.code for station in stations]:
        if runs and _follows(runs[-1][-1], code):
            runs[-1].append(code)
        else:
            runs.append([code])
    return _("、").join("–".join(dict.fromkeys((run[0], run[-1]))) for run in runs)


def _follows(code: str, after: str) -> bool:
    head, digits = split_code(code)
    next_head, next_digits = split_code(after)
    return bool(digits and next_digits) and head == next_head and int(next_digits) == int(digits) + 1


def read_stations(text: str) -> tuple[str, ...] | int | None:
    """``A-01~A-06、A-09`` → codes; ``6`` → six of them; nothing → all that nobody else uses.

    Raises ValueError for a range that runs backwards, or for more codes than any room has.
    """
    text = text.strip()
    if not text:
        return None
    if re.fullmatch(r"[1-9][0-9]{0,2}", text):
        return int(text)
    return read_codes(text)

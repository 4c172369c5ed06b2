"""Codes of workstations as people write them: ``A-01~A-06、A-09``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from examops.core.language import _
from examops.sites.models import Workstation

RANGE_MARKS, LIST_MARKS = re.compile(r"\s*[~～至–—]\s*"), re.compile(r"[\s,，、;；]+")
MAX_RUN, MAX_CODES = 500, 1000  # of one range, and of all that one group names


def station_words(stations: Sequence[Workstation]) -> str:
    """``A-01–A-06、A-09``: neighbours by code are drawn together."""
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


def split_code(code: str) -> tuple[str, str]:
    """``A-07`` → (``A-``, ``07``)"""
    head = code.rstrip("0123456789")
    return head, code[len(head) :]


def read_stations(text: str) -> tuple[str, ...] | int | None:
    """``A-01~A-06、A-09`` → codes; ``6`` → six of them; nothing → all that nobody else uses.

    Raises ValueError for a range that runs backwards, or for more codes than any room has.
    """
    text = text.strip()
    if not text:
        return None
    if re.fullmatch(r"[1-9][0-9]{0,2}", text):
        return int(text)
    codes: dict[str, None] = {}
    for piece in LIST_MARKS.split(RANGE_MARKS.sub("~", text)):
        codes.update(dict.fromkeys(_run(piece) if piece else ()))
        if len(codes) > MAX_CODES:
            raise ValueError(text)
    return tuple(codes)


def _run(piece: str) -> list[str]:
    first, mark, last = piece.partition("~")
    if not mark:
        return [first]
    head, digits = split_code(first)
    last_head, last_digits = split_code(last)
    if not digits or not last_digits or last_head not in ("", head):
        raise ValueError(piece)
    if not 0 <= int(last_digits) - int(digits) <= MAX_RUN:
        raise ValueError(piece)
    return [f"{head}{number:0{len(digits)}d}" for number in range(int(digits), int(last_digits) + 1)]

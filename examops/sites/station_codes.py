"""Codes of workstations as people write them: ``A-01~A-06、A-09``."""

from __future__ import annotations

import re

RANGE_MARKS, LIST_MARKS = re.compile(r"\s*[~～至–—]\s*"), re.compile(r"[\s,，、;；]+")
HYPHEN_RUN = re.compile(r"([^\d~]+\d+)-([^\d~]+\d+)")  # A01-A40; in A-01 the hyphen is part of the code
MAX_RUN, MAX_CODES = 500, 1000  # of one range, and of all that are named at once


def split_code(code: str) -> tuple[str, str]:
    """``A-07`` → (``A-``, ``07``)"""
    head = code.rstrip("0123456789")
    return head, code[len(head) :]


def read_codes(text: str) -> tuple[str, ...]:
    """``A-01~A-06、A-09`` → codes, each once, as written.

    Raises ValueError for a range that runs backwards, or for more codes than any room has.
    """
    codes: dict[str, None] = {}
    for piece in LIST_MARKS.split(RANGE_MARKS.sub("~", text.strip())):
        codes.update(dict.fromkeys(_run(piece) if piece else ()))
        if len(codes) > MAX_CODES:
            raise ValueError(text)
    return tuple(codes)


def _run(piece: str) -> list[str]:
    hyphen = HYPHEN_RUN.fullmatch(piece)
    first, mark, last = (hyphen[1], "-", hyphen[2]) if hyphen else piece.partition("~")
    if not mark:
        return [first]
    head, digits = split_code(first)
    last_head, last_digits = split_code(last)
    if not digits or not last_digits or last_head not in ("", head):
        raise ValueError(piece)
    if not 0 <= int(last_digits) - int(digits) <= MAX_RUN:
        raise ValueError(piece)
    return [f"{head}{number:0{len(digits)}d}" for number in range(int(digits), int(last_digits) + 1)]

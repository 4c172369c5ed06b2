"""An unforeseen exception as a log may say it: where, of which type, and its text without what people typed or are
called. The database's own words are left out: they repeat whole rows (``DETAIL:  Failing row contains (…)``)."""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any

MOST = 8  # exceptions of one chain; a longer one says nothing more
LONGEST = 300
LEFT_OUT = (
    re.compile(r"\s*\b(DETAIL|CONTEXT|HINT):.*", re.DOTALL),
    re.compile(r"(?<=://)[^/@\s]*@"),  # login and password of an address
    re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL),  # quoted: mostly the value that did not fit
    re.compile(r"[^\x00-\x7f]+"),  # names of people
    re.compile(r"\d{6,}[\dXx]*|\b\w{20,}\b"),  # ID numbers, telephones, codes, tokens
)


def failure_text(error: BaseException) -> str:
    """The whole chain, the cause first, as a traceback is written."""
    return "\n".join("".join(_lines(one)) for one in reversed(list(_chain(error))))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _number in range(MOST):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _lines(error: BaseException) -> Iterator[str]:
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    name = _type_name(type(error))
    yield f"{name}: {_without_values(str(error))}{_of_database(error)}"


def _type_name(kind: type[BaseException]) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _without_values(text: str) -> str:
    for pattern in LEFT_OUT:
        text = pattern.sub("…", text)
    return text[:LONGEST]


def _of_database(error: BaseException) -> str:
    """What tells a database's refusal: its code and the names of constraint, table and column."""
    diag: Any = getattr(error, "diag", None)
    names = (getattr(diag, name, None) for name in ("sqlstate", "constraint_name", "table_name", "column_name"))
    known = " ".join(name for name in names if name)
    return f" [{known}]" if known else ""


class FailureFormatter(logging.Formatter):
    """Lines with exceptions as :func:`failure_text` says them."""

    def formatException(self, ei: Any) -> str:
        return failure_text(ei[1]) if ei[1] else ""

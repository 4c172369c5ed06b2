"""Keyset paging of lists in order of time, newest first: a page begins after the last row of the page before.

The row id is part of the key, so rows of the same time are neither skipped nor repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, tuple_

from examops.core.errors import Invalid
from examops.core.language import N_
from examops.core.scope import own_body_value

T = TypeVar("T")
OLDEST, NEWEST = 1900, 2199  # years that rows may have; a forged key can name others, which no zone converts


def newest_first(query: Select[Any], when: Any, number: Any, before: str | None, page: int) -> Select[Any]:
    """A page and one row more of ``query``, from ``before`` (a :func:`key_of`) on.

    Raises :class:`Invalid` for a malformed key.
    """
    if before:
        query = query.where(tuple_(when, number) < tuple_(*_read_key(before, when.type.python_type)))
    return query.order_by(when.desc(), number.desc()).limit(page + 1)


def key_of(when: date, number: int) -> str:
    return f"{when.isoformat()}~{number}"


def _read_key(key: str, kind: type[date]) -> tuple[date, int]:
    try:
        when, number = key.split("~")
        moment = datetime.fromisoformat(when) if issubclass(kind, datetime) else date.fromisoformat(when)
        if isinstance(moment, datetime) and moment.tzinfo is None:
            raise ValueError(key)
        if not OLDEST <= moment.year <= NEWEST or not 0 <= int(number) < 2**63:
            raise ValueError(key)
        return moment, int(number)
    except ValueError as error:
        raise Invalid(N_("翻页的位置不对"), advice=N_("回到第一页再翻")) from error


def page_and_next(rows: Sequence[T], page: int) -> tuple[list[T], T | None]:
    """The page, and its last row if another page follows, else None."""
    return list(rows[:page]), rows[page - 1] if len(rows) > page else None


def of_own_body(query: Select[Any], body_id: Any) -> Select[Any]:
    """Name the one body of the scope, if it is one: row-level security alone could use no index for it.

    The condition only speeds up the query; row-level security still decides what is visible.
    """
    own = own_body_value()
    return query if own is None else query.where(body_id == own)

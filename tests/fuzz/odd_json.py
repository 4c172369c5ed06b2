"""JSON near to a valid call: values exchanged for odd ones, keys dropped or added, lists emptied or grown."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 10**400, 0.5, -0.0, 1e308),
    *("", " ", "0", "-1", "1e999999999", "٣", "²", "a\x00b", "a\ud800b", "\u202e", "x" * 5000, "9" * 20_000),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-11-23T09:00:00+23:59", "2026-11-23T24:61:00Z"),
    *("00000000-0000-0000-0000-000000000000", "not-a-uuid", [], {}, [[]], [None], {"": ""}),
)


def mutated(valid: Any) -> st.SearchStrategy[Any]:
    """``valid`` with one to four changes, each at any depth."""
    return st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 2**16)), min_size=1, max_size=4).map(
        lambda changes: _apply(valid, changes)
    )


def _apply(valid: Any, changes: list[tuple[int, int]]) -> Any:
    root = {"body": copy.deepcopy(valid)}
    for place, kind in changes:
        holders = list(_places(root))
        holder, key = holders[place % len(holders)]
        _change(holder, key, kind)
    return root.get("body")


def _places(value: Any) -> Any:
    """Every (container, key), the outermost first."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in list(inner):
        yield value, key
        yield from _places(one)


def _change(holder: Any, key: Any, kind: int) -> None:
    way, number = kind % 8, kind // 8
    if way == 0 and isinstance(holder, dict) and len(holder) > 1:
        del holder[key]
    elif way == 1 and isinstance(holder, list):
        holder.extend(copy.deepcopy(holder[key]) for _ in range(number % 4))
    else:
        holder[key] = copy.deepcopy(ODD[number % len(ODD)])

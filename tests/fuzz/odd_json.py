"""JSON near to a valid call: values exchanged for odd ones, keys dropped or added, lists emptied or grown."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.spoiling import CORPUS

# What was found is kept by a line in the file; what is only long is made here.
KEPT = json.loads((CORPUS / "odd_values.json").read_text("utf-8"))
ODD: tuple[Any, ...] = (*KEPT, 10**400, "x" * 5000, "9" * 20_000)


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

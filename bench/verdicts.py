"""Whether a measured row has what was aimed at: a goal is a relation and a number, of the ratio where there is one."""

from __future__ import annotations

import operator
import re
from typing import Any

NONE, REACHED, MISSED = "–", "reached", "not reached"
_goal = re.compile(r"(?:(ours|ratio) )?(<=|>=|=) (\d+(?:\.\d+)?)").fullmatch
_relations = {"<=": operator.le, ">=": operator.ge, "=": operator.eq}


def verdict(row: dict[str, Any]) -> str:
    """``goal`` of the row is like ``<= 1.3``, ``ours <= 100`` or ``–``. Raises ValueError for any other.

    A ratio that could not be taken, because its peer is not installed, is not judged.
    """
    if row["goal"] == NONE:
        return NONE
    found = _goal(row["goal"])
    if found is None:
        raise ValueError(f"{row['name']}: {row['goal']!r} is no goal")
    of, relation, number = found.groups()
    value = row.get(of or ("ratio" if "ratio" in row else "ours"))
    if value is None:
        return NONE
    return REACHED if _relations[relation](value, float(number)) else MISSED

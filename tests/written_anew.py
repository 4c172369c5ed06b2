"""Every query that is written once (examops.core.queries) is compared, wherever a test reaches it, with one written
anew from the same values: a function that looks at something else would go on with what it saw the first time.

The first time the texts are compared, values written into them; from then on SQLAlchemy's key and the values, which
costs what an ordinary statement costs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, cast
from uuid import UUID

import pytest

from examops.core.prepared import PLACE, _literal
from examops.core.queries import OWN_BODY, Query, _Written
from examops.core.scope import Scope, current_scope, own_body, scoped


class Known(NamedTuple):
    """``places``: for each value of the key the name of its argument, or None and the value itself."""

    key: Any
    places: list[tuple[str | None, Any]]


_known: dict[tuple[Query[Any, Any], bool], Known | None] = {}
# A value that the code does not hold, for each kind of argument; of a truth value there is none.
ODD: dict[Any, Callable[[int], Any]] = {
    int: lambda n: 7_000_000_000 + n,
    str: lambda n: f"odd {n}",
    bytes: lambda n: f"odd {n}".encode(),
    date: lambda n: date(1801 + n, 1, 1),
    datetime: lambda n: datetime(1801 + n, 1, 1, tzinfo=UTC),
    UUID: lambda n: UUID(int=n),
    list[int]: lambda n: [7_000_000_000 + n],
    list[str]: lambda n: [f"odd {n}"],
}


@pytest.fixture(scope="session", autouse=True)
def written_anew() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        ask = Query.__call__

        def compared(query: Query[Any, Any], *given: Any, **named: Any) -> Any:
            if not current_scope().narrowed:
                compare(query, given, named)
            return ask(query, *given, **named)

        patch.setattr(Query, "__call__", compared)
        yield


def compare(query: Query[Any, Any], given: tuple[Any, ...], named: dict[str, Any]) -> None:
    scope = current_scope()
    has_one = own_body(scope) is not None
    values = query.values(given, named) | {OWN_BODY: own_body(scope)}
    anew = query.write(*given, **named)
    if (query, has_one) not in _known:
        _known[query, has_one] = _with_odd_values(query, has_one)
    elif _is_known(_known[query, has_one], cast(Any, anew)._generate_cache_key(), values):
        return
    same = with_values(query.written(scope), values) == with_values(_Written(anew), {})
    assert same, f"{query.__name__} looks at more than its arguments"


def _is_known(known: Known | None, key: Any, values: dict[str, Any]) -> bool:
    """Where it is not, a value may be NULL: the texts decide."""
    if known is None or key is None or key.key != known.key:
        return False
    wanted = [values[name] if name else value for name, value in known.places]
    return [one.effective_value for one in key.bindparams] == wanted


def _with_odd_values(query: Query[Any, Any], has_one: bool) -> Known | None:
    kinds = [query._hints[name] for name in query._names]
    if any(kind not in ODD for kind in kinds):
        return None
    odd = {name: ODD[kind](n) for n, (name, kind) in enumerate(zip(query._names, kinds, strict=True))}
    body = ODD[int](len(kinds))
    with scoped(Scope(bodies=(body,)) if has_one else current_scope()):
        key = cast(Any, query.write(**odd))._generate_cache_key()
    names = [*odd.items(), (OWN_BODY, body)]
    return key and Known(key.key, [_place(one.effective_value, names) for one in key.bindparams])


def _place(value: Any, names: list[tuple[str, Any]]) -> tuple[str | None, Any]:
    name = next((name for name, odd in names if type(odd) is type(value) and odd == value), None)
    return (name, None) if name else (None, value)


def with_values(written: _Written, values: dict[str, Any]) -> str:
    converts = dict(written._converted)

    def literal(found: Any) -> str:
        name = found["name"]
        if not name:
            return str(found[0])
        return _literal(converts[name](values[name]) if name in converts else values[name])

    return PLACE.sub(literal, written.sql)

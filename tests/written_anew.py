"""Every query that is written once (examops.core.queries) is compared, wherever a test reaches it, with one written
anew from the same values: a function that looks at something else would go on with what it saw the first time.
"""

from __future__ import annotations

from typing import Any

import pytest

from examops.core.prepared import PLACE, _literal
from examops.core.queries import OWN_BODY, Query, _Written
from examops.core.scope import current_scope, own_body


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
    values = dict(zip(query._names, given, strict=False)) | named | {OWN_BODY: own_body(scope)}
    once, anew = query.written(scope), _Written(query.write(*given, **named))
    assert with_values(once, values) == with_values(anew, {}), f"{query.__name__} looks at more than its arguments"


def with_values(written: _Written, values: dict[str, Any]) -> str:
    converts = dict(written._converted)

    def literal(found: Any) -> str:
        name = found["name"]
        if not name:
            return str(found[0])
        return _literal(converts[name](values[name]) if name in converts else values[name])

    return PLACE.sub(literal, written.sql)

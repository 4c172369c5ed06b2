"""Queries of pages that are the same each time but for their values: written once, then sent as they are.

To write a statement with SQLAlchemy and to find its text again costs a page more than to send it (docs/benchmarks.md).
A function behind :func:`rows_of` writes it once for a process, with a parameter in place of each of its arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial, update_wrapper
from inspect import signature
from types import NoneType
from typing import Any, Generic, ParamSpec, TypeVar, TypeVarTuple, cast, get_args, get_type_hints

from sqlalchemy import Boolean, LargeBinary, Row, Select, bindparam

from examops.core.database import COLUMN_TYPES
from examops.core.prepared import Prepared
from examops.core.reading import maker, read
from examops.core.scope import OWN_BODY, Scope, current_scope, own_body, writing

TYPES = {**COLUMN_TYPES, bool: Boolean(), bytes: LargeBinary()}
P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")
R = TypeVar("R")


class Query(Generic[P, R]):
    """A function that writes a statement from its arguments alone; a call of it reads the rows.

    Each argument stands for a value of a type that columns have (``COLUMN_TYPES``), and the function cannot look at it;
    numbers of rows are a ``list[int]`` for :func:`examops.core.database.among`; a NamedTuple of such values is one
    argument, and a parameter for each of its fields. The scope's one body comes by
    :func:`examops.core.paging.of_own_body`. Language, clock and what depends on a decision are arguments, or the
    statement is an ordinary one for :func:`examops.core.reading.read`. Tests compare each statement that is sent with
    one that was written anew (``tests/written_anew.py``).
    """

    def __init__(self, write: Callable[P, Select[Any]], take: Callable[[list[Any]], list[R]]) -> None:
        self.write, self._take = write, take
        self._names = tuple(signature(write).parameters)
        self._written: dict[bool, _Written] = {}
        update_wrapper(self, write)

    def __call__(self, *given: P.args, **named: P.kwargs) -> list[R]:
        scope = current_scope()
        if scope.narrowed:  # some of its conditions are about single sites
            return self._take(read(self.write(*given, **named)))
        return self._take(self.written(scope).all(**self.values(given, named), **{OWN_BODY: own_body(scope)}))

    def values(self, given: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
        """What was given, by the names of the statement's parameters."""
        values = dict(zip(self._names, given, strict=False)) | named
        for name in self._tuples:
            values |= {f"{name}_{field}": value for field, value in values.pop(name)._asdict().items()}
        return values

    def written(self, scope: Scope) -> _Written:
        """The statement for scopes like this one: those of one body name it."""
        has_one = own_body(scope) is not None
        found = self._written.get(has_one)
        if found is None:
            with writing():
                statement = cast(Any, self.write)(**self._parameters())
            found = self._written[has_one] = _Written(statement)
        return found

    def _parameters(self) -> dict[str, Any]:
        """Raises TypeError for an argument of a type that no column has."""
        plain = {name: self._hints.get(name) for name in self._names if name not in self._tuples}
        made = {name: kind(**_bound(get_type_hints(kind), f"{name}_")) for name, kind in self._tuples.items()}
        return _bound(plain) | made

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return get_type_hints(self.write.func if isinstance(self.write, partial) else self.write)

    @cached_property
    def _tuples(self) -> dict[str, Any]:
        """Arguments that are NamedTuples, with their class."""
        return {name: self._hints[name] for name in self._names if hasattr(self._hints.get(name), "_fields")}


def _bound(hints: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    kinds = {name: _column_type(hint) for name, hint in hints.items()}
    if unknown := [name for name, kind in kinds.items() if kind is None]:
        raise TypeError(f"arguments of no type that columns have: {', '.join(unknown)}")
    return {name: bindparam(prefix + name, type_=kind) for name, kind in kinds.items()}


def _column_type(hint: Any) -> Any:
    """Of ``int`` and of ``int | None`` that of a column of whole numbers."""
    kinds = [one for one in get_args(hint) if one is not NoneType] if NoneType in get_args(hint) else [hint]
    return TYPES.get(kinds[0])


class _Written(Prepared):
    """Its rows are named tuples of values and records, as :func:`examops.core.reading.read` makes them."""

    def all(self, **values: Any) -> list[Any]:
        return self._send(values).rows(self._made)

    @cached_property
    def _made(self) -> Callable[[Any], Any]:
        return maker(cast("Select[Any]", self._statement), cast(Any, self._compiled)._result_columns)


def rows_of(write: Callable[P, Select[*Ts]]) -> Query[P, Row[*Ts]]:
    """For a function that writes a statement: its rows, as named tuples."""
    return Query(cast("Callable[P, Select[Any]]", write), list)


def records_of(write: Callable[P, Select[T]]) -> Query[P, T]:
    """Of ``select(Table)`` a record for each row; of ``select(Table.column)`` the values."""
    return Query(cast("Callable[P, Select[Any]]", write), lambda rows: [row[0] for row in rows])

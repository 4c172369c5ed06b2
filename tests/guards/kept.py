"""Places are made once for each process and put back for each test that asks for the same: rows, objects and all.

Making one writes some hundred rows, each with the commit that other connections need to see it. Copying them back is a
statement for each table. What a test finds is the same either way: same rows, same keys, same place in every sequence
(tests/guards/test_kept.py). Where anything has been written since the tables were emptied, a place is made anew.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from examops.core.clock import Clock
from examops.core.database import Base
from examops.core.extensions import store
from examops.core.store import Store
from tests.factories import Factory
from tests.fixtures.cleaner import Cleaner, Copies

Place = TypeVar("Place")
Chain = tuple[Any, ...]  # what was made one after the other, in empty tables


@dataclass(frozen=True)
class Kept:
    place: Any
    copies: Copies
    objects: tuple[tuple[Any, ...], ...]  # what was put into the store: tests delete from it


_known: dict[Chain, Kept] = {}


def made_once(build: Callable[..., Place]) -> Callable[..., Place]:
    """``build(make, clock, **where)`` of the same ``where``, in the tables as they were then, is done once."""

    @wraps(build)
    def find_or_build(make: Factory, clock: Clock, **where: Any) -> Place:
        chain = None if where.get("site") else _standing(make)
        if chain is None or make.cleaner is None:
            return build(make, clock, **where)
        key = (*chain, (build.__name__, clock.now(), *sorted(where.items())))
        kept = _known.get(key)
        is_held = kept is not None and make.cleaner.holds(kept.copies)
        place = _put_back(make, kept) if kept and is_held else _build(make, clock, build, where, key)
        make.cleaner.stands(key)
        return place

    return find_or_build


def _standing(make: Factory) -> Chain | None:
    """What stands in the tables and nothing else; None where anything was written since."""
    if make.cleaner is None or make.session.new or make.session.dirty or make.session.deleted:
        return None
    return make.cleaner.standing()


def _build(make: Factory, clock: Clock, build: Callable[..., Any], where: dict[str, Any], key: Chain) -> Any:
    objects: list[tuple[Any, ...]] = []
    put = Store.put

    def noted(into: Store, *what: Any) -> str:
        objects.append(what)
        return put(into, *what)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "put", noted)
        place = build(make, clock, **where)
    make.session.commit()
    assert make.cleaner is not None
    _known[key] = Kept(_alike(place, lambda row: row), make.cleaner.keep(), tuple(objects))
    return place


def _put_back(make: Factory, kept: Kept) -> Any:
    cleaner: Cleaner | None = make.cleaner
    assert cleaner is not None
    make.session.commit()  # a transaction that reads would hold the tables
    cleaner.put_back(kept.copies)
    make.session.expire_all()
    for what in kept.objects:
        store().put(*what)
    return _alike(kept.place, lambda row: _of_session(make.session, row))


def _of_session(session: Session, row: Base) -> Any:
    state = inspect(row)
    assert state.identity is not None
    return session.get_one(type(row), state.identity)


def _alike(place: Any, of_row: Callable[[Any], Any]) -> Any:
    """The place with dictionaries of its own, which tests change, and rows of the test's own session."""

    def changed(value: Any) -> Any:
        if isinstance(value, Base):
            return of_row(value)
        if isinstance(value, dict):
            return {name: changed(one) for name, one in value.items()}
        return value if isinstance(value, str | bytes | int) else copy.copy(value)

    return replace(place, **{name: changed(value) for name, value in vars(place).items()})

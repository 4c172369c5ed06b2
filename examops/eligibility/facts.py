"""What is known about one person.

Every fact says where it comes from: typed, a document seen, or an official look-up.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


class Source(StrEnum):
    """Where a value comes from, and so how far it is trusted. A typed value alone proves nothing."""

    TYPED = "typed"
    DOCUMENT = "document"
    OFFICIAL = "official"


PROOFS = frozenset((Source.DOCUMENT, Source.OFFICIAL))


@dataclass(frozen=True, slots=True)
class Fact:
    """A text, number, yes/no or day, with its source, the day it was true, and who saw the document."""

    value: Any
    source: Source = Source.TYPED
    as_of: date | None = None
    seen_by: str = ""


@dataclass(frozen=True, slots=True)
class Spell:
    """Work for one employer. For an agency worker ``employer`` is the agency and ``host`` where the work is done.

    An empty employer (kind own) or host (kind agency) means the body that sent the roster.
    ``end`` is the last day of work, None while it goes on.
    """

    kind: str
    employer: str = ""
    employer_code: str = ""
    host: str = ""
    host_code: str = ""
    start: date | None = None
    end: date | None = None
    insured_by: Fact | None = None
    insured_in: Fact | None = None
    works_in: Fact | None = None
    source: Source = Source.TYPED
    as_of: date | None = None
    seen_by: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A level certificate held. ``occupation`` is a code or a name; empty means the occupation applied for.

    A pre-technician certificate (预备技师) is none of the levels: its ``level`` is None.
    """

    level: str | None
    occupation: str = ""
    number: str = ""
    issued_on: date | None = None
    source: Source = Source.TYPED
    as_of: date | None = None
    seen_by: str = ""
    is_pre_technician: bool = False


@dataclass(frozen=True, slots=True)
class Schooling:
    """A graduation, or an enrolment that will end in one. ``school`` is one of ``config.level_conditions.SCHOOLS``.

    ``is_related`` says whether the major belongs to the occupation; None while nobody has looked.
    """

    institution: str = ""
    school: str = ""
    major: str = ""
    is_related: bool | None = None
    start: date | None = None
    end: date | None = None
    is_enrolment: bool = False
    source: Source = Source.TYPED
    as_of: date | None = None
    seen_by: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All inputs about the person for one verdict. ``kind`` is employee, agency, student or social.

    ``id_seen``: somebody saw the original of a document that is no resident's card.
    """

    name: str
    id_number: str
    id_type: str = "resident"
    sex: str = ""
    kind: Fact | None = None
    spells: tuple[Spell, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    schooling: tuple[Schooling, ...] = ()
    apprenticeship_ended_on: Fact | None = None
    work_since: Fact | None = None
    work_years: Fact | None = None
    open_applications: Fact | None = None
    id_seen: Fact | None = None

    def to_json(self) -> dict[str, Any]:
        return encode(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Facts:
        return decode(cls, data)


def encode(value: Any) -> Any:
    """Plain JSON of dataclasses, days and tuples.

    A day becomes ``{"day": "2026-11-25"}``, so that it comes back as one.
    """
    kind = type(value)
    if kind is str or value is None:
        return value
    names = _names_of(cast(Hashable, kind))
    if names is not None:
        return {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, tuple | list):
        return [encode(item) for item in value]
    return str(value) if isinstance(value, StrEnum) else value


class SharedJson:
    """:meth:`Facts.to_json` of many people; what they share, as those of one roster do, is written once. So is the
    JSON, which nobody may change."""

    def __init__(self) -> None:
        self._written: dict[int, tuple[Any, Any]] = {}

    def of(self, facts: Facts) -> dict[str, Any]:
        told = {name: getattr(facts, name) for name in _names_of(Facts) or ()}
        return {name: one if type(one) is str or one is None else self._shared(one) for name, one in told.items()}

    def _shared(self, value: Any) -> Any:
        found = self._written.get(id(value))
        if found is None:
            # Kept with the value: while that lives no other has its id.
            found = self._written[id(value)] = encode(value), value
        return found[0]


@cache
def _names_of(kind: Any) -> tuple[str, ...] | None:
    """Of a dataclass."""
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else None


def decode(cls: type[T], data: dict[str, Any]) -> T:
    """The dataclass back from :func:`encode`. Unknown names are ignored, missing ones take their default."""
    hints = _hints(cast(Hashable, cls))
    return cls(**{name: _decoded(hints[name], value) for name, value in data.items() if name in hints})


@cache
def _hints(cls: Hashable) -> dict[str, Any]:
    return get_type_hints(cls)


def _decoded(hint: Any, value: Any) -> Any:
    if isinstance(hint, UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    if value is None:
        return None
    if hint is str and type(value) is int:
        return str(value)  # a level of before it was text
    if isinstance(value, dict) and set(value) == {"day"}:
        return date.fromisoformat(value["day"])
    if get_origin(hint) is tuple:
        return tuple(_decoded(get_args(hint)[0], item) for item in value)
    if hasattr(hint, "__dataclass_fields__"):
        return decode(hint, value)
    return Source(value) if hint is Source else value

"""The manifest that each domain declares in its ``__init__.py``, and the registry of all manifests.

A domain is a package. Its manifest names code by ``"module:attribute"`` below the package, so that importing a domain
loads none of its pages: :class:`Registry` loads them when the application is built.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:  # words of annotations only: whoever imports a domain for one small module loads no database
    from examops.core.clock import Clock
    from examops.core.rekeying import KeyedStore

CatchUp = Literal["once", "every", "skip"]


@dataclass(frozen=True)
class MenuEntry:
    """A word of the left rail. ``places`` maps a role to the entry's position in that role's rail, from 1; entries of
    the same position stand in the order of their domains.

    ``pages`` are endpoints of other parts of the product that stand under this entry too.
    """

    endpoint: str
    word: str
    icon: str
    places: Mapping[str, int]
    pages: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        return self.endpoint.split(".")[0]


@dataclass(frozen=True)
class SearchField:
    """The field in the top bar: the endpoint that answers it, and the roles that it answers."""

    endpoint: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class JobSpec:
    """A timed job. ``task`` names a queue task that takes no arguments and is safe to run twice.

    ``cron`` is read in Foshan time: five fields, or six with seconds first. Weekdays are written by name, because
    APScheduler counts Monday as 0 and cron counts Sunday as 0.
    ``catch_up`` after downtime: ``once`` runs the newest missed time however late, ``every`` runs each missed
    time, ``skip`` runs only what is at most ``grace_minutes`` late. Beyond the grace a job is shown as late.
    ``overlaps``: may start while an earlier run still stands as running. ``at_start``: due whenever a worker starts as
    well, because it follows a file that a process reads once. ``why`` is shown to operators.
    """

    name: str
    task: str
    cron: str
    grace_minutes: int
    catch_up: CatchUp
    why: str
    overlaps: bool = False
    at_start: bool = False


@dataclass(frozen=True)
class Invariant:
    """A condition that must hold at all times. ``reference`` is its number in docs/invariants.md.

    ``find`` returns one line for each violation, and nothing while the condition holds.
    """

    name: str
    words: str
    reference: str
    find: Callable[[Clock], list[str]]


Named = TypeVar("Named", JobSpec, Invariant)


@dataclass(frozen=True)
class Domain:
    """The manifest of one domain. All fields but ``package`` may be left out.

    ``models``: modules with tables. ``pages``, ``apis``, ``device_apis``: blueprints; device APIs carry a bearer token
    and no cookie that a strange page could use. ``filters``: Jinja filters by name. ``tag_labels``: what the log calls
    each event, ``detail_labels``: what it calls each key of their payload, ``detail_words``: the codes in them, by the
    kind of subject (``session``, ``flag``), each with its text. ``invariants``: a sequence of
    :class:`Invariant`. ``keyed``: a sequence of :class:`~examops.core.rekeying.KeyedStore`, what is kept under the
    installation's secret. ``tasks``: modules whose import registers queue tasks.
    """

    package: str
    models: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    apis: tuple[str, ...] = ()
    device_apis: tuple[str, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    search: SearchField | None = None
    filters: str = ""
    tag_labels: str = ""
    detail_labels: str = ""
    detail_words: str = ""
    invariants: str = ""
    keyed: str = ""
    tasks: tuple[str, ...] = ()
    timed_jobs: tuple[JobSpec, ...] = ()

    def module(self, name: str) -> Any:
        return importlib.import_module(f"{self.package}.{name}")

    def load(self, reference: str) -> Any:
        """The object that ``"module:attribute"`` names."""
        name, attribute = reference.split(":")
        return getattr(self.module(name), attribute)

    @property
    def templates(self) -> Path:
        """The folder of its pages; it may not exist."""
        return Path(importlib.import_module(self.package).__path__[0]) / "templates"


@dataclass(frozen=True)
class Registry:
    """All domains of an application, the lowest layer first."""

    domains: tuple[Domain, ...]
    _rails: dict[str, tuple[MenuEntry, ...]] = field(default_factory=dict, compare=False)
    _tables: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False)

    def rail(self, role: str) -> tuple[MenuEntry, ...]:
        """The menu of a role, in its order."""
        if role not in self._rails:
            entries = [entry for domain in self.domains for entry in domain.menu if role in entry.places]
            self._rails[role] = tuple(sorted(entries, key=lambda entry: entry.places[role]))
        return self._rails[role]

    def roles(self) -> set[str]:
        """Every role that some menu entry is for."""
        return {role for domain in self.domains for entry in domain.menu for role in entry.places}

    def search_for(self, role: str) -> SearchField | None:
        fields = (domain.search for domain in self.domains if domain.search)
        return next((one for one in fields if role in one.roles), None)

    def filters(self) -> dict[str, Callable[..., Any]]:
        return self._merged("filters")

    def tag_labels(self) -> dict[str, str]:
        """Audit event → its label. Raises ValueError where two domains label the same event."""
        return self._merged("tag_labels")

    def detail_labels(self) -> dict[str, str]:
        """Key of an event's payload → what the log calls it."""
        return self._merged("detail_labels")

    def detail_words(self) -> dict[str, Mapping[str, str]]:
        """Kind of subject → code in its events → the text for it."""
        return self._merged("detail_words")

    def _merged(self, name: str) -> dict[str, Any]:
        """The tables that the domains name in this field as one, made once: the log asks for each of its lines."""
        if name not in self._tables:
            references = ((domain, getattr(domain, name)) for domain in self.domains)
            self._tables[name] = _merged(domain.load(reference) for domain, reference in references if reference)
        return self._tables[name]

    def invariants(self) -> tuple[Invariant, ...]:
        found = [one for domain in self.domains if domain.invariants for one in domain.load(domain.invariants)]
        return _told_apart(found)

    def keyed_stores(self) -> tuple[KeyedStore, ...]:
        """Everything that is kept under the installation's secret."""
        return tuple(one for domain in self.domains if domain.keyed for one in domain.load(domain.keyed))

    def task_modules(self) -> list[str]:
        return [f"{domain.package}.{name}" for domain in self.domains for name in domain.tasks]

    def timed_jobs(self) -> tuple[JobSpec, ...]:
        return _told_apart([spec for domain in self.domains for spec in domain.timed_jobs])

    def load_models(self) -> None:
        """Make every table known to the metadata."""
        for domain in self.domains:
            for name in domain.models:
                domain.module(name)

    def template_folders(self) -> list[Path]:
        return [domain.templates for domain in self.domains if domain.templates.is_dir()]


def _merged(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for table in tables:
        if twice := whole.keys() & table.keys():
            raise ValueError(f"registered by two domains: {', '.join(sorted(map(str, twice)))}")
        whole.update(table)
    return whole


def _told_apart(things: Sequence[Named]) -> tuple[Named, ...]:
    """The same, when no two share a name: their name is how the ledger and the checks tell them apart."""
    counted = Counter(thing.name for thing in things)
    if twice := sorted(name for name, count in counted.items() if count > 1):
        raise ValueError(f"registered twice: {', '.join(twice)}")
    return tuple(things)


def iterate_references(domain: Domain) -> Iterator[str]:
    """Every ``"module:attribute"`` of a manifest, for tests that resolve them."""
    yield from (*domain.pages, *domain.apis, *domain.device_apis)
    tables = (
        domain.filters,
        domain.tag_labels,
        domain.detail_labels,
        domain.detail_words,
        domain.invariants,
        domain.keyed,
    )
    yield from (one for one in tables if one)

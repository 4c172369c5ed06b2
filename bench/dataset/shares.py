"""What one body is given of the year, and several of them written at once by processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from bench.dataset.amounts import Amounts
from bench.dataset.timetable import SessionSlot
from examops.app.factory import create_app
from examops.core.database import db
from examops.core.extensions import settings, store
from examops.demo.story.people import SyntheticPerson

if TYPE_CHECKING:
    from bench.dataset.fill import Services

_of_process: dict[str, Any] = {}


@dataclass(frozen=True)
class Share:
    """``sessions``: the first number of each year; ``applications``: the first number. Empty where the body is there
    already."""

    amounts: Amounts
    seed: int
    number: int
    now: datetime
    people: tuple[SyntheticPerson, ...] = ()
    slots: tuple[SessionSlot, ...] = ()
    sessions: dict[int, int] = field(default_factory=dict)
    applications: int = 0

    @property
    def is_new(self) -> bool:
        return bool(self.slots)

    def of(self, name: str) -> int:
        """The body's part of an amount."""
        return self.amounts.share(getattr(self.amounts, name), self.number)


def in_processes(
    write: Callable[[Share, Services], Share], shares: Sequence[Share], services: Services, processes: int
) -> Iterator[Share]:
    """Each share as it is written."""
    if processes == 1:
        yield from (write(share, services) for share in shares)
        return
    db.session.remove()
    context = get_context("fork")  # everything is imported once
    with ProcessPoolExecutor(
        processes, context, _begin, (settings(), replace(services, report_progress=print))
    ) as pool:
        for future in as_completed([pool.submit(_in_process, write, share) for share in shares]):
            yield future.result()


def _begin(configured: Any, services: Services) -> None:
    """Connections are not shared between processes: an application of its own opens its own."""
    app = create_app(configured, kind="job")
    app.app_context().push()
    _of_process["services"] = replace(services, store=store())


def _in_process(write: Callable[[Share, Services], Share], share: Share) -> Share:
    return write(share, _of_process["services"])

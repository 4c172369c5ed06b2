"""Which state of the directory somebody sees, and what a process keeps of the newest one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, literal_column, select

from examops.core.database import db
from examops.core.numbers import NumberCounter
from examops.organisations.directory import REVISION

V = TypeVar("V")


@dataclass(frozen=True)
class Edition:
    """What is published on a day. ``revision`` grows with whatever is published; ``written_by`` is the transaction
    that did it, so that a database restored from a backup never counts as one seen before."""

    revision: int
    written_by: str
    day: date


def edition_of(day: date) -> Edition:
    written_by: ColumnElement[str] = literal_column("xmin::text")
    query = select(NumberCounter.value, written_by).where(NumberCounter.name == REVISION)
    value, by = db.session.execute(query).one_or_none() or (0, "")
    return Edition(value, by, day)


class EditionCache(Generic[V]):
    """Answers about one edition, at most ``most`` of them: all are forgotten with the next edition.

    What is published between the look at the edition and the answer is in the answer already; nobody asks for the
    older edition any more.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: tuple[Edition | None, dict[Hashable, V]] = (None, {})

    def read(self, edition: Edition, question: Hashable, answer: Callable[[], V]) -> V:
        """Threads change the answers of the edition that they saw, whatever another one keeps meanwhile."""
        if not edition.written_by:
            return answer()  # nothing is published yet
        kept = self._kept
        if kept[0] != edition:
            kept = self._kept = (edition, {})
        answers = kept[1]
        if (found := answers.get(question)) is None:
            if len(answers) >= self.most:
                answers.clear()
            found = answers[question] = answer()
        return found

"""By what a group is examined beside the national standard: the body's own specification, the city's decisions.

All of it is read with the rows that are read anyway (:func:`terms_columns`), so it costs no statement of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_

from config.levels import SKILL_LEVELS
from config.rulebook import Rule
from examops.catalogue import Decided, decided_of, decisions_column
from examops.core.clock import local
from examops.registration.models import BatchOccupation
from examops.sessions.models import SessionGroup
from examops.specifications import Specification

# What a check cites is Chinese for every reader, as all citations are.
TITLE, SOURCE = "{name}（第{version}版）", "本机构备案的评价规范，摘要 {hash}"
WORDS = {"parts": "考核科目", "minutes": "考核时间", "pass_mark": "合格线"}


@dataclass(frozen=True)
class OwnTerms:
    """What the body's filed specification says of one level, in the version that the batch took.

    ``minutes`` by part; a part without them is examined as long as the standard says. ``pass_mark``: of a hundred.
    """

    uid: str
    name: str
    version: int
    hash: str
    level: str
    taken_on: date
    parts: tuple[str, ...]
    minutes: Mapping[str, int]
    pass_mark: int | None

    @property
    def title(self) -> str:
        return TITLE.format(name=self.name, version=self.version)

    def rule(self, what: str, value: Any) -> Rule:
        """One of its values as a rule that checks cite: version, level and what of it."""
        level = SKILL_LEVELS[self.level]
        key = f"specification.{self.uid}.{what}_{self.level.lower()}"
        return Rule(
            key=key,
            value=value,
            unit="",
            kind="specification",
            clause=f"{self.title} {level.name} {WORDS[what]}",
            text="",
            source=SOURCE.format(hash=self.hash[:12]),
            effective_from=self.taken_on,
            content_hash=self.hash,
            written_as=key,
        )


@dataclass(frozen=True)
class Terms:
    """``is_known`` is False for a reader who does not see the body's papers: by what it examines is not known then."""

    own: OwnTerms | None = None
    decisions: tuple[Decided, ...] = ()
    is_known: bool = True


NATIONAL, UNSEEN = Terms(), Terms(is_known=False)


def terms_columns(code: Any, level: Any) -> tuple[Any, ...]:
    """Columns for :func:`terms_from`, beside those of a group's or an offer's occupation and level."""
    return Specification, BatchOccupation.specified_at, decisions_column(code, level).label("decided")


def of_batch(batch_id: Any) -> Any:
    """How a group finds what its batch was announced with."""
    return and_(
        BatchOccupation.batch_id == batch_id,
        BatchOccupation.occupation_code == SessionGroup.occupation_code,
        BatchOccupation.level == SessionGroup.level,
    )


def terms_from(row: Any, level: str, known_by: datetime | None = None) -> Terms:
    """From a row with :func:`terms_columns`. What was decided after ``known_by``, the beginning of the examination,
    does not count: what was held is not judged anew."""
    own = own_terms(row.Specification, level, row.specified_at) if row.Specification else None
    return Terms(own, decided_of(row.decided, known_by))


def own_terms(row: Specification, level: str, chosen_at: datetime) -> OwnTerms | None:
    said = row.levels.get(level)
    if said is None:
        return None
    return OwnTerms(
        uid=str(row.uid),
        name=row.name,
        version=row.version,
        hash=row.hash,
        level=level,
        taken_on=local(chosen_at).date(),
        parts=tuple(said.get("parts") or ()),
        minutes=dict(said.get("minutes") or {}),
        pass_mark=said.get("pass_mark"),
    )

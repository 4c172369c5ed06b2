"""The city confirms values of the catalogue, changes them, or gives them back: rows that are only added."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import select

from config.occupations import Occupation, catalogue
from config.rulebook import rulebook
from examops.audit import record
from examops.catalogue.labels import value_label
from examops.catalogue.models import CatalogueDecision
from examops.catalogue.tags import Tag
from examops.catalogue.values import Value, values_of
from examops.core.actor import Actor
from examops.core.database import db
from examops.core.errors import DomainError, Invalid, Kind
from examops.core.language import N_, join_messages, message
from examops.core.refusals import constraints_as

BY_RULE = N_("整份目录按文号和日期由规则 eligibility.shortage_list 确认，核对资格也用它")
RACE = "uq_catalogue_decision_occupation_code_key_revision"


class Overtaken(DomainError):
    """Somebody decided about the same value in between, or the files changed."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "overtaken"
    message: ClassVar[str] = N_("“{label}”刚刚已由别人决定，这一次没有保存")
    advice: ClassVar[str] = N_("看过现在的取值和历史，再决定一次")


@dataclass(frozen=True)
class Grounds:
    """On what paper a decision rests, and on which days it holds. ``valid_until`` is the last day."""

    document_number: str
    reason: str
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True)
class Seen:
    """What whoever decides had before their eyes: the newest revision, and the hash of what the files said."""

    revision: int
    base_hash: str


def decisions_of(codes: Collection[str] | None = None) -> list[CatalogueDecision]:
    """All decisions of these occupations, oldest first; of every occupation for None."""
    query = select(CatalogueDecision).order_by(
        CatalogueDecision.occupation_code, CatalogueDecision.key, CatalogueDecision.revision
    )
    if codes is not None:
        query = query.where(CatalogueDecision.occupation_code.in_(codes))
    return list(db.session.execute(query).scalars())


def history_of(code: str, key: str) -> Sequence[CatalogueDecision]:
    """The decisions about one value, newest first."""
    query = select(CatalogueDecision).where(CatalogueDecision.occupation_code == code, CatalogueDecision.key == key)
    return db.session.execute(query.order_by(CatalogueDecision.revision.desc())).scalars().all()


def current_values(occupation: Occupation, day: date) -> dict[str, Value]:
    return values_of(occupation, day, rulebook(), catalogue(), decisions_of([occupation.code]))


def confirm(
    occupation: Occupation, seen: Mapping[str, Seen], grounds: Grounds, *, actor: Actor, today: date
) -> list[CatalogueDecision]:
    """Confirm each value as it counts now. Raises :class:`Overtaken`, and then nothing is confirmed."""
    values = current_values(occupation, today)
    wanted = [(_known(values, key), one) for key, one in seen.items()]
    return _add(occupation, [(value, one, value.value) for value, one in wanted], "confirmed", grounds, actor)


def change(
    occupation: Occupation, key: str, seen: Seen, new: Any, grounds: Grounds, *, actor: Actor, today: date
) -> CatalogueDecision:
    """Set another value. Raises :class:`Overtaken`; :class:`Invalid` for what only a correction of a rule changes."""
    value = _known(current_values(occupation, today), key)
    must_be_changeable(value)
    return _add(occupation, [(value, seen, new)], "changed", grounds, actor)[0]


def must_be_changeable(value: Value) -> None:
    """Raises :class:`Invalid` for condition lines: a correction of the rules changes them, no form does."""
    if value.can_decide and not value.can_change:
        raise Invalid(N_("申报条件不在这里改"), advice=N_("在规则文件里加更正条目，上线后再来确认"))


def withdraw(
    occupation: Occupation, key: str, seen: Seen, grounds: Grounds, *, actor: Actor, today: date
) -> CatalogueDecision:
    """From its first day on, what the files say counts again. Raises :class:`Overtaken`."""
    value = _known(current_values(occupation, today), key)
    newest = next(iter(history_of(occupation.code, key)), None)
    if newest is None or newest.kind == "withdrawn":
        raise Invalid(
            N_("“{label}”没有地方决定，取值本来就按原出处，不用撤回"),
            advice=N_("要认可这个取值，选“确认现在的取值”"),
            label=value_label(key),
        )
    return _add(occupation, [(value, seen, value.base)], "withdrawn", grounds, actor)[0]


def _known(values: Mapping[str, Value], key: str) -> Value:
    if key not in values:
        raise Invalid(N_("目录里没有这一项"), advice=N_("回到职业页重新选"))
    if not values[key].can_decide:
        raise Invalid(
            N_("急需紧缺目录不在这里定"),
            advice=N_("整份目录按文号和日期由规则 eligibility.shortage_list 确认，核对资格也用它"),
        )
    return values[key]


def _add(
    occupation: Occupation, wanted: Sequence[tuple[Value, Seen, Any]], kind: str, grounds: Grounds, actor: Actor
) -> list[CatalogueDecision]:
    """All of them or none: a value, what was seen of it, and what it shall be."""
    for value, seen, _new in wanted:
        _must_fit(value, seen, kind)
    rows = [_row(occupation, value, kind, new, grounds, actor) for value, _seen, new in wanted]
    labels = join_messages(N_("、"), [value_label(row.key) for row in rows])
    with constraints_as({RACE: lambda: Overtaken(label=labels)}):
        db.session.add_all(rows)
    for row in rows:
        _note(occupation, row, kind, grounds, actor)
    return rows


def _must_fit(value: Value, seen: Seen, kind: str) -> None:
    label = value_label(value.key)
    if value.base in (None, "") and kind != "changed":
        raise Invalid(N_("“{label}”还没有取值，不能确认"), advice=N_("先填上取值"), label=label)
    if seen.revision != value.revision or seen.base_hash != value.base_hash:
        raise Overtaken(label=label)


def _note(occupation: Occupation, row: CatalogueDecision, kind: str, grounds: Grounds, actor: Actor) -> None:
    record(
        Tag.CATALOGUE_DECIDED,
        actor,
        row,
        words=message(N_("{occupation}：{label}"), occupation=message(occupation.name), label=value_label(row.key)),
        value_key=row.key,
        kind=kind,
        document_number=grounds.document_number,
        reason=grounds.reason,
        valid_from=grounds.valid_from.isoformat(),
        valid_until=grounds.valid_until.isoformat() if grounds.valid_until else "",
    )


def _row(
    occupation: Occupation, value: Value, kind: str, new: Any, grounds: Grounds, actor: Actor
) -> CatalogueDecision:
    return CatalogueDecision(
        occupation_code=occupation.code,
        key=value.key,
        revision=value.revision + 1,
        kind=kind,
        value={"value": new},
        base_hash=value.base_hash,
        document_number=grounds.document_number,
        reason=grounds.reason,
        valid_from=grounds.valid_from,
        valid_until=grounds.valid_until,
        decided_by=actor.uid,
        decided_by_name=actor.name,
        decided_by_role=actor.role,
    )

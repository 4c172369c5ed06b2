"""Who of a draft holds the card that their duty asks for, and who lacks which one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

from examops.catalogue import LEVELS, occupation_word, occupations
from examops.core.clock import local_day
from examops.core.language import _
from examops.sessions.planning.draft import Draft, Fault, GroupDraft
from examops.sessions.planning.plan import Duty
from examops.staff import CARD_KINDS, EXAMINERS, CardFacts, counts_for
from examops.staff.models import Qualification

CARDS = {"leader": EXAMINERS, "examiner": EXAMINERS}  # any other duty: the card of the same name


def card_faults(draft: Draft) -> Iterator[Fault]:
    """Who is planned for a duty without a card for it on that day: for an occupation and level of a group that they
    serve, where the duty is an examiner's."""
    day = local_day(draft.plan.starts_at)
    for member, duty in draft.staff:
        served = [one.plan for one in _served(draft, duty)]
        words = missing_card(member.name, duty.role, served, draft.rows.cards.get(member.id, []), day)
        if words is not None:
            yield Fault(f"duty-{member.uid}", words)


class Target(Protocol):
    """A group, planned or saved."""

    @property
    def occupation_code(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def part(self) -> str: ...


def missing_card(
    name: str, role: str, served: Iterable[Target], cards: Iterable[CardFacts | Qualification], day: date
) -> str | None:
    """What to tell of somebody who has none of the cards that the duty asks for on that day; None where one holds."""
    kinds, wanted = _kinds(role), _targets(role, served)
    if wanted is None or any(counts_for(card, day, kinds, code, level) for card in cards for code, level in wanted):
        return None
    return _words(name, role, wanted, day.isoformat())


def _kinds(role: str) -> tuple[str, ...]:
    return CARDS.get(role, (role,))


def _targets(role: str, served: Iterable[Target]) -> list[tuple[str, str]] | None:
    """Occupation and level of every group that asks this duty for a card; one empty pair where neither counts, None
    where no card is asked for: nobody examines in a theory room."""
    if role not in CARDS:
        return [("", "")]
    asked = [(one.occupation_code, one.level) for one in served if one.part != "theory"]
    return asked or None


def _served(draft: Draft, duty: Duty) -> list[GroupDraft]:
    return list(draft.groups if duty.group is None else draft.groups[duty.group : duty.group + 1])


def _words(name: str, role: str, wanted: list[tuple[str, str]], day: str) -> str:
    kind = _(CARD_KINDS["examiner" if role in CARDS else role])
    if wanted == [("", "")]:
        return _("{name} 没有 {day} 有效的{kind}证：换人，或先在人员页登记", name=name, day=day, kind=kind)
    titles = [
        f"{occupation_word(occupations()[code])}{_(LEVELS[level])}" for code, level in wanted if code in occupations()
    ]
    what = _("、").join(dict.fromkeys(titles))
    return _("{name} 没有 {day} 有效的{what}{kind}证：换人，或先在人员页登记", name=name, day=day, what=what, kind=kind)


def has_card(draft: Draft, duty: Duty, cards: Iterable[CardFacts]) -> bool:
    """Whether somebody with these cards may take this duty."""
    day, wanted = local_day(draft.plan.starts_at), [("", "")]
    if duty.role in CARDS:
        wanted = [(one.plan.occupation_code, one.plan.level) for one in _served(draft, duty)]
    return any(counts_for(card, day, _kinds(duty.role), code, level) for card in cards for code, level in wanted)

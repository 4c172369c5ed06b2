"""Who of a draft holds the card that their duty asks for, and who lacks which one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from examops.catalogue import LEVELS, occupation_word, occupations
from examops.core.clock import local_day
from examops.core.language import _
from examops.sessions.planning.draft import Draft, Fault, GroupDraft
from examops.sessions.planning.plan import Duty
from examops.staff import CARD_KINDS, EXAMINERS, CardFacts, counts_for

CARDS = {"leader": EXAMINERS, "examiner": EXAMINERS}  # any other duty: the card of the same name


def card_faults(draft: Draft) -> Iterator[Fault]:
    """Who is planned for a duty without a card for it on that day: for an occupation and level of a group that they
    serve, where the duty is an examiner's."""
    day = local_day(draft.plan.starts_at)
    for member, duty in draft.staff:
        kinds, wanted = _kinds(duty), _targets(draft, duty)
        cards = draft.rows.cards.get(member.id, [])
        if wanted is not None and not any(
            counts_for(card, day, kinds, code, level) for card in cards for code, level in wanted
        ):
            yield Fault(f"duty-{member.uid}", _words(member.name, duty, wanted, day.isoformat()))


def _kinds(duty: Duty) -> tuple[str, ...]:
    return CARDS.get(duty.role, (duty.role,))


def _targets(draft: Draft, duty: Duty) -> list[tuple[str, str]] | None:
    """Occupation and level of every group that asks this duty for a card; one empty pair where neither counts, None
    where no card is asked for: nobody examines in a theory room."""
    if duty.role not in CARDS:
        return [("", "")]
    asked = [(one.plan.occupation_code, one.plan.level) for one in _served(draft, duty) if one.plan.part != "theory"]
    return asked or None


def _served(draft: Draft, duty: Duty) -> list[GroupDraft]:
    return list(draft.groups if duty.group is None else draft.groups[duty.group : duty.group + 1])


def _words(name: str, duty: Duty, wanted: list[tuple[str, str]], day: str) -> str:
    kind = _(CARD_KINDS["examiner" if duty.role in CARDS else duty.role])
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
    return any(counts_for(card, day, _kinds(duty), code, level) for card in cards for code, level in wanted)

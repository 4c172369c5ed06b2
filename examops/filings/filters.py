"""What templates call things of filings by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from examops.accounts import ROLE_WORDS
from examops.core.language import _
from examops.filings.change_words import change_title, change_value
from examops.filings.labels import (
    ACTS,
    FILING_KINDS,
    FILING_STATES,
    LETTER_KINDS,
    LIST_KINDS,
    LIST_STATES,
    RELATIONS,
    RULINGS,
    signed_as,
    step_word,
    value_words,
)
from examops.filings.steps import DOCUMENTS, FACTS
from examops.web.labels import labelled, marked


def days_left(left: int) -> str:
    """Working days until a term ends, as a head says it."""
    if left < 0:
        return _("过期 {count} 个工作日", count=-left)
    return _("剩 {left} 个工作日", left=left) if left else _("今天到期")


FILTERS: dict[str, Callable[..., Any]] = {
    "days_left": days_left,
    "filing_state": marked(FILING_STATES),
    "filing_kind": labelled(FILING_KINDS),
    "filing_act": labelled(ACTS),
    "filing_document": labelled(DOCUMENTS),
    "filing_fact": labelled({key: one.word for key, one in FACTS.items()}),
    "filing_ruling": labelled(RULINGS),
    "filing_letter": labelled(LETTER_KINDS),
    "filing_list_kind": labelled(LIST_KINDS),
    "filing_list_state": marked(LIST_STATES),
    "filing_relation": labelled(RELATIONS),
    "filing_office": labelled(ROLE_WORDS),
    "filing_step": step_word,
    "filing_value": value_words,
    "signed_as": signed_as,
    "filing_change_title": change_title,
    "filing_change_value": change_value,
}

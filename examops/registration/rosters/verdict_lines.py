"""The lines of a verdict as they are stored beside an application."""

from __future__ import annotations

from typing import Any

from examops.core.language import join_messages
from examops.eligibility import SENTENCE_MARK, Verdict, word


def stored_lines(verdict: Verdict) -> list[dict[str, Any]]:
    """Each line as data, with the words of the day of the decision:
    texts and values apart, for readers of any language.
    """
    found = []
    for line in verdict.lines:
        words = word(line)
        shown: dict[str, Any] = {
            "clause": words.clause,
            "found": words.found,
            "found_source": words.note,
            "limit": words.limit,
            "gap": words.gap,
        }
        shown |= {"source": words.cited, "advice": join_messages(SENTENCE_MARK, words.advice)}
        found.append(
            {
                **shown,
                "outcome": str(line.outcome),
                "code": line.code,
                "rule_key": line.rule_key,
                "rule_hash": line.rule_hash,
            }
        )
    return found

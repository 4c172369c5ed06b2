"""本市的决定 on one page: rules that this installation decided by its files, rules that still wait for somebody to
decide, and the newest decisions about the catalogue."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, select

from config.rulebook import Entry, Rule, Rulebook
from examops.catalogue.models import CatalogueDecision

PAGE = 50
OF_CATALOGUE = "standard."  # what a standard says of one occupation is confirmed on that occupation's page


def local_rules(book: Rulebook) -> list[Rule]:
    """The newest first; those that a later decision took the place of as well."""
    found = [rule for rule in book.rules() if rule.is_local]
    return sorted(found, key=lambda rule: (rule.recorded_on or rule.effective_from, rule.key), reverse=True)


def undecided_rules(book: Rulebook, day: date) -> list[Rule]:
    """In force on that day and not confirmed: those without any value first, then by key."""
    now = [rule for entry in book.values() if (rule := _on(entry, day)) and not rule.key.startswith(OF_CATALOGUE)]
    waiting = [rule for rule in now if rule.is_open or rule.is_provisional]
    return sorted(waiting, key=lambda rule: (not rule.is_open, rule.key))


def _on(entry: Entry, day: date) -> Rule | None:
    return next((rule for rule in reversed(entry.rules) if rule.effective_from <= day), None)


def decisions_query(before: int) -> Select[CatalogueDecision]:
    """A page and one more, the newest first."""
    query = select(CatalogueDecision).order_by(CatalogueDecision.id.desc()).limit(PAGE + 1)
    return query.where(CatalogueDecision.id < before) if before else query

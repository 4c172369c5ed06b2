"""What the public pages read, in the public scope: a page of cards, how many there are, one body's history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal_column, select

from config.levels import lowest_first
from examops.catalogue import find_occupation
from examops.core.database import db
from examops.core.errors import NotFound
from examops.core.language import N_, _
from examops.organisations.directory import (
    ENDED,
    FIRST_CLOSED,
    DirectoryCard,
    DirectoryEntry,
    asked_terms,
    plain,
)
from examops.public.editions import Edition, EditionCache
from examops.specifications.models import PublishedRule, PublishedSpecification

PAGE = 50
IS_LISTED = DirectoryCard.standing != literal_column(repr(ENDED))  # as the indexes have it: a value would not match
FILTERS = ("q", "district", "occupation", "level", "area")
MOST_COUNTED = 500  # counting goes no further: the page costs the same in a large directory


@dataclass(frozen=True)
class Tally:
    """How many bodies match, and how many of them take applications from everybody. ``is_whole``: all were counted;
    else more than :data:`MOST_COUNTED` match, and ``open_to_all`` says nothing."""

    bodies: int
    open_to_all: int

    @property
    def is_whole(self) -> bool:
        return self.bodies <= MOST_COUNTED

    def words(self) -> str:
        if not self.is_whole:
            return _("超过 {count} 家机构", count=MOST_COUNTED)
        if not self.open_to_all:
            return _("{count} 家机构", count=self.bodies)
        return _("{count} 家机构，{open} 家现在面向社会报名", count=self.bodies, open=self.open_to_all)


_tallies: EditionCache[Tally] = EditionCache(most=500)


def matching(asked: Mapping[str, Any], day: date) -> Select[Any]:
    """Cards that are listed on ``day`` and have what was asked for."""
    text, code = asked["q"] or "", asked["occupation"] or ""
    named = find_occupation(text) if text and not code else None
    if named and plain(text) != plain(named.name):  # a code, the name of a trade, an English name
        text, code = "", named.code
    terms = asked_terms(text, asked["district"] or "", code, asked["level"] or "", asked["area"] or "")
    query = select(DirectoryCard).where(IS_LISTED, DirectoryCard.filed_on <= day)
    return query.where(DirectoryCard.terms.contains(terms)) if terms else query


def page_query(asked: Mapping[str, Any], day: date) -> Select[Any]:
    """A page and one card more, after the card whose key is ``asked["after"]``."""
    query = matching(asked, day).where(DirectoryCard.sort_key > asked["after"])
    return query.order_by(DirectoryCard.sort_key).limit(PAGE + 1)


def tally(asked: Mapping[str, Any], edition: Edition) -> Tally:
    """Kept for the edition: to count what many bodies have, PostgreSQL reads the table instead of the index."""
    question = tuple((name, asked[name]) for name in FILTERS)
    return _tallies.read(edition, question, lambda: _counted(asked, edition.day))


def _counted(asked: Mapping[str, Any], day: date) -> Tally:
    """In no order: counting ends with the last one wanted, without having found and sorted all others."""
    keys = matching(asked, day).with_only_columns(DirectoryCard.sort_key)
    counted = keys.limit(MOST_COUNTED + 1).subquery()
    is_open = counted.c.sort_key < FIRST_CLOSED
    return Tally(*db.session.execute(select(func.count(), func.count().filter(is_open)).select_from(counted)).one())


def card_of(uid: UUID) -> DirectoryCard:
    """Raises NotFound. A body that left is found: its page says until when it was listed."""
    found = db.session.execute(select(DirectoryCard).where(DirectoryCard.uid == uid)).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("目录里没有这家机构"), advice=N_("回到目录按名称查找"))
    return found


def published_rule(card: DirectoryCard, uid: UUID) -> PublishedRule:
    """A rule of this body that is a document, in force or earlier. Raises NotFound."""
    query = select(PublishedRule).where(PublishedRule.uid == uid, PublishedRule.body_id == card.body_id)
    found = db.session.execute(query.where(PublishedRule.object_key != "")).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("这家机构没有公布这份文件"), advice=N_("回到机构的页面重新选"))
    return found


def published_specification(card: DirectoryCard, uid: UUID) -> PublishedSpecification:
    """The document of a filed version of this body, in force or earlier. Raises NotFound, for drafts too."""
    table = PublishedSpecification
    query = select(table).where(table.uid == uid, table.body_id == card.body_id)
    found = db.session.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound(N_("这家机构没有公布这份评价规范"), advice=N_("回到机构的页面重新选"))
    return found


@dataclass(frozen=True)
class Stretch:
    """Entries of one occupation that differ in their level alone. ``last_day``: None while they hold."""

    first_day: date
    last_day: date | None
    standing: str
    name: str
    occupation: str
    code: str
    standard: str
    levels: tuple[str, ...] = ()


def history_of(card: DirectoryCard) -> list[Stretch]:
    """Everything that stood for at least a day, newest first."""
    found: dict[Stretch, set[str]] = {}
    for one in db.session.execute(history_query(card.body_id)).scalars():
        found.setdefault(_stretch(one), set()).add(one.level)
    stretches = [replace(one, levels=tuple(lowest_first(levels))) for one, levels in found.items()]
    return sorted(stretches, key=lambda one: (one.first_day, one.occupation), reverse=True)


def history_query(body_id: int) -> Select[Any]:
    query = select(DirectoryEntry).where(DirectoryEntry.body_id == body_id, ~func.isempty(DirectoryEntry.valid))
    return query.order_by(DirectoryEntry.id)


def _stretch(entry: DirectoryEntry) -> Stretch:
    first_day = entry.valid.lower or date.min
    offer = (entry.occupation_name, entry.occupation_code, entry.standard)
    return Stretch(first_day, entry.last_day, entry.standing, entry.name, *offer)

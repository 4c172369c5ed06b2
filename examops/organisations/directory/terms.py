"""What a card is found by: pairs of neighbouring letters, which need no dictionary and work for Chinese words.

A word of the search box asks for all its pairs; "电工" is one, "众联智造" three. A card that has the pairs but not the
word is possible and rare: it would need them apart. Single letters are kept too, for who types one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

MAX_TERMS = 40  # of one question


def plain(text: str) -> str:
    """Lower case, one form of each letter (ＡＢＣ１２３ → abc123), words apart by single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def pairs(text: str) -> set[str]:
    """Every letter and every two neighbouring ones of each word."""
    words = plain(text).split()
    letters = {letter for word in words for letter in word}
    return letters | {word[place : place + 2] for word in words for place in range(len(word) - 1)}


def of_occupation(code: str) -> str:
    return f"o:{code}"


def of_level(level: str) -> str:
    return f"l:{level}"


def of_offer(code: str, level: str) -> str:
    return f"o:{code}/{level}"


def of_district(district: str) -> str:
    return f"d:{district}"


def of_area(area: str) -> str:
    return f"a:{area}"


def card_terms(texts: Iterable[str], district: str, offers: Iterable[tuple[str, str]], area: str = "") -> list[str]:
    """``texts``: everything that the search box finds; ``offers``: (occupation code, level)."""
    found = {term for text in texts for term in pairs(text)} | {of_district(district)}
    found |= {of_area(area)} if area else set()
    for code, level in offers:
        found |= {of_occupation(code), of_level(level), of_offer(code, level)}
    return sorted(found)


def asked_terms(text: str, district: str = "", code: str = "", level: str = "", area: str = "") -> list[str]:
    """What a card must have, all of it. A word of one letter asks for the letter, a longer one for its pairs."""
    words = plain(text).split()
    found = [word[place : place + 2] for word in words for place in range(max(len(word) - 1, 1))][:MAX_TERMS]
    found += [of_district(district)] if district else []
    found += [of_area(area)] if area else []
    if code and level:
        return [*found, of_offer(code, level)]
    return [*found, *([of_occupation(code)] if code else []), *([of_level(level)] if level else [])]

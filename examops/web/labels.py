"""Label tables (code → Chinese text) as template filters. A label is translated when it is rendered."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from examops.core.language import _


def labelled(table: Mapping[str, str]) -> Callable[[str], str]:
    """Filter: code → label in the reader's language; an unknown code is returned as it is."""
    return lambda code: _(table.get(code, code))


def marked(
    table: Mapping[str, tuple[str, str]], otherwise: tuple[str, str] | None = None
) -> Callable[[str], tuple[str, str]]:
    """Filter: code → (CSS class, label). Raises KeyError for an unknown code unless ``otherwise`` is given."""

    def look_up(code: str) -> tuple[str, str]:
        kind, word = table.get(code, otherwise) if otherwise else table[code]
        return kind, _(word)

    return look_up


def words_in(marks: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The words of a table of marks, without the class of each."""
    return {code: word for code, (_mark, word) in marks.items()}

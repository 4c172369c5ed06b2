"""Traditional characters as simplified ones, for words that somebody types into a search: 電工 → 电工.

``traditional.yaml`` holds pairs, traditional before simplified. Character by character: what depends on the word
(後, 后) is one character in simplified script anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.strict_yaml import read_yaml

FILE = Path(__file__).parent / "traditional.yaml"


def load(file: Path = FILE) -> Mapping[int, int]:
    """For :meth:`str.translate`. Raises ValueError for a character without its other, or with two."""
    letters = "".join(read_yaml(file)["pairs"])
    if len(letters) % 2 or len(set(letters[::2])) * 2 != len(letters):
        raise ValueError(f"{file.name}: a character stands alone or twice")
    return str.maketrans(letters[::2], letters[1::2])


_TABLE = load()


def simplified(text: str) -> str:
    """Of the same length; what is no traditional character stays."""
    return text.translate(_TABLE)

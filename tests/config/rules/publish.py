"""Adds new values to ``published.json``.

Run ``python -m tests.config.rules.publish`` after adding a dated value to the rules.

It never replaces a hash: a value that has been published stays as it is, and a change is a new dated value.
"""

from __future__ import annotations

import json
from pathlib import Path

from config.rulebook import Rulebook, load

FILE = Path(__file__).parent / "published.json"


def published() -> dict[str, str]:
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def with_new_values(known: dict[str, str], book: Rulebook) -> dict[str, str]:
    """The known hashes, untouched, and those of values not yet in them."""
    return dict(sorted((book.hashes() | known).items()))


if __name__ == "__main__":
    FILE.write_text(json.dumps(with_new_values(published(), load()), indent=1) + "\n", encoding="utf-8")

"""What the guides quote from a page stands in the product: pages are renamed, and their guides stay behind."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDES = sorted((ROOT / "docs" / "guide").glob("*.md"))
SHOWN_FROM = [
    *(
        file
        for folder in ("examops", "scheduler")
        for kind in ("html", "py")
        for file in ROOT.glob(f"{folder}/**/*.{kind}")
    ),
    *ROOT.glob("examops/web/frontend/src/**/*.ts"),
    *ROOT.glob("config/**/*.yaml"),
]
CHANGING = re.compile(r"[…%，]+|\*\*|\d+|\b[n某]\b")  # what stands for a number or a name


@cache
def product_text() -> str:
    """Templates, code and rules without white space, which the page's lines break anywhere."""
    return re.sub(r"\s+", "", "".join(file.read_text(encoding="utf-8") for file in SHOWN_FROM))


def pieces(quoted: str) -> list[str]:
    """The words of a quotation: of a way through pages each page, without what changes from one to the next."""
    parts = (re.split(CHANGING, part) for part in quoted.split("→"))
    return [re.sub(r"\s+", "", piece) for piece in chain.from_iterable(parts) if piece.strip()]


def quotations(guide: Path) -> list[tuple[int, str]]:
    """(line, what is quoted) of “…” without quotation marks inside."""
    lines = enumerate(guide.read_text(encoding="utf-8").splitlines(), 1)
    return [(number, found) for number, line in lines for found in re.findall(r"“([^“”]+)”", line)]


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_what_a_guide_quotes_stands_on_a_page(guide: Path) -> None:
    strange = [
        f"{guide.name}:{number}: {quoted} ({piece})"
        for number, quoted in quotations(guide)
        for piece in pieces(quoted)
        if piece not in product_text()
    ]
    assert not strange, strange


def test_the_guides_quote_much_and_a_word_of_no_page_is_found() -> None:
    assert sum(len(quotations(guide)) for guide in GUIDES) > 100
    assert pieces("备案待办 → **退出事项**") == ["备案待办", "退出事项"]
    assert "这一句哪一页也没有" not in product_text()

"""What styles and templates keep: one meaning for each class, no dead ones, lines that can be read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from examops.web.assets import STATIC

ROOT = Path(__file__).parents[2]
CSS, SCRIPTS = STATIC / "css", STATIC.parent / "frontend/src"
BASES = ("base", "plain", "dark", "tablet", "phone", "public")
CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
PREFIXES = ("state-", "of-")  # the rest of the name comes with the data: state-done, of-16
HOOKS = {"menu"}  # scripts look for it on a page whose styles do not need it
WIDTH = 160


def templates() -> list[Path]:
    folders = (ROOT / "examops", ROOT / "scheduler")
    return sorted(
        file for one in folders for file in one.rglob("*.html") if file.is_file() and "node_modules" not in file.parts
    )


def selectors(style: str, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Every selector with how deep it is nested below others; conditions (``@media``) do not count."""
    for head, body in blocks(re.sub(r"/\*.*?\*/", "", style, flags=re.S)):
        if head.startswith("@"):
            yield from selectors(body, depth) if head.startswith(("@media", "@supports")) else ()
            continue
        for selector in re.split(r",(?![^(]*\))", head):
            yield depth, " ".join(selector.split())
        yield from selectors(body, depth + 1)


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """(head, body) of each outermost pair of braces."""
    start = at = level = 0
    for place, letter in enumerate(text):
        if letter == "{":
            level += 1
            at = place if level == 1 else at
        elif letter == "}":
            level -= 1
            if level == 0:
                head = text[start:at].rpartition(";")[2].strip()
                yield head, text[at + 1 : place]
                start = place + 1


def parts(base: str) -> list[Path]:
    return [CSS / name for name in re.findall(r'@import "\./([^"]+)"', (CSS / f"{base}.css").read_text())]


def test_each_part_is_in_a_bundle() -> None:
    assert {part for base in BASES for part in parts(base)} == {*CSS.glob("*/*.css")}


@pytest.mark.parametrize("base", BASES)
def test_no_class_is_defined_in_two_files_of_a_bundle(base: str) -> None:
    """A page's own classes stand below its root class; only what stands alone is a definition."""
    places: dict[str, set[str]] = defaultdict(set)
    for part in parts(base):
        if part.name == "print.css":  # what paper leaves out is defined elsewhere
            continue
        for depth, selector in selectors(part.read_text()):
            if depth == 0 and (found := re.fullmatch(r"\.([\w-]+)", selector)):
                places[found.group(1)].add(part.name)
    assert {name: sorted(files) for name, files in places.items() if len(files) > 1} == {}


def test_the_reader_of_styles_sees_nesting_and_conditions() -> None:
    style = ".a, .b:is(.c, .d) { x: 1; .e { y: 2 } @media print { z: 3; .f { w: 4 } } }"
    assert [*selectors(style)] == [(0, ".a"), (0, ".b:is(.c, .d)"), (1, ".e"), (1, ".f")]


def defined() -> set[str]:
    heads = (selector for part in CSS.glob("*/*.css") for _, selector in selectors(part.read_text()))
    return {name for head in heads for name in CLASS.findall(re.sub(r'"[^"]*"', "", head))}


def classes_of_templates() -> Iterator[str]:
    for file in templates():
        for words in re.findall(r'\bclass="((?:\{[{%].*?[%}]\}|[^"])*)"', file.read_text(), re.S):
            written = re.sub(r"\{%.*?%\}", " ", words, flags=re.S)
            yield from (name for name in re.sub(r"\S*\{\{.*?\}\}\S*", " ", written, flags=re.S).split())
        yield from re.findall(r'post_button\([^)]*"(btn[\w -]*)"\)', file.read_text())


def classes_of_scripts() -> Iterator[str]:
    for file in SCRIPTS.rglob("*.ts"):
        code = file.read_text()
        for words in re.findall(r'(?:createElement|element)\(\s*"\w+",\s*"([^"]*)"', code):
            yield from words.split()
        yield from re.findall(r'classList\.\w+\("([\w-]+)"', code)
        for chain in re.findall(
            r'(?:querySelector(?:All)?(?:<[^>]*>)?|closest|requireElement(?:<[^>]*>)?)\("([^"]+)"', code
        ):
            yield from CLASS.findall(chain)


def test_every_class_in_use_is_defined() -> None:
    used = {name for words in (*classes_of_templates(), *classes_of_scripts()) for name in words.split()}
    assert len(used) > 150
    assert used - defined() - HOOKS == set()


def test_every_class_that_is_defined_is_in_use() -> None:
    """Names of states come with the data, so a word anywhere in templates, scripts or Python's tables is a use."""
    files = [*templates(), *SCRIPTS.rglob("*.ts"), *(ROOT / "examops").rglob("*.py")]
    words = {word for file in files for word in re.findall(r"[\w-]+", file.read_text())}
    dead = {name for name in defined() if name not in words and not name.startswith(PREFIXES)}
    assert dead == set()


@pytest.mark.parametrize("file", templates(), ids=lambda file: file.name)
def test_lines_of_templates_can_be_read(file: Path) -> None:
    lines = file.read_text().splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > WIDTH] == []
    assert [number for number, line in enumerate(lines, 1) if line != line.rstrip() or "\t" in line] == []

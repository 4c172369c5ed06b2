"""The catalogues against what the product says: what is missing, unused, doubtful or half translated.

``python -m tools.words`` (``make words``) brings every catalogue up to date through Babel, new texts untranslated, and
compiles it; ``python -m tools.words compile`` only compiles, as the installation does.
"""

from __future__ import annotations

import ast
import io
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po
from jinja2 import Environment, nodes

from examops.core.language.catalogues import MESSAGES, SCRIPTS, TRANSLATIONS, compiled, folder_of, read_catalogue
from tools.extraction import ANY_TEXT, COMMENTS, MARKS, SCRIPT_CALL, python_texts, template_texts

ROOT = Path(__file__).parent.parent
PARTS = ("examops", "scheduler", "config", "video")
FRONTEND = ROOT / "examops/web/frontend"
STYLE_GUIDE = "gallery.html"  # its words are example data
CHINESE = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]")  # letters and their punctuation, not the wide space
METHODS = {
    MESSAGES: [("**.py", "tools.extraction:python"), ("**/templates/**.html", "tools.extraction:template")],
    SCRIPTS: [("src/**.ts", "tools.extraction:script")],
}
PRIVATE = re.compile(
    r'"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Report-Msgid-Bugs-To|Generated-By'
    r"|Language-Team|Project-Id-Version): [^\n]*\n"
)


def code_files() -> list[Path]:
    return [path for part in PARTS for path in sorted((ROOT / part).rglob("*.py")) if "node_modules" not in path.parts]


def template_files() -> list[Path]:
    every = (path for part in PARTS for path in sorted((ROOT / part).glob("**/templates/**/*.html")))
    return [path for path in every if path.name != STYLE_GUIDE]


def script_files() -> list[Path]:
    return sorted((FRONTEND / "src").rglob("*.ts"))


@cache
def template_catalogue(name: str, language: str = "en") -> Catalog:
    """What the product says, as Babel extracts it: the template that a catalogue is brought up to date with."""
    folders = [FRONTEND] if name == SCRIPTS else [ROOT / part for part in PARTS]
    found, contexts = Catalog(locale=language), set()
    for folder in folders:
        extracted = extract_from_dir(
            str(folder), METHODS[name], directory_filter=lambda path: "node_modules" not in path
        )
        for file, _line, text, _comments, context in extracted:
            if Path(file).name == STYLE_GUIDE:
                continue
            if text == ANY_TEXT:
                contexts.add(context)
            else:
                found.add(text, context=context)
    for entry in read_catalogue(language, name) if contexts else ():  # ``_(TABLE[code], context="动作")``: any text
        if entry.context in contexts and found.get(_text(entry)) is not None:
            found.add(entry.id, context=entry.context)
    return found


def _text(entry: Message) -> str:
    return str(entry.id[0] if isinstance(entry.id, list | tuple) else entry.id)


def faults(language: str) -> list[str]:
    """Everything wrong with a language, one line each; none in a good one."""
    return [fault for name in METHODS for fault in _faults_in(name, language)]


def _faults_in(name: str, language: str) -> Iterator[str]:
    wanted, known = template_catalogue(name, language), read_catalogue(language, name)
    for entry in wanted:
        found = known.get(_text(entry), entry.context) if entry.id else entry
        if found is None:
            yield f"{name} lacks {entry.context or ''} {_text(entry)}"
        elif found.pluralizable != entry.pluralizable:
            yield f"{name}: {_text(entry)}: counts in the source {'alone' if entry.pluralizable else 'no more'}"
    for entry in known:
        if entry.id:
            unused = wanted.get(_text(entry), entry.context) is None
            yield from (f"{name}: {_text(entry)}: {fault}" for fault in _faults_of(entry, unused))


def _faults_of(entry: Message, unused: bool) -> Iterator[str]:
    if unused:
        yield "nobody says it any more"
    if entry.fuzzy:
        yield "doubtful"
    for form in entry.string if isinstance(entry.string, list | tuple) else [entry.string]:
        if not form:
            yield "not translated"
        elif braces(_text(entry)) != braces(form):
            yield f"other braces in {form}"
        if CHINESE.search(form or ""):
            yield f"Chinese left in {form}"


def braces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def in_code(source: str) -> tuple[set[tuple[str, str]], list[str]]:
    """((context, text) of every marked text, Chinese that is neither marked nor a docstring)"""
    tree = ast.parse(source)
    inside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in MARKS:
            inside |= {id(node) for node in ast.walk(call)}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    bare = [str(node.value) for node in constants if id(node) not in inside]
    return {(context, text) for _, context, text in python_texts(tree)}, [one for one in bare if CHINESE.search(one)]


def in_template(source: str) -> tuple[set[tuple[str, str]], list[str]]:
    """As :func:`in_code`; what a call says beside its first text and its context is bare."""
    tree = Environment(autoescape=True).parse(source)
    inside = set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
            kept = [call.args[0], *(word.value for word in call.kwargs if word.key == "context")]
            inside |= {id(one) for part in kept for one in (part, *part.find_all(nodes.Const))}
    data = [one.data for one in tree.find_all(nodes.TemplateData)]
    constants = [one for one in tree.find_all(nodes.Const) if isinstance(one.value, str) and id(one) not in inside]
    bare = [one.strip() for one in [*data, *(one.value for one in constants)] if CHINESE.search(one)]
    return {(context, text) for _, context, text in template_texts(tree)}, bare


def in_script(source: str) -> tuple[set[tuple[str, str]], list[str]]:
    code = COMMENTS.sub(lambda match: match.group(1) or "", source)
    found = {("", text.replace('\\"', '"')) for text in SCRIPT_CALL.findall(code)}
    return found, [line.strip() for line in SCRIPT_CALL.sub("", code).splitlines() if CHINESE.search(line)]


def update(name: str, language: str) -> int:
    """Bring a catalogue up to date and write it; returns how many texts wait for a translation."""
    known = read_catalogue(language, name)
    known.update(template_catalogue(name, language), no_fuzzy_matching=True)
    out = io.BytesIO()
    write_po(out, known, no_location=True, sort_output=True, width=110, ignore_obsolete=True)
    (folder_of(language) / f"{name}.po").write_text(PRIVATE.sub("", out.getvalue().decode()), encoding="utf-8")
    return sum(1 for entry in known if entry.id and not all(entry.string if entry.pluralizable else [entry.string]))


def compile_all() -> None:
    for language in languages():
        ready = folder_of(language) / f"{MESSAGES}.mo"
        fresh = ready.with_suffix(f".{os.getpid()}.mo")  # whole or not at all: a server may be starting
        fresh.write_bytes(compiled(read_catalogue(language)))
        fresh.replace(ready)


def languages() -> list[str]:
    return sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir())


def main(words: list[str]) -> int:
    """Compiling asks nothing of the texts: a missing translation must not keep anybody from installing."""
    if words == ["compile"]:
        compile_all()
        return 0
    for one in languages():
        print(f"{one}: {sum(update(name, one) for name in METHODS)} texts to translate")
    compile_all()
    return int(any(faults(one) for one in languages()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

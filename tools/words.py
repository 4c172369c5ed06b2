"""The words of the product against their catalogues: what is missing, unused, doubtful or half translated.

``python -m tools.words`` appends what is missing to the catalogue it belongs to, with an empty translation.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from babel.messages.pofile import escape, read_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent
PARTS = ("examops", "scheduler", "config", "video")
CATALOGUES = ROOT / "examops/web/translations"
SCRIPTS = ROOT / "examops/web/frontend/src"
STYLE_GUIDE = "gallery.html"  # its words are example data
CHINESE = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]")  # letters and their punctuation, not the wide space
COMMENTS = re.compile(r'("(?:\\.|[^"\\\n])*"|`[^`]*`)|//[^\n]*|/\*[\s\S]*?\*/')
SCRIPT_CALL = re.compile(r'(?<![\w.$])t\("((?:\\.|[^"\\])*)"')
Text = tuple[str, str]  # context, text


def code_files() -> list[Path]:
    return [path for part in PARTS for path in sorted((ROOT / part).rglob("*.py")) if "node_modules" not in path.parts]


def template_files() -> list[Path]:
    every = (path for part in PARTS for path in sorted((ROOT / part).glob("**/templates/**/*.html")))
    return [path for path in every if path.name != STYLE_GUIDE]


def script_files() -> list[Path]:
    return sorted(SCRIPTS.rglob("*.ts"))


def in_code(source: str) -> tuple[set[Text], list[str]]:
    """(texts given to ``_`` and ``N_``, Chinese that is given to neither and is no docstring)"""
    tree = ast.parse(source)
    found, inside = set(), set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in ("_", "N_") and call.args:
            context = next((_value(word.value) for word in call.keywords if word.arg == "context"), "")
            texts = {(context, text.value) for text in ast.walk(call.args[0]) if _is_said(text)}
            found |= texts or ({(context, "")} if context else set())  # any text may have an entry of this context
            inside |= {id(text) for text in ast.walk(call) if _is_text(text)}
    inside |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    bare = [node.value for node in ast.walk(tree) if _is_text(node) and id(node) not in inside]
    return found, [words for words in bare if CHINESE.search(words)]


def _is_said(node: ast.AST) -> bool:
    """A bare name, such as the key a table is asked with, is no text."""
    return _is_text(node) and not re.fullmatch("[a-z_]*", node.value)  # type: ignore[attr-defined]


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _value(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) else ""


def in_template(source: str) -> tuple[set[Text], list[str]]:
    tree = Environment(autoescape=True).parse(source)
    found, inside = set(), set()
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
            context = next((word.value.value for word in call.kwargs if word.key == "context"), "")  # type: ignore[attr-defined]
            texts = (
                [call.args[0]] if isinstance(call.args[0], nodes.Const) else list(call.args[0].find_all(nodes.Const))
            )
            found |= {(context, one.value) for one in texts if isinstance(one.value, str)}
            found |= {(context, "")} if context and not texts else set()
            inside |= {id(one) for one in (*texts, *(word.value for word in call.kwargs if word.key == "context"))}
    data = [one.data for one in tree.find_all(nodes.TemplateData)]
    bare = data + [
        one.value for one in tree.find_all(nodes.Const) if isinstance(one.value, str) and id(one) not in inside
    ]
    return found, [words.strip() for words in bare if CHINESE.search(words)]


def in_script(source: str) -> tuple[set[Text], list[str]]:
    code = COMMENTS.sub(lambda match: match.group(1) or "", source)
    found = {("", text.replace('\\"', '"')) for text in SCRIPT_CALL.findall(code)}
    return found, [line.strip() for line in SCRIPT_CALL.sub("", code).splitlines() if CHINESE.search(line)]


def wanted() -> dict[str, set[Text]]:
    """Name of a catalogue → the texts that new entries of it come from."""
    texts: dict[str, set[Text]] = defaultdict(set)
    for path in script_files():
        texts["scripts.po"] |= in_script(path.read_text(encoding="utf-8"))[0]
    for path in template_files():
        texts["pages.po"] |= in_template(path.read_text(encoding="utf-8"))[0]
    for path in code_files():
        texts[_home(path)] |= in_code(path.read_text(encoding="utf-8"))[0]
    return texts


def _home(path: Path) -> str:
    part = path.relative_to(ROOT).parts[1]
    return {"web": "pages.po", "eligibility": "eligibility.po"}.get(part, "domains.po")


def told(language: str) -> dict[str, dict[Text, tuple[str, bool]]]:
    """Name of a catalogue → its texts: (translation, whether it is doubtful)"""
    files = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            files[path.name] = {
                (one.context or "", str(one.id)): (str(one.string), one.fuzzy) for one in read_po(file) if one.id
            }
    return files


def missing(language: str) -> dict[str, set[Text]]:
    """Scripts read their own file alone; any other file may say what pages and domains ask for."""
    files, lacking = told(language), {}
    pages = {text for name, texts in files.items() if name != "scripts.po" for text in texts}
    for name, texts in wanted().items():
        known = files.get(name, {}).keys() if name == "scripts.po" else pages
        lacking[name] = {text for text in texts - known if text[1]}
    return lacking


def faults(language: str) -> list[str]:
    """Everything wrong with a language, one line each; none in a good one."""
    asked, files = wanted(), told(language)
    found = [f"{name} lacks {text}" for name, texts in missing(language).items() for _, text in sorted(texts)]
    others = {text for name, texts in asked.items() if name != "scripts.po" for text in texts}
    others |= {(context, text) for context, none in others if not none for _, text in others}
    spoken: dict[Text, str] = {}
    for name, texts in files.items():
        used = asked["scripts.po"] if name == "scripts.po" else others
        for text, (translation, doubtful) in texts.items():
            found += [f"{name}: {text[1]}: {fault}" for fault in _faults_of(text, translation, doubtful, text in used)]
            if name != "scripts.po" and spoken.setdefault(text, translation) != translation:
                found.append(f"{name}: {text[1]}: another file says {spoken[text]}")
    return found


def _faults_of(text: Text, translation: str, doubtful: bool, is_used: bool) -> Iterator[str]:
    if not is_used:
        yield "nobody says it any more"
    if doubtful:
        yield "doubtful"
    if not translation:
        yield "not translated"
    elif _braces(text[1]) != _braces(translation):
        yield f"other braces in {translation}"
    if CHINESE.search(translation):
        yield f"Chinese left in {translation}"


def _braces(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def append(language: str) -> int:
    """Write what is missing into its catalogue, untranslated; the number of new entries."""
    lacking, count = missing(language), 0
    taken: set[Text] = set()
    for name, texts in sorted(lacking.items(), reverse=True):
        new = sorted(texts if name == "scripts.po" else texts - taken)
        taken |= set() if name == "scripts.po" else set(new)
        with (CATALOGUES / language / name).open("a", encoding="utf-8") as file:
            for context, text in new:
                file.write(
                    "\n" + (f"msgctxt {escape(context)}\n" if context else "") + f'msgid {escape(text)}\nmsgstr ""\n'
                )
        count += len(new)
    return count


if __name__ == "__main__":
    for folder in sorted(path for path in CATALOGUES.iterdir() if path.is_dir()):
        print(f"{folder.name}: {append(folder.name)} texts to translate")
    sys.exit(any(faults(folder.name) for folder in CATALOGUES.iterdir() if folder.is_dir()))

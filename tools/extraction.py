"""Babel's extractors for the product: Python and templates with ``_``, ``N_`` and contexts, scripts with ``t``.

Babel's own know no keyword ``context=`` and no text chosen by a condition inside the call (``_("甲" if x else "乙")``).
Each yields ``(line, function, messages, comments)`` as Babel asks, so that ``pgettext`` is a text with a context and
``ngettext`` one that counts (``examops/core/language/plurals.py``).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import IO, Any

from jinja2 import Environment, nodes

from examops.core.language.plurals import counted

MARKS = ("_", "N_")
COMMENTS = re.compile(r'("(?:\\.|[^"\\\n])*"|`[^`]*`)|//[^\n]*|/\*[\s\S]*?\*/')
SCRIPT_CALL = re.compile(r'(?<![\w.$])t\("((?:\\.|[^"\\])*)"')
ANY_TEXT = "*"
NAME = re.compile("[a-z_]*")
Extracted = tuple[int, str, Any, list[str]]


def python(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Extracted]:
    for line, context, text in python_texts(ast.parse(file.read())):
        yield _entry(line, context, text)


def template(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Extracted]:
    for line, context, text in template_texts(Environment(autoescape=True).parse(file.read().decode())):
        yield _entry(line, context, text)


def script(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Extracted]:
    for text in script_texts(file.read().decode()):
        yield _entry(1, "", text)


def _entry(line: int, context: str, text: str) -> Extracted:
    texts = (text, text) if counted(text) else (text,)
    function = {(False, 1): None, (False, 2): "ngettext", (True, 1): "pgettext", (True, 2): "npgettext"}
    return line, function[bool(context), len(texts)], ((context, *texts) if context else texts), []  # type: ignore[return-value]


def python_texts(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """(line, context, text) of every marked text; :data:`ANY_TEXT` where any text may be meant by the context."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in MARKS and call.args:
            context = next((_constant(word.value) for word in call.keywords if word.arg == "context"), "")
            texts = [text.value for text in ast.walk(call.args[0]) if _is_text(text)]
            yield from ((call.lineno, context, text) for text in texts or ([ANY_TEXT] if context else []))


def _is_text(node: ast.AST) -> bool:
    """A bare name, such as the key a table is asked with, is no text."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and not NAME.fullmatch(node.value)


def _constant(node: ast.AST) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def template_texts(tree: nodes.Template) -> Iterator[tuple[int, str, str]]:
    """As :func:`python_texts`."""
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args:
            context = next((word.value.value for word in call.kwargs if word.key == "context"), "")  # type: ignore[attr-defined]
            first = call.args[0]
            found = [first] if isinstance(first, nodes.Const) else list(first.find_all(nodes.Const))
            texts = [one.value for one in found if isinstance(one.value, str)]
            yield from ((call.lineno, context, text) for text in texts or ([ANY_TEXT] if context else []))


def script_texts(source: str) -> list[str]:
    code = COMMENTS.sub(lambda match: match.group(1) or "", source)
    return [text.replace('\\"', '"') for text in SCRIPT_CALL.findall(code)]

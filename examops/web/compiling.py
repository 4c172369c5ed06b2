"""How templates become code: Jinja's own, but for what it asks of every value, text and call that a page can know.

A page shows some five hundred values and texts. Jinja wraps each in an object of its own before all of them are joined,
and asks of each call twice which kind of argument it wants; the answers here are the same, byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from types import FunctionType, MethodType
from typing import Any

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode, missing
from markupsafe import Markup, _escape_inner, escape

from examops.core.language import SOURCE, current_language, look_up

ORDINARY = frozenset((FunctionType, MethodType))


def written(value: Any) -> str:
    """As ``markupsafe.escape``, for what is joined at once: the result is safe, and carries no mark that says so."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    return value if kind is Markup else escape(value)


def text(words: str, context: str = "") -> str:
    """As ``_`` without values, for texts that stand in a template: there are so many and no more."""
    language = current_language()
    return words if language == SOURCE else _translated(language, words, context)


@cache
def _translated(_language: str, words: str, context: str) -> str:
    return look_up(words, context, {})


class PageCode(CodeGenerator):
    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Of a whole template or block what it shows goes on as one text: Jinja hands each of two thousand pieces of a
        page through a generator for each level of blocks."""
        if frame.parent is not None or frame.buffer is not None or frame.require_output_check:
            super().blockvisit(nodes, frame)
            return
        self.buffer(frame)
        super().blockvisit(nodes, frame)
        self.writeline(f"yield concat({frame.buffer})")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        words = None if forward_caller else _text_of(node)
        if words is None or not self._is_global("_", frame):
            super().visit_Call(node, frame, forward_caller=forward_caller)
        else:
            self.write(f"environment.text{words!r}")

    @staticmethod
    def _is_global(name: str, frame: Frame) -> bool:
        """Not a variable of the template, such as that of a loop or a parameter of a macro."""
        reference = frame.symbols.find_ref(name)
        return reference is not None and frame.symbols.find_load(reference) == ("resolve", name)


def _text_of(node: nodes.Call) -> tuple[str, str] | None:
    """Text and context of ``_("…")`` or ``_("…", context="…")``; None of every other call."""
    if not isinstance(node.node, nodes.Name) or node.node.name != "_" or node.dyn_args or node.dyn_kwargs:
        return None
    given = [*node.args, *(one.value for one in node.kwargs)]
    names, values = [one.key for one in node.kwargs], [one.value for one in given if isinstance(one, nodes.Const)]
    if len(node.args) != 1 or names not in ([], ["context"]) or len(values) != len(given):
        return None
    words, context = (*values, "")[:2]
    return (words, context) if isinstance(words, str) and isinstance(context, str) else None


class PageContext(Context):
    @internalcode
    def call(self, called: Any, /, *args: Any, **named: Any) -> Any:
        """As Jinja's, which asks each function whether it wants the context, and its method ``__call__`` too."""
        kind = type(called)
        if kind is not Macro and (kind not in ORDINARY or hasattr(called, "jinja_pass_arg")):
            return super().call(called, *args, **named)
        named.pop("_block_vars", None)  # of a template, for functions that want its context
        named.pop("_loop_vars", None)
        if kind is not Macro:
            return called(*args, **named)
        if named or not self._is_plain(called, len(args)):
            return called(self.eval_ctx, *args, **named)
        left = (missing,) * (called._argument_count - len(args))
        return Markup(called._func(*args, *left))  # noqa: S704  its code has escaped what it shows

    def _is_plain(self, called: Macro, given: int) -> bool:
        """Whether nothing has to be sorted out between what is given and what the macro's function takes."""
        is_strict = not (called.caller or called.catch_kwargs or called.catch_varargs)
        return is_strict and self.eval_ctx.autoescape and given <= called._argument_count


class PageTemplate(Template):
    def _get_default_module(self, ctx: Context | None = None) -> Any:
        """As Jinja's, which compares the names of all globals at each import: here all templates have the same ones."""
        return super()._get_default_module()


class PageEnvironment(Environment):
    code_generator_class = PageCode
    context_class = PageContext
    template_class = PageTemplate
    written = staticmethod(written)
    text = staticmethod(text)

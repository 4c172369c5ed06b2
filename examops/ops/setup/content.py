"""The YAML of a setup file. Keys that stand twice and days that do not exist are kept for the report, not raised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from config.strict_yaml import StrictLoader


class Unreadable(Exception):
    """The file cannot be read at all; the text says why, in Chinese."""


@dataclass(frozen=True)
class FileContent:
    """``doubled``: a fault for each key that stands twice. ``lines``: path → line, counted from 1."""

    content: dict[str, Any]
    doubled: list[str]
    lines: dict[str, int] = field(default_factory=dict)


def placed(told: Iterable[str], lines: dict[str, int]) -> list[str]:
    """Faults or warnings in the order of the file, each with its line before it, for whoever mends them there.

    What is missing has no line of its own: it is told at the block that lacks it.
    """
    found = sorted(((_line_of(one.partition(": ")[0], lines), one) for one in told), key=lambda pair: pair[0])
    return [f"第 {line} 行 {one}" for line, one in found]


def _line_of(path: str, lines: dict[str, int]) -> int:
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path, 1)


class _Loader(StrictLoader):
    """As strict as its parent, but it goes on: whoever mends the file wants every fault of it at once."""


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    pairs = [
        (loader.construct_object(key, deep=True), loader.construct_object(value, deep=True))
        for key, value in node.value
    ]
    return {key if isinstance(key, str) else str(key): value for key, value in pairs}


def _day(loader: Any, node: Any) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:  # the 31st of February: the field that asks for a day says so, with its path
        return node.value


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day)


def read_content(file: Path) -> FileContent:
    """Raises :class:`Unreadable`."""
    try:
        loader = _Loader(file.read_text(encoding="utf-8-sig"))
        node = loader.get_single_node()
        content = loader.construct_document(node) if node is not None else {}
    except OSError as error:
        raise Unreadable(f"读不了文件：{error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Unreadable("文件不是 UTF-8 编码，请另存为 UTF-8") from error
    except yaml.YAMLError as error:
        raise Unreadable(f"不是 YAML：{_where(error)}") from error
    if not isinstance(content, dict):
        raise Unreadable("文件最外层须是“键: 值”")
    return FileContent(content, _doubled(node, ""), dict(_lines(node, "")))


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "格式不对"
    return f"第 {mark.line + 1} 行第 {mark.column + 1} 个字符附近（{problem}）" if mark else str(problem)


def _doubled(node: Any, path: str) -> list[str]:
    found: list[str] = []
    if isinstance(node, yaml.SequenceNode):
        found = [fault for n, one in enumerate(node.value) for fault in _doubled(one, f"{path}[{n}]")]
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            here = f"{path}.{key.value}" if path else str(key.value)
            found += [f"{here}: 写了两次"] if str(key.value) in seen else []
            seen.add(str(key.value))
            found += _doubled(value, here)
    return found


def _lines(node: Any, path: str) -> Iterator[tuple[str, int]]:
    """A block of a list stands where its first key does, a value where its key does."""
    if isinstance(node, yaml.SequenceNode):
        for n, one in enumerate(node.value):
            yield f"{path}[{n}]", one.start_mark.line + 1
            yield from _lines(one, f"{path}[{n}]")
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = f"{path}.{key.value}" if path else str(key.value)
            yield here, key.start_mark.line + 1
            yield from _lines(value, here)

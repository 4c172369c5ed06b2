"""YAML that refuses a key written twice (plain YAML lets the last one win in silence), and hashes of its content."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import yaml

Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlFault(ValueError):
    """The file is no YAML, not a block of keys, or a key stands twice in one block."""


class StrictLoader(Base):  # type: ignore[misc]  # chosen at import: the fast one where libyaml is there
    """The safe loader, without silent overwriting."""


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise YamlFault(f"{key} stands twice (line {key_node.start_mark.line + 1})")
        found[key] = loader.construct_object(value_node, deep=True)
    return found


StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


class Lines:
    """Where each key of each block of one file stands, from line 1."""

    def __init__(self) -> None:
        self._of: dict[int, dict[Any, int]] = {}

    def add(self, block: dict[Any, Any], lines: dict[Any, int]) -> None:
        self._of[id(block)] = lines

    def of(self, block: Any, key: Any = None) -> int:
        """The line of ``key``; of the block's first key where it lacks this one; 1 for what is no block."""
        lines = self._of.get(id(block), {})
        return lines.get(key) or min(lines.values(), default=1)


def read_yaml_with_lines(file: Path) -> tuple[dict[str, Any], Lines]:
    """As :func:`read_yaml`, with the lines. They hold as long as the content does."""
    lines = Lines()

    class Loader(StrictLoader):
        """A loader of its own for each file: it notes lines there."""

    def note(loader: Any, node: Any) -> dict[Any, Any]:
        found = _mapping(loader, node)
        keys = {loader.construct_object(key, deep=True): key.start_mark.line + 1 for key, _ in node.value}
        lines.add(found, keys)
        return found

    Loader.add_constructor("tag:yaml.org,2002:map", note)
    return _read(file, Loader), lines


def read_yaml(file: Path) -> dict[str, Any]:
    """The content of one file as a dict. Raises :class:`YamlFault`."""
    return _read(file, StrictLoader)


def _read(file: Path, loader: Any) -> dict[str, Any]:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - a safe loader's child
    except yaml.YAMLError as error:
        raise YamlFault(f"is not YAML: {' '.join(str(error).split())}") from error
    except ValueError as error:  # a day such as 2027-02-30
        raise YamlFault(str(error)) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise YamlFault("the file is not a block of keys")
    return content


def content_hash(content: Any) -> str:
    """SHA-256 of canonical JSON: sorted keys, no blanks, UTF-8, days as ISO text."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()

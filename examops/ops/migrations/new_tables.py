"""A whole new table as SQL, from the catalogue of what the models declare."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from examops.ops.migrations.catalogue import Catalogue, Item

REFERENCED = re.compile(r"REFERENCES (\w+)")


def column_line(item: Item, declared: Catalogue) -> str:
    """``name type DEFAULT … NOT NULL``, as CREATE TABLE and ADD COLUMN take it."""
    default = declared.get(item._replace(kind="default"))
    required = " NOT NULL" if item._replace(kind="not null") in declared else ""
    return f"{item.name} {declared[item]}{f' DEFAULT {default}' if default else ''}{required}"


def create_table(table: str, declared: Catalogue, waiting_for: Set[str]) -> Iterator[tuple[str, str]]:
    """(stage, statement) of everything that belongs to a new table.

    A key to a table of ``waiting_for``, which gets its unique pair in the stage `indexes`, is added after that.
    """
    own = {item: definition for item, definition in declared.items() if item.table == table}
    yield "expand", _body(own)
    for item, definition in own.items():
        if item.kind == "constraint" and definition.startswith("FOREIGN KEY"):
            yield from _foreign_key(item, definition, waiting_for)
        elif item.kind == "index":
            yield "expand", f"{definition};"
        elif item.kind == "row security":
            yield "expand", f"ALTER TABLE {table} {item.name} ROW LEVEL SECURITY;"
        elif item.kind == "policy":
            yield "expand", f"CREATE POLICY {item.name} ON {table} {definition};"
    yield from (("expand", statement) for statement in _grants(table, own))


def _body(own: Catalogue) -> str:
    lines = [column_line(item, own) for item in own if item.kind == "column"]
    lines += [
        f"CONSTRAINT {item.name} {definition}"
        for item, definition in own.items()
        if item.kind == "constraint" and not definition.startswith("FOREIGN KEY")
    ]
    table = next(iter(own)).table
    return f"CREATE TABLE {table} (\n  " + ",\n  ".join(lines) + "\n);"


def _foreign_key(item: Item, definition: str, waiting_for: Set[str]) -> Iterator[tuple[str, str]]:
    added = f"ALTER TABLE {item.table} ADD CONSTRAINT {item.name} {definition}"
    referenced = REFERENCED.search(definition)
    if referenced and referenced.group(1) in waiting_for:
        yield "constraints", f"{added} NOT VALID;"
        yield "validate", f"ALTER TABLE {item.table} VALIDATE CONSTRAINT {item.name};"
    else:
        yield "expand", f"{added};"


def _grants(table: str, own: Catalogue) -> Iterator[str]:
    verbs: dict[str, list[str]] = {}
    for item in own:
        if item.kind == "right":
            role, verb = item.name.split(": ", 1)
            verbs.setdefault(role, []).append(verb)
    for role, granted in verbs.items():
        yield f"GRANT {', '.join(granted)} ON {table} TO {{{role}}};"

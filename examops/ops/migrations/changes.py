"""From a difference between models and database to SQL that takes the database there, as a draft for a person to edit.

What may run beside the old code comes first, what removes something it uses comes last, and what would lock a filled
table for long is split, so the result is one list of statements for each stage.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

from examops.ops.migrations.catalogue import Catalogue, Item
from examops.ops.migrations.new_tables import column_line, create_table

# In the order of their revisions. A revision of `indexes` runs outside a transaction.
STAGES = ("expand", "indexes", "constraints", "validate", "contract")
REPLACED = "-- Another takes its place.\n-- squawk-ignore ban-drop-constraint\n"
Stages = dict[str, list[str]]
Step = tuple[str, str]  # stage, statement


def changes(declared: Catalogue, installed: Catalogue) -> Stages:
    """Statements for each stage that needs any."""
    stages: Stages = defaultdict(list)
    new = {item.table for item in declared.keys() - installed.keys() if item.kind == "table"}
    gone = {item.table for item in installed.keys() - declared.keys() if item.kind == "table"}
    paired = {item.table for item in declared.keys() - installed.keys() if _is_unique(declared[item], item)} - new
    created = [step for table in sorted(new) for step in create_table(table, declared, waiting_for=paired)]
    for stage, statement in sorted(
        created, key=lambda step: "FOREIGN KEY" in step[1]
    ):  # keys once all tables are there
        stages[stage].append(statement)
    for item in [*declared, *(item for item in installed if item not in declared)]:
        if item.table not in new | gone and declared.get(item) != installed.get(item):
            for stage, statement in _steps(item, declared, installed):
                stages[stage].append(statement)
    if gone:
        stages["contract"].insert(0, f"DROP TABLE {', '.join(sorted(gone))};")
    return {stage: stages[stage] for stage in STAGES if stages.get(stage)}


def _is_unique(definition: str, item: Item) -> bool:
    return item.kind == "constraint" and definition.startswith(("UNIQUE", "PRIMARY KEY"))


def _steps(item: Item, declared: Catalogue, installed: Catalogue) -> Iterator[Step]:
    if item.kind == "column":
        yield from _column(item, declared, installed)
    elif item.kind in ("default", "not null") and (
        item._replace(kind="column") not in installed.keys() & declared.keys()
    ):
        return  # comes and goes with its column
    else:
        yield from WRITERS[item.kind](item, declared.get(item), installed.get(item))


def _column(item: Item, declared: Catalogue, installed: Catalogue) -> Iterator[Step]:
    table, name = item.table, item.name
    wanted = declared.get(item)
    if wanted is None:
        yield "contract", f"ALTER TABLE {table} DROP COLUMN {name};"
    elif item not in installed:
        yield "expand", f"ALTER TABLE {table} ADD COLUMN {column_line(item, declared)};"
    else:
        yield "contract", f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {wanted};"


def _default(item: Item, wanted: str | None, found: str | None) -> Iterator[Step]:
    change = f"SET DEFAULT {wanted}" if wanted else "DROP DEFAULT"
    yield "expand", f"ALTER TABLE {item.table} ALTER COLUMN {item.name} {change};"


def _not_null(item: Item, wanted: str | None, found: str | None) -> Iterator[Step]:
    """A validated check proves it, so that SET NOT NULL need not read the table under its lock."""
    table, column = item.table, item.name
    if not wanted:
        yield "expand", f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL;"
        return
    proof = f"ck_{table}_{column}_is_filled"
    yield "constraints", f"ALTER TABLE {table} ADD CONSTRAINT {proof} CHECK ({column} IS NOT NULL) NOT VALID;"
    yield "validate", f"ALTER TABLE {table} VALIDATE CONSTRAINT {proof};"
    yield (
        "contract",
        f"-- {proof} has proved it: the table is not read.\n-- squawk-ignore adding-not-nullable-field\n"
        f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;\n"
        f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT {proof};",
    )


def _constraint(item: Item, wanted: str | None, found: str | None) -> Iterator[Step]:
    table, name = item.table, item.name
    drop = f"{REPLACED}ALTER TABLE {table} DROP CONSTRAINT {name};\n" if found else ""
    if not wanted:
        stage = "contract" if (found or "").startswith(("UNIQUE", "PRIMARY KEY")) else "expand"  # keys may rest on it
        yield stage, f"ALTER TABLE {table} DROP CONSTRAINT {name};"
    elif wanted.startswith(("UNIQUE", "PRIMARY KEY")):
        kind, columns = re.match(r"(UNIQUE|PRIMARY KEY) (\(.*\))", wanted).groups()  # type: ignore[union-attr]
        index = f"{name}_new" if found else name  # renamed to the constraint's name when it takes over
        yield "indexes", _concurrently(index, f"CREATE UNIQUE INDEX {index} ON {table} {columns}")
        yield "constraints", f"{drop}ALTER TABLE {table} ADD CONSTRAINT {name} {kind} USING INDEX {index};"
    elif wanted.startswith("EXCLUDE"):
        note = "-- Reads and locks the whole table: only where it is small.\n"
        yield "constraints", f"{note}{drop}ALTER TABLE {table} ADD CONSTRAINT {name} {wanted};"
    else:
        yield "constraints", f"{drop}ALTER TABLE {table} ADD CONSTRAINT {name} {wanted} NOT VALID;"
        yield "validate", f"ALTER TABLE {table} VALIDATE CONSTRAINT {name};"


def _index(item: Item, wanted: str | None, found: str | None) -> Iterator[Step]:
    statement = _concurrently(item.name, wanted) if wanted else f"DROP INDEX CONCURRENTLY IF EXISTS {item.name};"
    yield "indexes", statement


def _concurrently(name: str, definition: str) -> str:
    """Dropped first: an attempt that was killed leaves an invalid index behind."""
    made = definition.replace("INDEX ", "INDEX CONCURRENTLY ", 1)
    return f"DROP INDEX CONCURRENTLY IF EXISTS {name};\n{made};"


def _row_security(item: Item, wanted: str | None, found: str | None) -> Iterator[Step]:
    verb = item.name if wanted else {"ENABLE": "DISABLE", "FORCE": "NO FORCE"}[item.name]
    yield "expand" if wanted else "contract", f"ALTER TABLE {item.table} {verb} ROW LEVEL SECURITY;"


def _policy(item: Item, wanted: str | None, found: str | None) -> Iterator[Step]:
    drop = f"DROP POLICY {item.name} ON {item.table};" if found else ""
    create = f"CREATE POLICY {item.name} ON {item.table} {wanted};" if wanted else ""
    yield "expand", "\n".join(part for part in (drop, create) if part)


def _right(item: Item, wanted: str | None, found: str | None) -> Iterator[Step]:
    role, verb = item.name.split(": ", 1)
    role = role if role == "PUBLIC" else f"{{{role}}}"
    if wanted:
        yield "expand", f"GRANT {verb} ON {item.table} TO {role};"
    else:
        yield "contract", f"REVOKE {verb.replace(' WITH GRANT OPTION', '')} ON {item.table} FROM {role};"


WRITERS: dict[str, Callable[[Item, str | None, str | None], Iterator[Step]]] = {
    "default": _default,
    "not null": _not_null,
    "constraint": _constraint,
    "index": _index,
    "row security": _row_security,
    "policy": _policy,
    "right": _right,
}

"""The schema that the models declare, as SQL for an empty PostgreSQL schema.

Revisions never read this: they are frozen text. It serves to compare (``catalogue.py``) and to write new revisions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import ForeignKeyConstraint, MetaData, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from examops.core.table_access import policies_of, reason_across_bodies, rights_of

DIALECT = postgresql.dialect(paramstyle="named")  # others double a percent sign


def declared_sql(metadata: MetaData, roles: Mapping[str, str]) -> list[str]:
    """Statements in the order they must run. ``roles`` names the roles ``web`` and ``job`` of this database.

    The functions that policies ask (``scope_…()``) are not declared by models and must exist.
    """
    tables = metadata.sorted_tables
    statements = [sql for table in tables for sql in _table_sql(table)]
    statements += same_body_sql(tables)
    for table in tables:
        statements += _policies_sql(table)
        statements += _grants_sql(table, roles)
    return statements


def _table_sql(table: Table) -> Iterator[str]:
    kept = [key for key in table.foreign_key_constraints if not _is_widened(key)]
    yield str(CreateTable(table, include_foreign_key_constraints=kept).compile(dialect=DIALECT))
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        yield str(CreateIndex(index).compile(dialect=DIALECT))


def stays_in_body(key: ForeignKeyConstraint) -> bool:
    """Whether the key joins two bodies' rows without saying that both are of one body."""
    if "body_id" not in key.table.c or "body_id" not in key.referred_table.c:
        return False
    return "body_id" not in [column.name for column in key.columns] and not reason_across_bodies(key)


def _is_widened(key: ForeignKeyConstraint) -> bool:
    """Keys of a single column are replaced by the wider one; those of several get it beside them."""
    return stays_in_body(key) and len(key.columns) == 1


def same_body_sql(tables: list[Table]) -> list[str]:
    """``(parent_id, body_id)`` must exist in the parent: a child can never hang below another body's row."""
    keys = [key for table in tables for key in table.foreign_key_constraints if stays_in_body(key)]
    keys.sort(key=lambda key: (key.table.name, key.columns[0].name))
    parents = sorted({key.referred_table for key in keys}, key=lambda table: table.name)
    unique = [
        f"ALTER TABLE {parent.name} ADD CONSTRAINT uq_{parent.name}_id_body_id UNIQUE (id, body_id)"
        for parent in parents
        if not _has_pair(parent)
    ]
    return unique + [
        f"ALTER TABLE {key.table.name} ADD CONSTRAINT fk_{key.table.name}_{key.columns[0].name}"
        f" FOREIGN KEY ({key.columns[0].name}, body_id) REFERENCES {key.referred_table.name} (id, body_id)"
        for key in keys
    ]


def _has_pair(table: Table) -> bool:
    unique = (rule for rule in table.constraints if isinstance(rule, UniqueConstraint))
    return any([column.name for column in rule.columns] == ["id", "body_id"] for rule in unique)


def _policies_sql(table: Table) -> list[str]:
    policies = policies_of(table)
    if not policies:
        return []
    forced = [f"ALTER TABLE {table.name} {verb} ROW LEVEL SECURITY" for verb in ("ENABLE", "FORCE")]
    return forced + [f"CREATE POLICY {name} ON {table.name} {rule}" for name, rule in policies.items()]


def _grants_sql(table: Table, roles: Mapping[str, str]) -> list[str]:
    rights = rights_of(table)
    granted = {"web": rights.web, "job": rights.job}
    return [f'GRANT {", ".join(verbs)} ON {table.name} TO "{roles[kind]}"' for kind, verbs in granted.items() if verbs]

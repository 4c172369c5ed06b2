"""Writes the SQL of the first migration from the models: ``python -m examops.ops.ddl``.

Once released, that file is frozen; later changes are migrations of their own, and a guard test compares the
migrated database with the models.
"""

from __future__ import annotations

import sys

from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from examops.app.tables import METADATA, TENANT_TABLES

DIALECT = postgresql.dialect()
# What a role may do is the least it needs; everything not named here is select, insert, update, delete for both.
READ_ADD_ONLY = ("scan", "review_verdict", "quarantine_decision")
NO_DELETE = (
    "segment",
    "gap",
    "arming",
    "look",
    "flag",
    "application",
    "booking",
    "sitting",
    "lot",
    "lot_draw",
    "verdict",
)
SPECIAL = ("person", "audit_entry", "audit_seal", "audit_head")

# A reference from one body's row to another body's is a mistake, so every foreign key between tenant tables carries
# body_id (a guard test insists). These may point to another body's people.
ACROSS_BODIES = {
    ("session_duty", "staff_id"): "an examiner or supervisor may be lent by another body",
    ("recusal_relation", "staff_id"): "the relation is to whoever is on duty, lent people too",
}

SEES = (
    "(SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])"
    " OR district = ANY ((SELECT scope_districts())::text[])"
)
BODY_SEES = SEES.replace("body_id =", "id =") + " OR ((SELECT scope_public()) AND state IN ('filed', 'suspended'))"


def tables_sql() -> list[str]:
    statements = []
    for table in METADATA.sorted_tables:
        kept = [key for key in table.foreign_key_constraints if not _is_widened(key)]
        created = CreateTable(table, include_foreign_key_constraints=kept)
        statements.append(str(created.compile(dialect=DIALECT)).strip() + ";")
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements += [str(CreateIndex(index).compile(dialect=DIALECT)).strip() + ";" for index in indexes]
    return statements


def _stays_in_body(key: ForeignKeyConstraint) -> bool:
    """Whether the key joins two tenant tables without saying that both rows are of one body."""
    columns = [column.name for column in key.columns]
    own = {*TENANT_TABLES, "role_grant"}  # a grant is read by everybody's sign-in, yet its site must be its body's
    if not {key.table.name, key.referred_table.name} <= own or "body_id" in columns:
        return False
    return (key.table.name, columns[0]) not in ACROSS_BODIES


def _is_widened(key: ForeignKeyConstraint) -> bool:
    """Keys of a single column are replaced by the wider one; those of several get it beside them."""
    return _stays_in_body(key) and len(key.columns) == 1


def same_body_sql() -> list[str]:
    """``(parent_id, body_id)`` must exist in the parent: a child can never hang below another body's row."""
    keys = [key for table in METADATA.sorted_tables for key in table.foreign_key_constraints if _stays_in_body(key)]
    keys.sort(key=lambda key: (key.table.name, key.columns[0].name))
    parents = sorted({key.referred_table for key in keys}, key=lambda table: table.name)
    unique = [
        f"ALTER TABLE {table.name} ADD CONSTRAINT uq_{table.name}_id_body_id UNIQUE (id, body_id);"
        for table in parents if not _has_pair(table)
    ]  # fmt: skip
    return unique + [
        f"ALTER TABLE {key.table.name} ADD CONSTRAINT fk_{key.table.name}_{key.columns[0].name}"
        f" FOREIGN KEY ({key.columns[0].name}, body_id) REFERENCES {key.referred_table.name} (id, body_id);"
        for key in keys
    ]


def _has_pair(table: Table) -> bool:
    unique = (rule for rule in table.constraints if isinstance(rule, UniqueConstraint))
    return any([column.name for column in rule.columns] == ["id", "body_id"] for rule in unique)


def policies_sql() -> list[str]:
    statements = []
    for table in [*TENANT_TABLES, "body"]:
        rule = BODY_SEES if table == "body" else SEES
        statements.append(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;")
        statements.append(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;")
        if table == "audit_entry":  # everybody's acts are recorded; who may read them is another matter
            statements.append(f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK (true);")
            statements.append(f"CREATE POLICY reads ON {table} FOR SELECT USING ({rule});")
            statements.append(f"CREATE POLICY seals ON {table} FOR UPDATE USING ((SELECT scope_everything()));")
            continue
        statements.append(f"CREATE POLICY scope ON {table} USING ({rule});")
    return statements


def grants_sql() -> list[str]:
    """``{web}`` and ``{job}`` are the role names of this database, filled in when the migration runs."""
    statements = []
    for table in METADATA.tables:
        if table in SPECIAL:
            continue
        rights = "SELECT, INSERT" if table in READ_ADD_ONLY else "SELECT, INSERT, UPDATE"
        rights += "" if table in (*READ_ADD_ONLY, *NO_DELETE) else ", DELETE"
        statements.append(f"GRANT {rights} ON {table} TO {{web}}, {{job}};")
    statements += [
        "GRANT SELECT, INSERT ON audit_entry TO {web}, {job};",
        "GRANT UPDATE (seal_number) ON audit_entry TO {job};",
        "GRANT SELECT ON audit_seal, audit_head TO {web}, {job};",
        "GRANT INSERT ON audit_seal, audit_head TO {job};",
        "GRANT UPDATE ON audit_head TO {job};",
    ]
    return statements


def main() -> None:
    sys.stdout.write(
        "\n\n".join(tables_sql()) + "\n\n" + "\n".join(same_body_sql() + policies_sql() + grants_sql()) + "\n"
    )


if __name__ == "__main__":
    main()

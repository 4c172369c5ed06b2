"""Writes the SQL of the first migration from the models: ``python -m examops.ops.ddl``.

Once released, that file is frozen; later changes are migrations of their own, and a guard test compares the
migrated database with the models.
"""

from __future__ import annotations

import sys

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from examops.tables import METADATA, TENANT_TABLES

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

SEES = (
    "(SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])"
    " OR district = ANY ((SELECT scope_districts())::text[])"
)
BODY_SEES = SEES.replace("body_id =", "id =") + " OR ((SELECT scope_public()) AND state IN ('filed', 'suspended'))"


def tables_sql() -> list[str]:
    statements = []
    for table in METADATA.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=DIALECT)).strip() + ";")
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements += [str(CreateIndex(index).compile(dialect=DIALECT)).strip() + ";" for index in indexes]
    return statements


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
    sys.stdout.write("\n\n".join(tables_sql()) + "\n\n" + "\n".join(policies_sql() + grants_sql()) + "\n")


if __name__ == "__main__":
    main()

"""What a revision may call. Frozen like the revisions themselves: it reads no models and no settings.

``{web}`` and ``{job}`` in a revision's SQL are the roles of the database that is upgraded.
"""

from __future__ import annotations

import re

from alembic import context, op

STATEMENT_END = re.compile(r";[ \t]*(?:\n|\Z)")


def fill_roles(sql: str, roles: dict[str, str]) -> str:
    return sql.replace("{web}", f'"{roles["web"]}"').replace("{job}", f'"{roles["job"]}"')


def run(sql: str) -> None:
    """All statements in the one transaction of this revision: everything or nothing."""
    _execute(fill_roles(sql, context.config.attributes["roles"]))


def run_outside_transaction(sql: str) -> None:
    """Each statement by itself, for ``CREATE INDEX CONCURRENTLY``.

    Killed half-way it begins again from its first statement, so each must bear being repeated. A statement ends with
    a semicolon at the end of its line.
    """
    with op.get_context().autocommit_block():
        for statement in split_statements(fill_roles(sql, context.config.attributes["roles"])):
            _execute(statement)
        _execute("RESET lock_timeout")
        _execute("RESET statement_timeout")


def split_statements(sql: str) -> list[str]:
    lines = (line for line in sql.splitlines() if not line.lstrip().startswith("--"))
    return [part.strip() for part in STATEMENT_END.split("\n".join(lines)) if part.strip()]


def _execute(sql: str) -> None:
    op.get_bind().exec_driver_sql(sql.replace("%", "%%"))

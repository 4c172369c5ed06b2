"""First tables, policies, grants and functions: release 0.1.0. Frozen, see tests/migrations/frozen.json."""

from pathlib import Path

from examops.ops.migrations.helpers import run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FILES = ("0001_functions.sql", "0001_initial.sql", "0001_persons.sql")
SQL = "\n".join((Path(__file__).parent / name).read_text(encoding="utf-8") for name in FILES)


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("The first migration is not undone; drop the database instead.")

"""Outcomes of scans: the rows of before are checked against the longer list."""

from examops.ops.migrations.helpers import run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Old rows are checked while the tables are read and written."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30min';

ALTER TABLE scan VALIDATE CONSTRAINT ck_scan_outcome;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

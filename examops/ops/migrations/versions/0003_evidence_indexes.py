"""The sealer finds the entries that have no number yet."""

from examops.ops.migrations.helpers import run_outside_transaction

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Indexes are built while the tables are read and written."
SQL = """
SET lock_timeout = '5min';
SET statement_timeout = '2h';

DROP INDEX CONCURRENTLY IF EXISTS ix_audit_entry_unnumbered;
CREATE INDEX CONCURRENTLY ix_audit_entry_unnumbered ON audit_entry (id) WHERE number IS NULL;
"""


def upgrade() -> None:
    run_outside_transaction(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

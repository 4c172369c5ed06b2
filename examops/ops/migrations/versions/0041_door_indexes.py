"""A desk counts refusals, undecided scans and doubted faces without reading everybody who came in."""

from examops.ops.migrations.helpers import run_outside_transaction

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Indexes are built while the tables are read and written."
SQL = """
SET lock_timeout = '5min';
SET statement_timeout = '2h';

DROP INDEX CONCURRENTLY IF EXISTS ix_scan_not_admitted;
CREATE INDEX CONCURRENTLY ix_scan_not_admitted ON scan (session_id) WHERE outcome IN ('refused', 'unsettled');
DROP INDEX CONCURRENTLY IF EXISTS ix_sitting_turned_away;
CREATE INDEX CONCURRENTLY ix_sitting_turned_away ON sitting (session_id) WHERE turned_away_at IS NOT NULL;
"""


def upgrade() -> None:
    run_outside_transaction(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""A key of flags with their body, for the decisions about them that refer to it."""

from examops.ops.migrations.helpers import run_outside_transaction

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Indexes are built while the tables are read and written."
SQL = """
SET lock_timeout = '5min';
SET statement_timeout = '2h';

DROP INDEX CONCURRENTLY IF EXISTS uq_flag_id_body_id;
CREATE UNIQUE INDEX CONCURRENTLY uq_flag_id_body_id ON flag (id, body_id);
"""


def upgrade() -> None:
    run_outside_transaction(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""The city bureau answers a lending for a district whose bureau has nobody; the row says so."""

from examops.ops.migrations.helpers import run

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Old code writes the default: no district was stood in for."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER TABLE site_use_approval ADD COLUMN by_city boolean NOT NULL DEFAULT false;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

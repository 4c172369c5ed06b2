"""Notices that expire: the rows of before are checked against the longer lists."""

from examops.ops.migrations.helpers import run

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Old rows are checked while the table is read and written."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30min';

ALTER TABLE outbox VALIDATE CONSTRAINT ck_outbox_state;
ALTER TABLE outbox VALIDATE CONSTRAINT ck_outbox_ended;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

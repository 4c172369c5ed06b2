"""Documents taken out and notices told another way: the rows of before are checked against the longer lists."""

from examops.ops.migrations.helpers import run

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Old rows are checked while the tables are read and written."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30min';

ALTER TABLE filing_document VALIDATE CONSTRAINT ck_filing_document_removed;
ALTER TABLE filing_decision VALIDATE CONSTRAINT ck_filing_decision_act;
ALTER TABLE outbox VALIDATE CONSTRAINT ck_outbox_state;
ALTER TABLE outbox VALIDATE CONSTRAINT ck_outbox_ended;
ALTER TABLE outbox VALIDATE CONSTRAINT ck_outbox_told;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

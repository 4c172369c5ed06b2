"""A notice may say when it is useless; what has not gone out by then is closed as expired."""

from examops.ops.migrations.helpers import run

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "Old code posts notices without a moment and sends those that have one late; it shows no expired notice among its"
    " states and writes none."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER TABLE outbox ADD COLUMN useless_after timestamp with time zone;
-- squawk-ignore ban-drop-constraint
ALTER TABLE outbox DROP CONSTRAINT ck_outbox_state;
ALTER TABLE outbox ADD CONSTRAINT ck_outbox_state
  CHECK (state IN ('waiting', 'sent', 'failed', 'given_up', 'told', 'expired')) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE outbox DROP CONSTRAINT ck_outbox_ended;
ALTER TABLE outbox ADD CONSTRAINT ck_outbox_ended
  CHECK ((state IN ('sent', 'given_up', 'told', 'expired')) = (ended_at IS NOT NULL)) NOT VALID;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

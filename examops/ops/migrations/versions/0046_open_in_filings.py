"""Documents that a body took out of its draft; filings that end with an exit; notices that were told another way."""

from examops.ops.migrations.helpers import run

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "Old code judges by a document that was taken out until it is replaced, and shows no notice that was told another"
    " way among its states; it writes neither."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER TABLE filing_document ADD COLUMN removed_at timestamp with time zone;
ALTER TABLE filing_document ADD COLUMN removed_by uuid;
ALTER TABLE filing_document ADD COLUMN removed_by_name text DEFAULT ''::text NOT NULL;
ALTER TABLE filing_document ADD CONSTRAINT ck_filing_document_removed
  CHECK ((removed_at IS NULL) = (removed_by IS NULL)) NOT VALID;

-- squawk-ignore ban-drop-constraint
ALTER TABLE filing_decision DROP CONSTRAINT ck_filing_decision_act;
ALTER TABLE filing_decision ADD CONSTRAINT ck_filing_decision_act
  CHECK (act IN ('submitted', 'withdrawn', 'reviewed', 'returned', 'filed', 'refused', 'ruled', 'ended')) NOT VALID;

ALTER TABLE outbox ADD COLUMN told_how text DEFAULT ''::text NOT NULL;
ALTER TABLE outbox ADD COLUMN told_whom text DEFAULT ''::text NOT NULL;
ALTER TABLE outbox ADD COLUMN told_on date;
ALTER TABLE outbox ADD COLUMN closed_by_name text DEFAULT ''::text NOT NULL;
-- squawk-ignore ban-drop-constraint
ALTER TABLE outbox DROP CONSTRAINT ck_outbox_state;
ALTER TABLE outbox ADD CONSTRAINT ck_outbox_state
  CHECK (state IN ('waiting', 'sent', 'failed', 'given_up', 'told')) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE outbox DROP CONSTRAINT ck_outbox_ended;
ALTER TABLE outbox ADD CONSTRAINT ck_outbox_ended
  CHECK ((state = ANY (ARRAY['sent'::text, 'given_up'::text, 'told'::text])) = (ended_at IS NOT NULL)) NOT VALID;
ALTER TABLE outbox ADD CONSTRAINT ck_outbox_told
  CHECK ((state = 'told') = (told_how <> '' AND told_whom <> '' AND told_on IS NOT NULL AND closed_by_name <> ''))
  NOT VALID;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

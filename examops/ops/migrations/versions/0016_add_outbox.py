"""One outbox for every notice that leaves the product."""

from examops.ops.migrations.helpers import run

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "The release before sends no notices; it neither reads nor writes the table."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE outbox (
  recipient text NOT NULL,
  channel text NOT NULL,
  kind text NOT NULL,
  payload jsonb NOT NULL,
  key text NOT NULL,
  state text NOT NULL,
  attempts bigint NOT NULL,
  first_due timestamp with time zone NOT NULL,
  next_try timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  fault text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_outbox_channel CHECK (channel = ANY (ARRAY['email'::text, 'sms'::text])),
  CONSTRAINT ck_outbox_ended CHECK ((state = ANY (ARRAY['sent'::text, 'given_up'::text])) = (ended_at IS NOT NULL)),
  CONSTRAINT ck_outbox_state CHECK (state IN ('waiting', 'sent', 'failed', 'given_up')),
  CONSTRAINT pk_outbox PRIMARY KEY (id),
  CONSTRAINT uq_outbox_key UNIQUE (key),
  CONSTRAINT uq_outbox_uid UNIQUE (uid)
);
CREATE INDEX ix_outbox_due ON outbox USING btree (next_try, id) WHERE state IN ('waiting', 'failed');
CREATE INDEX ix_outbox_state ON outbox USING btree (state, id);
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON outbox FOR ALL USING (( SELECT scope_everything() AS scope_everything)) WITH CHECK (true);
GRANT INSERT, SELECT, UPDATE ON outbox TO {web};
GRANT INSERT, SELECT, UPDATE, DELETE ON outbox TO {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

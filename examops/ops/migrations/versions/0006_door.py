"""The moment of a scan with its facts, comparisons of face and ticket, and what a coordinator decides about a scan."""

from examops.ops.migrations.helpers import run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before neither reads nor writes what is added here: new columns are NULL in its rows. It shows a scan"
    " by its answer, so outcomes that it does not know are as good to it as a refusal."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE identity_check (
  sitting_id bigint NOT NULL,
  result text NOT NULL,
  note text NOT NULL,
  checked_by_uid uuid NOT NULL,
  checked_by text NOT NULL,
  checked_at timestamp with time zone NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_identity_check_result CHECK (result = ANY (ARRAY['same'::text, 'other'::text, 'withdrawn'::text])),
  CONSTRAINT pk_identity_check PRIMARY KEY (id),
  CONSTRAINT uq_identity_check_uid UNIQUE (uid)
);
CREATE INDEX ix_identity_check_sitting_id ON identity_check USING btree (sitting_id);
ALTER TABLE identity_check ENABLE ROW LEVEL SECURITY;
ALTER TABLE identity_check FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON identity_check FOR ALL USING (
  (SELECT scope_everything())
  OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
);
GRANT INSERT, SELECT ON identity_check TO {web};
GRANT INSERT, SELECT ON identity_check TO {job};
CREATE TABLE scan_decision (
  scan_id bigint NOT NULL,
  session_id bigint NOT NULL,
  admitted boolean NOT NULL,
  note text NOT NULL,
  decided_by_uid uuid NOT NULL,
  decided_by text NOT NULL,
  decided_at timestamp with time zone NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_scan_decision PRIMARY KEY (id),
  CONSTRAINT uq_scan_decision_scan_id UNIQUE (scan_id),
  CONSTRAINT uq_scan_decision_uid UNIQUE (uid)
);
ALTER TABLE scan_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE scan_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON scan_decision FOR ALL USING (
  (SELECT scope_everything())
  OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
);
GRANT INSERT, SELECT ON scan_decision TO {web};
GRANT INSERT, SELECT ON scan_decision TO {job};
ALTER TABLE identity_check ADD CONSTRAINT fk_identity_check_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE identity_check ADD CONSTRAINT fk_identity_check_sitting_id
  FOREIGN KEY (sitting_id, body_id) REFERENCES sitting(id, body_id);
ALTER TABLE scan_decision ADD CONSTRAINT fk_scan_decision_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE scan ADD COLUMN sent_at timestamp with time zone;
ALTER TABLE scan ADD COLUMN judged_at timestamp with time zone;
ALTER TABLE scan ADD COLUMN moment_doubt text;
ALTER TABLE scan ADD COLUMN reading_digest bytea;
ALTER TABLE scan ADD COLUMN device_uid uuid;
ALTER TABLE sitting ADD COLUMN turned_away_at timestamp with time zone;
-- Another takes its place.
-- squawk-ignore ban-drop-constraint
ALTER TABLE scan DROP CONSTRAINT ck_scan_outcome;
ALTER TABLE scan ADD CONSTRAINT ck_scan_outcome
  CHECK (outcome IN ('admitted', 'refused', 'repeated', 'unsettled')) NOT VALID;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""Gaps that a box reports of a session that was concluded already wait for a person."""

from examops.ops.migrations.helpers import run

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "The release before refuses such gaps and keeps nothing of them; it never touches this table."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE late_gap (
  arming_id bigint NOT NULL,
  camera_id bigint NOT NULL,
  session_id bigint NOT NULL,
  started_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone NOT NULL,
  reason text NOT NULL,
  detail text NOT NULL,
  reported_at timestamp with time zone NOT NULL,
  decision text NOT NULL,
  note text NOT NULL,
  decided_by text NOT NULL,
  decided_by_uid uuid,
  decided_at timestamp with time zone,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_late_gap_decided
    CHECK ((decision = ''::text) = (decided_at IS NULL) AND (decision = ''::text OR note <> ''::text)),
  CONSTRAINT ck_late_gap_decision CHECK (decision = ANY (ARRAY[''::text, 'taken'::text, 'left'::text])),
  CONSTRAINT ck_late_gap_extent CHECK (ended_at > started_at),
  CONSTRAINT ck_late_gap_reason CHECK (reason = ANY (ARRAY[
    'timeout'::text, 'auth_failed'::text, 'not_found'::text, 'refused'::text, 'codec_change'::text,
    'timestamp_break'::text, 'clock_step'::text, 'disk_full'::text, 'restart'::text, 'session_end'::text,
    'operator'::text, 'camera_off'::text, 'late_start'::text, 'server_derived'::text
  ])),
  CONSTRAINT pk_late_gap PRIMARY KEY (id),
  CONSTRAINT uq_late_gap_uid UNIQUE (uid)
);
CREATE INDEX ix_late_gap_arming_id ON late_gap USING btree (arming_id);
CREATE INDEX ix_late_gap_session_id ON late_gap USING btree (session_id);
ALTER TABLE late_gap ENABLE ROW LEVEL SECURITY;
ALTER TABLE late_gap FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON late_gap FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON late_gap TO {web};
GRANT INSERT, SELECT, UPDATE ON late_gap TO {job};
ALTER TABLE late_gap ADD CONSTRAINT fk_late_gap_arming_id
  FOREIGN KEY (arming_id, body_id) REFERENCES arming(id, body_id);
ALTER TABLE late_gap ADD CONSTRAINT fk_late_gap_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE late_gap ADD CONSTRAINT fk_late_gap_camera_id FOREIGN KEY (camera_id) REFERENCES camera(id);
ALTER TABLE late_gap ADD CONSTRAINT fk_late_gap_session_id
  FOREIGN KEY (session_id, body_id) REFERENCES exam_session(id, body_id);
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

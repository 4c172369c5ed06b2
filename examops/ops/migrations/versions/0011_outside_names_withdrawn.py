"""Sites outside the city lose the city's own code; names a body answered for; why an application was withdrawn."""

from examops.ops.migrations.helpers import run

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before shows a site outside Foshan as 'outside' instead of 佛山市外 and loses nothing by it: no"
    " district holds either value. It neither reads nor writes the table and the columns, and has no page to withdraw."
    " A site outside the city that it adds in these minutes keeps 440600 and is seen by city offices only, as before."
)
# Entries of the log are digested and keep what they said. Most installations have no such site: then nothing is read.
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

SELECT set_config('examops.everything', 'on', true);
DO $$
DECLARE name text;
BEGIN
  IF EXISTS (SELECT 1 FROM site WHERE district = '440600')
      OR EXISTS (SELECT 1 FROM role_grant WHERE district = '440600') THEN
    FOREACH name IN ARRAY ARRAY[
        'alarm', 'application', 'arming', 'batch', 'batch_occupation', 'body', 'body_occupation', 'booking', 'camera',
        'camera_coverage', 'camera_state', 'candidate', 'column_memory', 'credential', 'device', 'employment',
        'exam_session', 'flag', 'flag_decision', 'gap', 'identity_check', 'kept_answer', 'look', 'lot',
        'lot_commitment', 'lot_draw', 'pairing_code', 'qualification', 'quarantine_decision', 'recusal_relation',
        'recusal_statement', 'review_verdict', 'role_grant', 'room', 'roster', 'roster_row', 'scan', 'scan_decision',
        'scan_frame', 'segment', 'session_duty', 'session_group', 'session_station', 'site', 'sitting', 'sitting_exit',
        'staff_member', 'strip', 'ticket', 'turn', 'verdict', 'watched', 'workstation', 'workstation_outage']
    LOOP
      EXECUTE format('UPDATE %I SET district = ''outside'' WHERE district = ''440600''', name);
    END LOOP;
  END IF;
END $$;

CREATE TABLE employer_name (
  plain text NOT NULL,
  written text NOT NULL,
  is_own boolean NOT NULL,
  decided_by text NOT NULL,
  decided_on date NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_employer_name PRIMARY KEY (id),
  CONSTRAINT uq_employer_name_body_id_plain UNIQUE (body_id, plain),
  CONSTRAINT uq_employer_name_uid UNIQUE (uid)
);
ALTER TABLE employer_name ENABLE ROW LEVEL SECURITY;
ALTER TABLE employer_name FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON employer_name FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON employer_name TO {web};
GRANT DELETE, INSERT, SELECT, UPDATE ON employer_name TO {job};
ALTER TABLE employer_name ADD CONSTRAINT fk_employer_name_body_id FOREIGN KEY (body_id) REFERENCES body(id);

ALTER TABLE application ADD COLUMN withdrawn_at timestamp with time zone;
ALTER TABLE application ADD COLUMN withdrawn_by text;
ALTER TABLE application ADD COLUMN withdrawn_reason text;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

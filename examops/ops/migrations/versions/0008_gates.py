"""Gates of a session: recusal statements, committed lots, proposed no-shows, why a start is held back."""

from examops.ops.migrations.helpers import run

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before neither reads nor writes what is added here. Its rows stay valid: every new column is null or"
    " has a default, and a turn without a commitment is drawn as before."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE lot_commitment (
  turn_id bigint NOT NULL,
  commitment bytea NOT NULL,
  seed_sealed bytea NOT NULL,
  people text[] NOT NULL,
  stations text[] NOT NULL,
  committed_at timestamp with time zone NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_lot_commitment PRIMARY KEY (id),
  CONSTRAINT uq_lot_commitment_uid UNIQUE (uid)
);
CREATE INDEX ix_lot_commitment_turn_id_id ON lot_commitment USING btree (turn_id, id);
ALTER TABLE lot_commitment ENABLE ROW LEVEL SECURITY;
ALTER TABLE lot_commitment FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON lot_commitment FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT ON lot_commitment TO {web};
GRANT INSERT, SELECT ON lot_commitment TO {job};
CREATE TABLE recusal_statement (
  session_id bigint NOT NULL,
  staff_id bigint NOT NULL,
  candidates bigint[] NOT NULL,
  stated_at timestamp with time zone NOT NULL,
  written_by text NOT NULL,
  written_by_uid uuid,
  is_own boolean NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_recusal_statement PRIMARY KEY (id),
  CONSTRAINT uq_recusal_statement_uid UNIQUE (uid)
);
CREATE INDEX ix_recusal_statement_session_id_staff_id_id ON recusal_statement USING btree (session_id, staff_id, id);
ALTER TABLE recusal_statement ENABLE ROW LEVEL SECURITY;
ALTER TABLE recusal_statement FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON recusal_statement FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT ON recusal_statement TO {web};
GRANT INSERT, SELECT ON recusal_statement TO {job};
ALTER TABLE lot_commitment ADD CONSTRAINT fk_lot_commitment_body_id
  FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE lot_commitment ADD CONSTRAINT fk_lot_commitment_turn_id
  FOREIGN KEY (turn_id, body_id) REFERENCES turn(id, body_id);
ALTER TABLE recusal_statement ADD CONSTRAINT fk_recusal_statement_body_id
  FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE recusal_statement ADD CONSTRAINT fk_recusal_statement_session_id
  FOREIGN KEY (session_id, body_id) REFERENCES exam_session(id, body_id);
ALTER TABLE recusal_statement ADD CONSTRAINT fk_recusal_statement_staff_id
  FOREIGN KEY (staff_id) REFERENCES staff_member(id);
ALTER TABLE booking ADD COLUMN no_show_proposed_at timestamp with time zone;
ALTER TABLE exam_session ADD COLUMN first_declared_on date;
ALTER TABLE exam_session ADD COLUMN start_held jsonb DEFAULT '[]'::jsonb NOT NULL;
ALTER TABLE exam_session ADD COLUMN start_held_at timestamp with time zone;
ALTER TABLE lot_draw ADD COLUMN public_value bytea;
ALTER TABLE lot_draw ADD COLUMN public_day date;
ALTER TABLE lot_draw ADD COLUMN unusable text[] DEFAULT '{}'::text[] NOT NULL;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

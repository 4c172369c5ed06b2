"""What people on duty are, on which levels, when they are free; relations from a sheet; counts behind a ruling."""

from examops.ops.migrations.helpers import run

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before writes cards of four kinds without levels, which cover all levels, and relations of three"
    " sources. It reads the validity of a card as before, because what is ended early ends by valid_until; it passes"
    " over kinds that it does not know, and over when people are free. Some thousand rows: what is built and checked"
    " here is done in an instant."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER TABLE staff_member ADD COLUMN employer text DEFAULT '' NOT NULL;
ALTER TABLE staff_member ADD COLUMN teaches text[] DEFAULT '{}'::text[] NOT NULL;
ALTER TABLE qualification ADD COLUMN levels text[] DEFAULT '{}'::text[] NOT NULL;
ALTER TABLE qualification ADD COLUMN printed_until date;
ALTER TABLE qualification ADD COLUMN end_reason text DEFAULT '' NOT NULL;
ALTER TABLE filing_decision ADD COLUMN counted text DEFAULT '' NOT NULL;

-- Others take their places.
-- squawk-ignore ban-drop-constraint
ALTER TABLE qualification DROP CONSTRAINT ck_qualification_kind;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE qualification ADD CONSTRAINT ck_qualification_kind CHECK (kind IN ('manager', 'exam_affairs', 'proctor',
  'examiner', 'senior_examiner', 'expert', 'internal_supervisor', 'supervisor'));
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE qualification ADD CONSTRAINT ck_qualification_levels
  CHECK (levels <@ ARRAY['X', '5', '4', '3', '2', '1', 'T', 'S']::text[]);
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE qualification ADD CONSTRAINT ck_qualification_ended CHECK ((printed_until IS NULL) = (end_reason = ''));
-- squawk-ignore ban-drop-constraint
ALTER TABLE recusal_relation DROP CONSTRAINT ck_recusal_relation_source;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE recusal_relation ADD CONSTRAINT ck_recusal_relation_source
  CHECK (source IN ('declared', 'paper', 'imported', 'unknown'));

CREATE TABLE availability (
  staff_id bigint NOT NULL,
  during tstzrange NOT NULL,
  is_free boolean NOT NULL,
  note text NOT NULL,
  is_own boolean NOT NULL,
  written_by text NOT NULL,
  written_by_uid uuid,
  withdrawn_at timestamp with time zone,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_availability_span
    CHECK (NOT isempty(during) AND lower(during) IS NOT NULL AND upper(during) IS NOT NULL),
  CONSTRAINT pk_availability PRIMARY KEY (id),
  CONSTRAINT uq_availability_uid UNIQUE (uid)
);
CREATE INDEX ix_availability_staff_id ON availability (staff_id);
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
ALTER TABLE availability ADD CONSTRAINT fk_availability_body_id FOREIGN KEY (body_id) REFERENCES body(id);
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
ALTER TABLE availability ADD CONSTRAINT fk_availability_staff_id
  FOREIGN KEY (staff_id, body_id) REFERENCES staff_member(id, body_id);
ALTER TABLE availability ENABLE ROW LEVEL SECURITY;
ALTER TABLE availability FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON availability FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON availability TO {web};
GRANT INSERT, SELECT, UPDATE ON availability TO {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""Who declared a relation, when, and on which days it holds."""

from examops.ops.migrations.helpers import run

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before writes relations without a source: they are 'unknown' and count as before. It counts a relation"
    " that has ended or was taken back, and asks somebody to step aside who need not, which is the safe side. Some"
    " hundred rows: what is built and checked here is done in an instant."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER TABLE recusal_relation ADD COLUMN source text DEFAULT 'unknown' NOT NULL;
ALTER TABLE recusal_relation ADD COLUMN declared_by text DEFAULT '' NOT NULL;
ALTER TABLE recusal_relation ADD COLUMN declared_by_uid uuid;
ALTER TABLE recusal_relation ADD COLUMN declared_at timestamp with time zone;
ALTER TABLE recusal_relation ADD COLUMN valid_from date;
ALTER TABLE recusal_relation ADD COLUMN valid_until date;
ALTER TABLE recusal_relation ADD COLUMN withdrawn_at timestamp with time zone;

-- A relation was written together with a statement over the list, which says by whom and how.
SELECT set_config('examops.everything', 'on', true);
UPDATE recusal_relation r SET source = CASE WHEN s.is_own THEN 'declared' ELSE 'paper' END,
    declared_by = s.written_by, declared_by_uid = s.written_by_uid, declared_at = s.stated_at
  FROM recusal_relation other JOIN LATERAL (
    SELECT * FROM recusal_statement s
    WHERE s.staff_id = other.staff_id AND other.candidate_id = ANY (s.candidates) AND s.written_by <> ''
    AND s.created_at >= other.created_at ORDER BY s.id LIMIT 1) s ON true
  WHERE r.id = other.id;

-- squawk-ignore constraint-missing-not-valid
ALTER TABLE recusal_relation ADD CONSTRAINT ck_recusal_relation_source
  CHECK (source IN ('declared', 'paper', 'unknown'));
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE recusal_relation ADD CONSTRAINT ck_recusal_relation_declared
  CHECK (source = 'unknown' OR (declared_by <> '' AND declared_at IS NOT NULL));
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE recusal_relation ADD CONSTRAINT ck_recusal_relation_dates CHECK (valid_from <= valid_until);
-- squawk-ignore require-concurrent-index-creation
CREATE UNIQUE INDEX uq_recusal_relation_standing ON recusal_relation (staff_id, candidate_id, relation)
  WHERE withdrawn_at IS NULL AND valid_until IS NULL;
-- Another takes its place.
-- squawk-ignore ban-drop-constraint
ALTER TABLE recusal_relation DROP CONSTRAINT uq_recusal_relation_staff_id_candidate_id_relation;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

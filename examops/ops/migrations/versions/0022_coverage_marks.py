"""Which camera sees which workstation: a mark in the camera's still, from when until when."""

from examops.ops.migrations.helpers import run

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The pairs of before are marks without a place that have always been so; the release before adds more of those. It"
    " counts a mark that has ended as coverage until it is replaced. Some thousand rows: what is built and checked here"
    " is done in an instant."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER TABLE camera_coverage ADD COLUMN x double precision;
ALTER TABLE camera_coverage ADD COLUMN y double precision;
ALTER TABLE camera_coverage ADD COLUMN still_at timestamp with time zone;
ALTER TABLE camera_coverage ADD COLUMN valid tstzrange DEFAULT '(,)'::tstzrange NOT NULL;
ALTER TABLE camera_coverage ADD COLUMN marked_by text DEFAULT '' NOT NULL;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE camera_coverage ADD CONSTRAINT ck_camera_coverage_place
  CHECK (num_nulls(x, y) IN (0, 2) AND x BETWEEN 0 AND 1 AND y BETWEEN 0 AND 1);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_camera_coverage_camera_id ON camera_coverage (camera_id);
-- Another takes its place: one mark of a pair at a time.
-- squawk-ignore ban-drop-constraint
ALTER TABLE camera_coverage DROP CONSTRAINT uq_camera_coverage_camera_id_workstation_id;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE camera_coverage ADD CONSTRAINT one_mark_at_a_time EXCLUDE USING gist (
  int8range(camera_id,camera_id,'[]') WITH &&, int8range(workstation_id,workstation_id,'[]') WITH &&, valid WITH &&);
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

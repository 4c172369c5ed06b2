"""Cameras: the boxes that take them are checked."""

from examops.ops.migrations.helpers import run

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Old rows are checked while the tables are read and written."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30min';

ALTER TABLE camera VALIDATE CONSTRAINT fk_camera_recorder_id;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

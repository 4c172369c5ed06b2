"""Persons behind staff: the rows of before are checked against the new keys."""

from examops.ops.migrations.helpers import run

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Old rows are checked while the tables are read and written."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30min';

ALTER TABLE person VALIDATE CONSTRAINT ck_person_known;
ALTER TABLE staff_member VALIDATE CONSTRAINT fk_staff_member_person_id;
ALTER TABLE session_duty VALIDATE CONSTRAINT fk_session_duty_person;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""Removals that are set aside: the rows of before are checked against the longer lists."""

from examops.ops.migrations.helpers import run

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Old rows are checked while the tables are read and written."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30min';

ALTER TABLE city_person VALIDATE CONSTRAINT fk_city_person_user_id;
ALTER TABLE entity_bar VALIDATE CONSTRAINT ck_entity_bar_lifted;
ALTER TABLE exit_act VALIDATE CONSTRAINT ck_exit_act_act;
ALTER TABLE exit_act VALIDATE CONSTRAINT ck_exit_act_set_aside_on_paper;
ALTER TABLE exit_case VALIDATE CONSTRAINT ck_exit_case_set_aside;
ALTER TABLE exit_case VALIDATE CONSTRAINT ck_exit_case_set_aside_by_another;
ALTER TABLE exit_letter VALIDATE CONSTRAINT ck_exit_letter_kind;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

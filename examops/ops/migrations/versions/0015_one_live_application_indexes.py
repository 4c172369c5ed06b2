"""One live application of a person for an occupation and level, whatever the attempt."""

from examops.ops.migrations.helpers import run_outside_transaction

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before meets the constraint by the same name and tells the refusal that it has for it. Until the new"
    " index stands the old one does."
)
SQL = """
SET lock_timeout = '5min';
SET statement_timeout = '2h';

DROP INDEX CONCURRENTLY IF EXISTS uq_application_live_once;
CREATE UNIQUE INDEX CONCURRENTLY uq_application_live_once ON application (person_id, occupation_code, level)
  WHERE state IN ('draft', 'accepted');
DROP INDEX CONCURRENTLY IF EXISTS uq_application_live;
-- Code knows the constraint by this name; nothing asks for an index by it.
-- squawk-ignore renaming-object
ALTER INDEX uq_application_live_once RENAME TO uq_application_live;
"""


def upgrade() -> None:
    run_outside_transaction(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

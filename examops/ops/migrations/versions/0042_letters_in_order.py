"""A list of letters is read in the order of its key: whether one is in scope no longer asks the filings."""

from examops.ops.migrations.helpers import run

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "Letters are only added, and only to filings that were handed in: the same rows are visible and added."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER POLICY scope ON filing_letter
  USING ((SELECT scope_system()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR ((SELECT scope_everything()) OR district = ANY ((SELECT scope_districts())::text[])))
  WITH CHECK ((SELECT scope_system()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR (((SELECT scope_everything()) OR district = ANY ((SELECT scope_districts())::text[]))
    AND EXISTS (SELECT 1 FROM filing WHERE filing.id = filing_letter.filing_id)));
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

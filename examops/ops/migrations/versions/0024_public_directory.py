"""The directory is read by everybody, and said so without a condition, so that a search uses the index of its terms."""

from examops.ops.migrations.helpers import run

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Reads the same rows in the public's scope, and writes in the scope of before."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '30s';

DROP POLICY scope ON directory_card;
CREATE POLICY reading ON directory_card FOR SELECT USING (true);
CREATE POLICY adding ON directory_card FOR INSERT WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
CREATE POLICY changing ON directory_card FOR UPDATE USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
) WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
DROP POLICY scope ON directory_entry;
CREATE POLICY reading ON directory_entry FOR SELECT USING (true);
CREATE POLICY adding ON directory_entry FOR INSERT WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
CREATE POLICY changing ON directory_entry FOR UPDATE USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
) WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
ALTER INDEX ix_directory_card_terms SET (fastupdate = off);
SELECT gin_clean_pending_list('ix_directory_card_terms');
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""Acts in exit cases that a deputy signs for another officer, as decisions of filings are signed."""

from examops.ops.migrations.helpers import run

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Old code signs for nobody: its rows take the defaults, and the check reads them as it did."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER TABLE exit_case ADD COLUMN decided_for_name text DEFAULT ''::text NOT NULL;
ALTER TABLE exit_act ADD COLUMN for_officer uuid;
ALTER TABLE exit_act ADD COLUMN for_officer_name text DEFAULT ''::text NOT NULL;
ALTER TABLE exit_session ADD COLUMN for_officer uuid;
ALTER TABLE exit_session ADD COLUMN for_officer_name text DEFAULT ''::text NOT NULL;

-- As before, and the same for whom somebody acts.
CREATE OR REPLACE FUNCTION exit_decided_by_somebody_else() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.act IN ('decided', 'set_aside') AND EXISTS (
      SELECT 1 FROM exit_act a WHERE a.case_id = NEW.case_id
      AND (a.officer IN (NEW.officer, NEW.for_officer) OR a.for_officer IN (NEW.officer, NEW.for_officer))
      AND (NEW.act = 'set_aside' OR a.act IN ('opened', 'gathered', 'told', 'stated'))) THEN
    RAISE EXCEPTION 'nobody decides what they opened, gathered, told or stated, nor sets aside what they acted in'
      USING ERRCODE = '23514', CONSTRAINT = 'exit_decided_by_somebody_else';
  END IF;
  RETURN NEW;
END $$;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

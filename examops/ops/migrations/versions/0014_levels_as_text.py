"""A level is text: X 5 4 3 2 1 T S. Numbers of before become their digit; no other letter can be stored."""

from examops.ops.migrations.helpers import run

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PHASE = "contract"
BESIDE_OLD_CODE = (
    "It must be stopped: it compares levels with numbers and refuses text. Whatever it would ask in these minutes fails"
    " and is asked again by the new code; it can write nothing wrong, since a number that is stored becomes its digit."
)
# A second column beside the old one would have to be kept in step in six tables, two unique indexes and a function, for
# tables that hold tens of thousands of rows and are rewritten in seconds. JSON (verdict.inputs, verdict.lines,
# roster_row.cells) keeps the numbers: its readers take both.
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '10min';

-- The table is rewritten under its lock, and the check is read in the same pass.
-- squawk-ignore changing-column-type
ALTER TABLE body_occupation ALTER COLUMN levels TYPE text[] USING levels::text[],
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT ck_body_occupation_levels
    CHECK (levels <@ ARRAY['X', '5', '4', '3', '2', '1', 'T', 'S']::text[]);
-- squawk-ignore changing-column-type
ALTER TABLE batch_occupation ALTER COLUMN level TYPE text USING level::text,
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT ck_batch_occupation_level CHECK (level IN ('X', '5', '4', '3', '2', '1', 'T', 'S'));
-- squawk-ignore changing-column-type
ALTER TABLE credential ALTER COLUMN level TYPE text USING level::text,
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT ck_credential_level CHECK (level IN ('X', '5', '4', '3', '2', '1', 'T', 'S'));
-- squawk-ignore changing-column-type
ALTER TABLE verdict ALTER COLUMN level TYPE text USING level::text,
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT ck_verdict_level CHECK (level IN ('X', '5', '4', '3', '2', '1', 'T', 'S'));
-- squawk-ignore changing-column-type
ALTER TABLE application ALTER COLUMN level TYPE text USING level::text,
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT ck_application_level CHECK (level IN ('X', '5', '4', '3', '2', '1', 'T', 'S'));
-- squawk-ignore changing-column-type
ALTER TABLE session_group ALTER COLUMN level TYPE text USING level::text,
  -- squawk-ignore constraint-missing-not-valid
  ADD CONSTRAINT ck_session_group_level CHECK (level IN ('X', '5', '4', '3', '2', '1', 'T', 'S'));
-- Some hundred rows at most: each is a person's decision.
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE catalogue_decision ADD CONSTRAINT ck_catalogue_decision_level
  CHECK (split_part(key, '.', 2) IN ('', 'X', '5', '4', '3', '2', '1', 'T', 'S'));

-- Only the code that compares with numbers calls it, and it is stopped.
-- squawk-ignore ban-drop-function
DROP FUNCTION live_application_exists(bigint[], text, bigint, bigint);
CREATE FUNCTION live_application_exists(persons bigint[], occupation text, of_level text, asking_body bigint)
  RETURNS TABLE (person_id bigint, is_here boolean)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE before text := coalesce(current_setting('examops.everything', true), '');
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  RETURN QUERY SELECT a.person_id, bool_or(a.body_id = asking_body) FROM application a
    WHERE a.person_id = ANY (persons) AND a.occupation_code = occupation AND a.level = of_level
      AND a.state IN ('draft', 'accepted') GROUP BY a.person_id;
  PERFORM set_config('examops.everything', before, true);
END $$;
REVOKE ALL ON FUNCTION live_application_exists FROM PUBLIC;
GRANT EXECUTE ON FUNCTION live_application_exists TO {web}, {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

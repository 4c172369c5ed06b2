"""The directory tells a body whose exit is decided from one that is suspended: it will not take applications again."""

from examops.ops.migrations.helpers import run

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "Old code writes the two states that stay. Until it is replaced it shows the few bodies whose exit is decided by "
    "the words of their kind."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';
SELECT set_config('examops.everything', 'on', true);

-- squawk-ignore ban-drop-constraint
ALTER TABLE directory_entry DROP CONSTRAINT ck_directory_entry_standing;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE directory_entry ADD CONSTRAINT ck_directory_entry_standing
  CHECK (standing = ANY (ARRAY['filed'::text, 'suspended'::text, 'leaving'::text]));
-- squawk-ignore ban-drop-constraint
ALTER TABLE directory_card DROP CONSTRAINT ck_directory_card_standing;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE directory_card ADD CONSTRAINT ck_directory_card_standing
  CHECK (standing = ANY (ARRAY['filed'::text, 'suspended'::text, 'leaving'::text, 'ended'::text]));

UPDATE directory_entry e SET standing = 'leaving' FROM body b
WHERE b.id = e.body_id AND b.state = 'exiting' AND e.standing = 'suspended' AND upper_inf(e.valid);
UPDATE directory_card c SET standing = 'leaving', standing_since = (
  SELECT min(lower(e.valid)) FROM directory_entry e WHERE e.body_id = c.body_id AND e.standing = 'leaving')
FROM body b WHERE b.id = c.body_id AND b.state = 'exiting' AND c.standing = 'suspended';
UPDATE number_counter SET value = value + 1
WHERE name = 'directory' AND EXISTS (SELECT 1 FROM directory_card WHERE standing = 'leaving');
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

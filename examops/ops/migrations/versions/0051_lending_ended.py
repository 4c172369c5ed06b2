"""A lending that was ended before it began excludes no other, and no district is asked about one that has ended."""

from examops.ops.migrations.helpers import run

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "Old code writes no end to what districts were asked, and still shows it as waiting; it may lend a day once more"
    " whose lending was ended before it began. The new constraint is built under a lock: a city has a few hundred rows."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER TABLE site_use_approval ADD COLUMN ended_at timestamp with time zone;

-- The same, but for rows that never began: another takes its place.
-- squawk-ignore ban-drop-constraint
ALTER TABLE site_use DROP CONSTRAINT one_use_at_a_time;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE site_use ADD CONSTRAINT one_use_at_a_time
  EXCLUDE USING gist (int8range(site_id,site_id,'[]') WITH &&, int8range(guest_body_id,guest_body_id,'[]') WITH &&,
    during WITH &&) WHERE (ended_at IS NULL OR ended_at > lower(during));

-- Of lendings that were ended while a district was still asked.
SELECT set_config('examops.everything', 'on', true);
UPDATE site_use_approval a SET ended_at = u.ended_at FROM site_use u
  WHERE u.id = a.site_use_id AND a.outcome = 'waiting' AND u.ended_at IS NOT NULL;
SELECT set_config('examops.everything', '', true);
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

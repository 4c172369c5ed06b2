"""One live application of a person for an occupation and level, whatever the attempt."""

from examops.ops.migrations.helpers import run_outside_transaction

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before meets the constraint by the same name and tells the refusal that it has for it. Until the new"
    " index stands the old one does."
)
# Asked before anything of an upgrade is changed. Which of two stays is nobody's to guess: the person decides, and the
# body withdraws the other with a reason.
CHECK = """
SELECT set_config('examops.everything', 'on', true);
DO $$
DECLARE doubled text;
BEGIN
  SELECT string_agg(numbers, E'\\n' ORDER BY numbers) INTO doubled FROM (
    SELECT string_agg(a.number || ' (' || b.name || ')', ' + ' ORDER BY a.number) AS numbers
    FROM application a JOIN body b ON b.id = a.body_id WHERE a.state IN ('draft', 'accepted')
    GROUP BY a.person_id, a.occupation_code, a.level HAVING count(*) > 1) found;
  IF doubled IS NOT NULL THEN
    RAISE EXCEPTION '有人同一职业同一等级有两份没有办结的报名，升级没有开始，什么也没有改' USING
      ERRCODE = '55000', DETAIL = doubled,
      HINT = '每一行是同一个人的报名编号。问清本人要哪一份，撤回另一份（运维手册第 8 节写明怎样做），'
        '再运行一次 db upgrade';
  END IF;
END $$;
"""
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

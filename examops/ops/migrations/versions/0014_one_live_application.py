"""Two live applications of one person for the same occupation and level are named before the index refuses them."""

from examops.ops.migrations.helpers import run

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "It only reads. Where it stops, the release before goes on as it is."
# Which of two stays is nobody's to guess: the candidate decides, and the body withdraws the other with a reason.
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '10min';

SELECT set_config('examops.everything', 'on', true);
DO $$
DECLARE doubled text;
BEGIN
  SELECT string_agg(numbers, E'\\n' ORDER BY numbers) INTO doubled FROM (
    SELECT string_agg(a.number || ' (' || b.name || ')', ' + ' ORDER BY a.number) AS numbers
    FROM application a JOIN body b ON b.id = a.body_id WHERE a.state IN ('draft', 'accepted')
    GROUP BY a.person_id, a.occupation_code, a.level HAVING count(*) > 1) found;
  IF doubled IS NOT NULL THEN
    RAISE EXCEPTION '有人同一职业同一等级有两份没有办结的报名，升级停在这一步之前，什么也没有改' USING
      ERRCODE = '55000', DETAIL = doubled,
      HINT = '每一行是同一个人的报名编号。问清本人要哪一份，撤回另一份（运维手册第 8 节写明怎样做），'
        '再运行一次 db upgrade';
  END IF;
END $$;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

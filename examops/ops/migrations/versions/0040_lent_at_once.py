"""What a guest reads at a lent site is one list for each table, made only where a row is not the scope's own."""

from examops.ops.migrations.helpers import run

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "The same rows are visible and may be written; only how the database finds that out has changed."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

-- Each reads a table whose own policy lets the guest see it.
CREATE FUNCTION scope_lent_rooms() RETURNS bigint[] LANGUAGE sql STABLE AS
  $$ SELECT coalesce(array_agg(id), '{}') FROM room WHERE site_id = ANY ((SELECT scope_lent())::bigint[]) $$;
CREATE FUNCTION scope_lent_stations() RETURNS bigint[] LANGUAGE sql STABLE AS
  $$ SELECT coalesce(array_agg(id), '{}') FROM workstation
    WHERE room_id = ANY ((SELECT scope_lent_rooms())::bigint[]) $$;
CREATE FUNCTION scope_lent_cameras() RETURNS bigint[] LANGUAGE sql STABLE AS
  $$ SELECT coalesce(array_agg(id), '{}') FROM camera WHERE room_id = ANY ((SELECT scope_lent_rooms())::bigint[]) $$;

ALTER POLICY scope ON workstation
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR room_id = ANY ((SELECT scope_lent_rooms())::bigint[]));
ALTER POLICY scope ON camera
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR room_id = ANY ((SELECT scope_lent_rooms())::bigint[]));
ALTER POLICY scope ON workstation_outage
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR workstation_id = ANY ((SELECT scope_lent_stations())::bigint[]));
ALTER POLICY scope ON camera_coverage
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR camera_id = ANY ((SELECT scope_lent_cameras())::bigint[]));
ALTER POLICY scope ON camera_outage
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR camera_id = ANY ((SELECT scope_lent_cameras())::bigint[]));
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

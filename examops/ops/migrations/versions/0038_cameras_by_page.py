"""Cameras entered on a page: their recorder, their login, and the day they were taken down; where a social
organisation is filed to assess."""

from examops.ops.migrations.helpers import run

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before writes cameras by `setup` alone, with the defaults of the columns added here; it goes on"
    " planning those that were taken down meanwhile, and sends no login to recorders."
    " It files bodies with no area, which the directory says nothing of."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER TABLE body ADD COLUMN area text DEFAULT ''::text NOT NULL;
ALTER TABLE directory_entry ADD COLUMN area text DEFAULT ''::text NOT NULL;
ALTER TABLE directory_card ADD COLUMN area text DEFAULT ''::text NOT NULL;
ALTER TABLE camera ADD COLUMN recorder_id bigint;
ALTER TABLE camera ADD COLUMN added_at timestamp with time zone;
ALTER TABLE camera ADD COLUMN retired_at timestamp with time zone;
ALTER TABLE camera ADD COLUMN retired_by text DEFAULT ''::text NOT NULL;
ALTER TABLE camera ADD COLUMN retired_reason text DEFAULT ''::text NOT NULL;
ALTER TABLE camera ADD CONSTRAINT fk_camera_recorder_id
  FOREIGN KEY (recorder_id, body_id) REFERENCES device(id, body_id) NOT VALID;
CREATE TABLE camera_login (
  camera_id bigint NOT NULL,
  login_sealed bytea NOT NULL,
  entered_by uuid,
  entered_by_name text NOT NULL,
  entered_at timestamp with time zone NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_camera_login PRIMARY KEY (id),
  CONSTRAINT uq_camera_login_camera_id UNIQUE (camera_id),
  CONSTRAINT uq_camera_login_uid UNIQUE (uid)
);
ALTER TABLE camera_login ENABLE ROW LEVEL SECURITY;
ALTER TABLE camera_login FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON camera_login FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE, DELETE ON camera_login TO {web};
GRANT INSERT, SELECT, UPDATE, DELETE ON camera_login TO {job};
ALTER TABLE camera_login ADD CONSTRAINT fk_camera_login_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE camera_login ADD CONSTRAINT fk_camera_login_camera_id
  FOREIGN KEY (camera_id, body_id) REFERENCES camera(id, body_id);
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

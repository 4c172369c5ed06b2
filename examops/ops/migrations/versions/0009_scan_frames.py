"""What the room's camera saw at a scan: kept with the scan, shown to whoever has to compare faces."""

from examops.ops.migrations.helpers import run

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "The release before neither reads nor writes this table; its scans get their pictures afterwards."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE scan_frame (
  scan_id bigint NOT NULL,
  session_id bigint NOT NULL,
  booking_id bigint NOT NULL,
  camera_label text NOT NULL,
  segment_uid uuid NOT NULL,
  taken_at timestamp with time zone NOT NULL,
  object_key text NOT NULL,
  size bigint NOT NULL,
  sha256 bytea,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_scan_frame_picture CHECK (object_key = ''::text OR size > 0 AND sha256 IS NOT NULL),
  CONSTRAINT pk_scan_frame PRIMARY KEY (id),
  CONSTRAINT uq_scan_frame_scan_id UNIQUE (scan_id),
  CONSTRAINT uq_scan_frame_uid UNIQUE (uid)
);
CREATE INDEX ix_scan_frame_session_id_booking_id ON scan_frame USING btree (session_id, booking_id);
ALTER TABLE scan_frame ENABLE ROW LEVEL SECURITY;
ALTER TABLE scan_frame FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON scan_frame FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT ON scan_frame TO {web};
GRANT INSERT, SELECT ON scan_frame TO {job};
ALTER TABLE scan_frame ADD CONSTRAINT fk_scan_frame_body_id FOREIGN KEY (body_id) REFERENCES body(id);
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

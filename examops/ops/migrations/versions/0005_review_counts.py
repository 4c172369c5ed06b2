"""Watched time that is counted, and who decided about a flag and why."""

from examops.ops.migrations.helpers import run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before neither reads nor writes the two tables; what it decides about a flag has no reason. "
    "The key of flags is their own id with their body, so none of its rows is refused."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER TABLE flag ADD CONSTRAINT uq_flag_id_body_id UNIQUE USING INDEX uq_flag_id_body_id;
CREATE TABLE flag_decision (
  flag_id bigint NOT NULL,
  decision text NOT NULL,
  note text NOT NULL,
  flag_author_uid uuid NOT NULL,
  decided_by text NOT NULL,
  decided_by_uid uuid NOT NULL,
  decided_at timestamp with time zone NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_flag_decision_decision CHECK (
    decision = ANY (ARRAY['confirmed'::text, 'dismissed'::text, 'escalated'::text, 'acted'::text])),
  CONSTRAINT ck_flag_decision_note CHECK (
    note <> ''::text OR (decision = ANY (ARRAY['dismissed'::text, 'escalated'::text]))),
  CONSTRAINT ck_flag_decision_second_person CHECK (decision <> 'confirmed'::text OR decided_by_uid <> flag_author_uid),
  CONSTRAINT pk_flag_decision PRIMARY KEY (id),
  CONSTRAINT uq_flag_decision_flag_id_decision UNIQUE (flag_id, decision),
  CONSTRAINT uq_flag_decision_uid UNIQUE (uid)
);
ALTER TABLE flag_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE flag_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON flag_decision FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything) OR
  (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR
  (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])));
GRANT INSERT, SELECT ON flag_decision TO {web};
GRANT INSERT, SELECT ON flag_decision TO {job};
CREATE TABLE watched (
  session_id bigint NOT NULL,
  camera_id bigint NOT NULL,
  viewer_id bigint NOT NULL,
  during tstzrange NOT NULL,
  shown tstzrange NOT NULL,
  speed double precision NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_watched_extent CHECK (NOT isempty(during) AND NOT isempty(shown) AND speed > 0::double precision),
  CONSTRAINT ck_watched_within_clock CHECK (
    (upper(during) - lower(during)) <= ((upper(shown) - lower(shown)) * speed + '00:00:00.001'::interval)),
  CONSTRAINT one_picture_at_once EXCLUDE USING gist (
    int8range(viewer_id, viewer_id, '[]'::text) WITH &&,
    int8range(camera_id, camera_id, '[]'::text) WITH &&, shown WITH &&),
  CONSTRAINT pk_watched PRIMARY KEY (id),
  CONSTRAINT uq_watched_uid UNIQUE (uid),
  CONSTRAINT watched_once EXCLUDE USING gist (
    int8range(viewer_id, viewer_id, '[]'::text) WITH &&,
    int8range(camera_id, camera_id, '[]'::text) WITH &&, during WITH &&)
);
CREATE INDEX ix_watched_session_id_viewer_id ON watched USING btree (session_id, viewer_id);
ALTER TABLE watched ENABLE ROW LEVEL SECURITY;
ALTER TABLE watched FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON watched FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything) OR
  (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR
  (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])));
GRANT INSERT, SELECT, UPDATE ON watched TO {web};
GRANT INSERT, SELECT, UPDATE ON watched TO {job};
ALTER TABLE flag_decision ADD CONSTRAINT fk_flag_decision_body_id
  FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE flag_decision ADD CONSTRAINT fk_flag_decision_flag_id
  FOREIGN KEY (flag_id, body_id) REFERENCES flag(id, body_id);
ALTER TABLE watched ADD CONSTRAINT fk_watched_body_id
  FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE watched ADD CONSTRAINT fk_watched_camera_id
  FOREIGN KEY (camera_id, body_id) REFERENCES camera(id, body_id);
ALTER TABLE watched ADD CONSTRAINT fk_watched_session_id
  FOREIGN KEY (session_id, body_id) REFERENCES exam_session(id, body_id);
ALTER TABLE watched ADD CONSTRAINT fk_watched_viewer_id
  FOREIGN KEY (viewer_id) REFERENCES user_account(id);
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""Workstations and cameras out of service, what that breaks, who was moved; fitness trials of cameras."""

from examops.ops.migrations.helpers import run

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before neither reads nor writes the four tables. It writes no outages of workstations either; those"
    " that somebody added by hand have no act, and count as before. It knows no outages of cameras: it counts their"
    " coverage, and offers places that this release does not."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE camera_outage (
  camera_id bigint NOT NULL,
  act_uid uuid,
  during tstzrange NOT NULL,
  reason text NOT NULL,
  entered_by text DEFAULT ''::text NOT NULL,
  entered_by_uid uuid,
  ended_by text DEFAULT ''::text NOT NULL,
  ended_at timestamp with time zone,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_camera_outage PRIMARY KEY (id),
  CONSTRAINT uq_camera_outage_uid UNIQUE (uid)
);
CREATE INDEX ix_camera_outage_camera_id ON camera_outage USING btree (camera_id);
ALTER TABLE camera_outage ENABLE ROW LEVEL SECURITY;
ALTER TABLE camera_outage FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON camera_outage FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything) OR (
  body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR (
  district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])));
GRANT INSERT, SELECT, UPDATE ON camera_outage TO {web};
GRANT INSERT, SELECT, UPDATE ON camera_outage TO {job};
CREATE TABLE fitness_trial (
  number text NOT NULL,
  camera_id bigint NOT NULL,
  state text NOT NULL,
  seconds bigint NOT NULL,
  asked_by text NOT NULL,
  asked_by_uid uuid,
  asked_at timestamp with time zone NOT NULL,
  due_at timestamp with time zone NOT NULL,
  device_id bigint,
  attempts bigint NOT NULL,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  cause text NOT NULL,
  measures jsonb NOT NULL,
  lines jsonb NOT NULL,
  pictures text[] NOT NULL,
  still_key text NOT NULL,
  still_sha256 bytea,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_fitness_trial_cause CHECK ((state = 'could_not_run'::text) = (cause <> ''::text)),
  CONSTRAINT ck_fitness_trial_ended
    CHECK ((state = ANY (ARRAY['asked'::text, 'running'::text])) = (ended_at IS NULL)),
  CONSTRAINT ck_fitness_trial_passed_with_still CHECK (state <> 'passed'::text OR still_key <> ''::text),
  CONSTRAINT ck_fitness_trial_running
    CHECK (state <> 'running'::text OR device_id IS NOT NULL AND started_at IS NOT NULL),
  CONSTRAINT ck_fitness_trial_state
    CHECK (state = ANY (ARRAY[
      'asked'::text, 'running'::text, 'passed'::text, 'failed'::text, 'could_not_run'::text])),
  CONSTRAINT pk_fitness_trial PRIMARY KEY (id),
  CONSTRAINT uq_fitness_trial_number UNIQUE (number),
  CONSTRAINT uq_fitness_trial_uid UNIQUE (uid)
);
CREATE INDEX ix_fitness_trial_camera_id_id ON fitness_trial USING btree (camera_id, id);
CREATE UNIQUE INDEX uq_fitness_trial_open ON fitness_trial
  USING btree (camera_id) WHERE state = ANY (ARRAY['asked'::text, 'running'::text]);
ALTER TABLE fitness_trial ENABLE ROW LEVEL SECURITY;
ALTER TABLE fitness_trial FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON fitness_trial FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything) OR (
  body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR (
  district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])));
GRANT INSERT, SELECT, UPDATE ON fitness_trial TO {web};
GRANT INSERT, SELECT, UPDATE ON fitness_trial TO {job};
CREATE TABLE seat_move (
  sitting_id bigint NOT NULL,
  from_workstation_id bigint NOT NULL,
  to_workstation_id bigint NOT NULL,
  reason text NOT NULL,
  moved_at timestamp with time zone NOT NULL,
  moved_by text NOT NULL,
  moved_by_uid uuid,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_seat_move_moved CHECK (from_workstation_id <> to_workstation_id AND reason <> ''::text),
  CONSTRAINT pk_seat_move PRIMARY KEY (id),
  CONSTRAINT uq_seat_move_uid UNIQUE (uid)
);
CREATE INDEX ix_seat_move_sitting_id ON seat_move USING btree (sitting_id);
ALTER TABLE seat_move ENABLE ROW LEVEL SECURITY;
ALTER TABLE seat_move FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON seat_move FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything) OR (
  body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR (
  district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])));
GRANT INSERT, SELECT ON seat_move TO {web};
GRANT INSERT, SELECT ON seat_move TO {job};
CREATE TABLE session_break (
  session_id bigint NOT NULL,
  act_uid uuid NOT NULL,
  stations text[] NOT NULL,
  cameras text[] NOT NULL,
  out_from timestamp with time zone NOT NULL,
  out_until timestamp with time zone,
  reason text NOT NULL,
  people bigint NOT NULL,
  known_by text NOT NULL,
  known_by_uid uuid,
  known_at timestamp with time zone NOT NULL,
  told text[] NOT NULL,
  settlement text NOT NULL,
  note text NOT NULL,
  settled_by text NOT NULL,
  settled_at timestamp with time zone,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_session_break_known CHECK (known_by <> ''::text AND people >= 0),
  CONSTRAINT ck_session_break_none_says_why CHECK (settlement <> 'none'::text OR note <> ''::text),
  CONSTRAINT ck_session_break_settled CHECK ((settlement = ''::text) = (settled_at IS NULL)),
  CONSTRAINT ck_session_break_settlement
    CHECK (settlement = ANY (ARRAY[''::text, 'enough'::text, 'moved'::text, 'none'::text, 'put_back'::text])),
  CONSTRAINT pk_session_break PRIMARY KEY (id),
  CONSTRAINT uq_session_break_session_id_act_uid UNIQUE (session_id, act_uid),
  CONSTRAINT uq_session_break_uid UNIQUE (uid)
);
ALTER TABLE session_break ENABLE ROW LEVEL SECURITY;
ALTER TABLE session_break FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON session_break FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything) OR (
  body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR (
  district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])));
GRANT INSERT, SELECT, UPDATE ON session_break TO {web};
GRANT INSERT, SELECT, UPDATE ON session_break TO {job};
ALTER TABLE camera_outage ADD CONSTRAINT fk_camera_outage_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE camera_outage ADD CONSTRAINT fk_camera_outage_camera_id
  FOREIGN KEY (camera_id, body_id) REFERENCES camera(id, body_id);
ALTER TABLE fitness_trial ADD CONSTRAINT fk_fitness_trial_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE fitness_trial ADD CONSTRAINT fk_fitness_trial_camera_id
  FOREIGN KEY (camera_id, body_id) REFERENCES camera(id, body_id);
ALTER TABLE fitness_trial ADD CONSTRAINT fk_fitness_trial_device_id
  FOREIGN KEY (device_id, body_id) REFERENCES device(id, body_id);
ALTER TABLE seat_move ADD CONSTRAINT fk_seat_move_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE seat_move ADD CONSTRAINT fk_seat_move_from_workstation_id
  FOREIGN KEY (from_workstation_id, body_id) REFERENCES workstation(id, body_id);
ALTER TABLE seat_move ADD CONSTRAINT fk_seat_move_sitting_id
  FOREIGN KEY (sitting_id, body_id) REFERENCES sitting(id, body_id);
ALTER TABLE seat_move ADD CONSTRAINT fk_seat_move_to_workstation_id
  FOREIGN KEY (to_workstation_id, body_id) REFERENCES workstation(id, body_id);
ALTER TABLE session_break ADD CONSTRAINT fk_session_break_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE session_break ADD CONSTRAINT fk_session_break_session
  FOREIGN KEY (session_id, body_id) REFERENCES exam_session(id, body_id);
ALTER TABLE workstation_outage ADD COLUMN act_uid uuid;
ALTER TABLE workstation_outage ADD COLUMN entered_by text DEFAULT ''::text NOT NULL;
ALTER TABLE workstation_outage ADD COLUMN entered_by_uid uuid;
ALTER TABLE workstation_outage ADD COLUMN ended_by text DEFAULT ''::text NOT NULL;
ALTER TABLE workstation_outage ADD COLUMN ended_at timestamp with time zone;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

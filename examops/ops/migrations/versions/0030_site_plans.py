"""Plans of rooms with places, kinds of rooms, tenure and verification of sites, sites lent to another body."""

from examops.ops.migrations.helpers import run

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before reads and writes none of the new tables. It makes rooms of the kinds it knows, which stay"
    " allowed; its sessions lie in rooms of their own body, as the new functions ask. Keys that may now cross bodies"
    " are wider than before. Rooms are some hundred rows: their checks are read at once."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

-- What else a site has; only exam rooms have places.
-- squawk-ignore ban-drop-constraint
ALTER TABLE room DROP CONSTRAINT ck_room_kind;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE room ADD CONSTRAINT ck_room_kind CHECK (kind = ANY (ARRAY['paper'::text, 'computer'::text,
  'practical'::text, 'review'::text, 'monitoring'::text, 'waiting'::text, 'office'::text, 'secure'::text,
  'marking'::text, 'archive'::text]));
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE room ADD CONSTRAINT ck_room_seats_of_exam_rooms CHECK ((kind = ANY (ARRAY['paper'::text,
  'computer'::text, 'practical'::text, 'review'::text])) OR seats = 0);

CREATE TABLE room_plan (
  room_id bigint NOT NULL,
  version bigint DEFAULT 0 NOT NULL,
  picture_key text DEFAULT ''::text NOT NULL,
  picture_sha256 bytea,
  width bigint DEFAULT 1600 NOT NULL,
  height bigint DEFAULT 900 NOT NULL,
  picture_by text DEFAULT ''::text NOT NULL,
  picture_at timestamp with time zone,
  changed_by text DEFAULT ''::text NOT NULL,
  changed_at timestamp with time zone,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_room_plan_sizes CHECK (version >= 0 AND width > 0 AND height > 0),
  CONSTRAINT ck_room_plan_picture CHECK ((picture_key = ''::text) = (picture_sha256 IS NULL)),
  CONSTRAINT pk_room_plan PRIMARY KEY (id),
  CONSTRAINT uq_room_plan_room_id UNIQUE (room_id),
  CONSTRAINT uq_room_plan_uid UNIQUE (uid),
  CONSTRAINT fk_room_plan_body_id FOREIGN KEY (body_id) REFERENCES body(id),
  CONSTRAINT fk_room_plan_room_id FOREIGN KEY (room_id, body_id) REFERENCES room(id, body_id)
);

CREATE TABLE station_place (
  workstation_id bigint NOT NULL,
  x double precision NOT NULL,
  y double precision NOT NULL,
  placed_by uuid,
  placed_by_name text NOT NULL,
  placed_at timestamp with time zone NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_station_place_in_picture CHECK (x >= 0 AND x <= 1 AND y >= 0 AND y <= 1),
  CONSTRAINT pk_station_place PRIMARY KEY (id),
  CONSTRAINT uq_station_place_workstation_id UNIQUE (workstation_id),
  CONSTRAINT uq_station_place_uid UNIQUE (uid),
  CONSTRAINT fk_station_place_body_id FOREIGN KEY (body_id) REFERENCES body(id),
  CONSTRAINT fk_station_place_workstation_id
    FOREIGN KEY (workstation_id, body_id) REFERENCES workstation(id, body_id)
);

CREATE TABLE camera_place (
  camera_id bigint NOT NULL,
  x double precision NOT NULL,
  y double precision NOT NULL,
  placed_by uuid,
  placed_by_name text NOT NULL,
  placed_at timestamp with time zone NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_camera_place_in_picture CHECK (x >= 0 AND x <= 1 AND y >= 0 AND y <= 1),
  CONSTRAINT pk_camera_place PRIMARY KEY (id),
  CONSTRAINT uq_camera_place_camera_id UNIQUE (camera_id),
  CONSTRAINT uq_camera_place_uid UNIQUE (uid),
  CONSTRAINT fk_camera_place_body_id FOREIGN KEY (body_id) REFERENCES body(id),
  CONSTRAINT fk_camera_place_camera_id FOREIGN KEY (camera_id, body_id) REFERENCES camera(id, body_id)
);

CREATE TABLE site_tenure (
  site_id bigint NOT NULL,
  kind text NOT NULL,
  until_on date,
  document_number text NOT NULL,
  document_key text NOT NULL,
  document_name text NOT NULL,
  document_format text NOT NULL,
  document_sha256 bytea,
  entered_by uuid,
  entered_by_name text NOT NULL,
  entered_at timestamp with time zone NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_site_tenure_kind CHECK (kind = ANY (ARRAY['owned'::text, 'leased'::text])),
  CONSTRAINT ck_site_tenure_until CHECK ((kind = 'leased'::text) = (until_on IS NOT NULL)),
  CONSTRAINT ck_site_tenure_format
    CHECK (document_format = ANY (ARRAY[''::text, 'pdf'::text, 'jpeg'::text, 'png'::text])),
  CONSTRAINT pk_site_tenure PRIMARY KEY (id),
  CONSTRAINT uq_site_tenure_uid UNIQUE (uid),
  CONSTRAINT fk_site_tenure_body_id FOREIGN KEY (body_id) REFERENCES body(id),
  CONSTRAINT fk_site_tenure_site_id FOREIGN KEY (site_id, body_id) REFERENCES site(id, body_id)
);
CREATE INDEX ix_site_tenure_site_id_id ON site_tenure USING btree (site_id, id);

CREATE TABLE site_verification (
  site_id bigint NOT NULL,
  verified_on date NOT NULL,
  result text NOT NULL,
  note text NOT NULL,
  officer uuid,
  officer_name text NOT NULL,
  officer_role text NOT NULL,
  entered_at timestamp with time zone NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_site_verification_result CHECK (result = ANY (ARRAY['passed'::text, 'failed'::text])),
  CONSTRAINT ck_site_verification_reason CHECK (result = 'passed'::text OR note <> ''::text),
  CONSTRAINT ck_site_verification_officer
    CHECK (officer_role = ANY (ARRAY['district_bureau'::text, 'district_centre'::text])),
  CONSTRAINT pk_site_verification PRIMARY KEY (id),
  CONSTRAINT uq_site_verification_uid UNIQUE (uid),
  CONSTRAINT fk_site_verification_body_id FOREIGN KEY (body_id) REFERENCES body(id),
  CONSTRAINT fk_site_verification_site_id FOREIGN KEY (site_id, body_id) REFERENCES site(id, body_id)
);
CREATE INDEX ix_site_verification_site_id_id ON site_verification USING btree (site_id, id);

CREATE TABLE site_use (
  site_id bigint NOT NULL,
  guest_body_id bigint NOT NULL,
  during tstzrange NOT NULL,
  agreement text NOT NULL,
  entered_by uuid,
  entered_by_name text NOT NULL,
  entered_at timestamp with time zone NOT NULL,
  ended_by_name text NOT NULL,
  ended_at timestamp with time zone,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_site_use_another_body CHECK (guest_body_id <> body_id),
  CONSTRAINT ck_site_use_during CHECK (NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)),
  CONSTRAINT pk_site_use PRIMARY KEY (id),
  CONSTRAINT uq_site_use_uid UNIQUE (uid),
  CONSTRAINT one_use_at_a_time EXCLUDE USING gist (int8range(site_id, site_id, '[]'::text) WITH &&,
    int8range(guest_body_id, guest_body_id, '[]'::text) WITH &&, during WITH &&),
  CONSTRAINT fk_site_use_body_id FOREIGN KEY (body_id) REFERENCES body(id),
  CONSTRAINT fk_site_use_guest_body_id FOREIGN KEY (guest_body_id) REFERENCES body(id),
  CONSTRAINT fk_site_use_site_id FOREIGN KEY (site_id, body_id) REFERENCES site(id, body_id)
);
CREATE INDEX ix_site_use_site_id_id ON site_use USING btree (site_id, id);
CREATE INDEX ix_site_use_guest_body_id ON site_use USING btree (guest_body_id);

-- Sites that were or are lent to the bodies of the running scope: what was planned there stays to be read.
CREATE FUNCTION scope_lent() RETURNS bigint[] LANGUAGE sql STABLE AS
  $$ SELECT coalesce(array_agg(site_id), '{}') FROM site_use WHERE guest_body_id = ANY (scope_bodies()) $$;

ALTER TABLE room_plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE room_plan FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON room_plan
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
GRANT SELECT, INSERT, UPDATE ON room_plan TO {web}, {job};
ALTER TABLE station_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE station_place FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON station_place
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON station_place TO {web}, {job};
ALTER TABLE camera_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE camera_place FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON camera_place
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
GRANT SELECT, INSERT, UPDATE, DELETE ON camera_place TO {web}, {job};
ALTER TABLE site_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE site_use FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON site_use
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR guest_body_id = ANY ((SELECT scope_bodies())::bigint[]))
  WITH CHECK ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
GRANT SELECT, INSERT, UPDATE ON site_use TO {web}, {job};
ALTER TABLE site_tenure ENABLE ROW LEVEL SECURITY;
ALTER TABLE site_tenure FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON site_tenure
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR site_id = ANY ((SELECT scope_lent())::bigint[]))
  WITH CHECK ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
GRANT SELECT, INSERT ON site_tenure TO {web}, {job};
ALTER TABLE site_verification ENABLE ROW LEVEL SECURITY;
ALTER TABLE site_verification FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON site_verification
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR site_id = ANY ((SELECT scope_lent())::bigint[]))
  WITH CHECK ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
GRANT SELECT, INSERT ON site_verification TO {web}, {job};

ALTER POLICY scope ON site
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR id = ANY ((SELECT scope_lent())::bigint[]))
  WITH CHECK ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
ALTER POLICY scope ON room
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR site_id = ANY ((SELECT scope_lent())::bigint[]))
  WITH CHECK ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
ALTER POLICY scope ON workstation
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR room_id IN (SELECT lent_room.id FROM room lent_room
  WHERE lent_room.site_id = ANY ((SELECT scope_lent())::bigint[])))
  WITH CHECK ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
ALTER POLICY scope ON camera
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR room_id IN (SELECT lent_room.id FROM room lent_room
  WHERE lent_room.site_id = ANY ((SELECT scope_lent())::bigint[])))
  WITH CHECK ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
ALTER POLICY scope ON workstation_outage
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR workstation_id IN (SELECT lent_station.id FROM workstation lent_station
  WHERE lent_station.room_id IN (SELECT lent_room.id FROM room lent_room
  WHERE lent_room.site_id = ANY ((SELECT scope_lent())::bigint[]))))
  WITH CHECK ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
ALTER POLICY scope ON camera_coverage
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR camera_id IN
  (SELECT lent_camera.id FROM camera lent_camera WHERE lent_camera.room_id IN (SELECT lent_room.id FROM room lent_room
  WHERE lent_room.site_id = ANY ((SELECT scope_lent())::bigint[]))))
  WITH CHECK ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
ALTER POLICY scope ON camera_outage
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR camera_id IN
  (SELECT lent_camera.id FROM camera lent_camera WHERE lent_camera.room_id IN (SELECT lent_room.id FROM room lent_room
  WHERE lent_room.site_id = ANY ((SELECT scope_lent())::bigint[]))))
  WITH CHECK ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));

-- Keys of a session held at a lent site cross bodies; the rows of before satisfy them, and are read by the next.
-- squawk-ignore ban-drop-constraint
ALTER TABLE exam_session DROP CONSTRAINT fk_exam_session_room_id;
ALTER TABLE exam_session ADD CONSTRAINT fk_exam_session_room_id
  FOREIGN KEY (room_id) REFERENCES room(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE exam_session DROP CONSTRAINT fk_exam_session_site_id;
ALTER TABLE exam_session ADD CONSTRAINT fk_exam_session_site_id
  FOREIGN KEY (site_id) REFERENCES site(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE session_station DROP CONSTRAINT fk_session_station_workstation_id;
ALTER TABLE session_station ADD CONSTRAINT fk_session_station_workstation_id
  FOREIGN KEY (workstation_id) REFERENCES workstation(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE lot DROP CONSTRAINT fk_lot_workstation_id;
ALTER TABLE lot ADD CONSTRAINT fk_lot_workstation_id
  FOREIGN KEY (workstation_id) REFERENCES workstation(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE sitting DROP CONSTRAINT fk_sitting_workstation_id;
ALTER TABLE sitting ADD CONSTRAINT fk_sitting_workstation_id
  FOREIGN KEY (workstation_id) REFERENCES workstation(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE arming DROP CONSTRAINT fk_arming_camera_id;
ALTER TABLE arming ADD CONSTRAINT fk_arming_camera_id
  FOREIGN KEY (camera_id) REFERENCES camera(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE segment DROP CONSTRAINT fk_segment_camera_id;
ALTER TABLE segment ADD CONSTRAINT fk_segment_camera_id
  FOREIGN KEY (camera_id) REFERENCES camera(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE gap DROP CONSTRAINT fk_gap_camera_id;
ALTER TABLE gap ADD CONSTRAINT fk_gap_camera_id
  FOREIGN KEY (camera_id) REFERENCES camera(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE flag DROP CONSTRAINT fk_flag_camera_id;
ALTER TABLE flag ADD CONSTRAINT fk_flag_camera_id
  FOREIGN KEY (camera_id) REFERENCES camera(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE watched DROP CONSTRAINT fk_watched_camera_id;
ALTER TABLE watched ADD CONSTRAINT fk_watched_camera_id
  FOREIGN KEY (camera_id) REFERENCES camera(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE segment DROP CONSTRAINT fk_segment_device_id;
ALTER TABLE segment ADD CONSTRAINT fk_segment_device_id
  FOREIGN KEY (device_id) REFERENCES device(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE alarm DROP CONSTRAINT fk_alarm_session_id;
ALTER TABLE alarm ADD CONSTRAINT fk_alarm_session_id
  FOREIGN KEY (session_id) REFERENCES exam_session(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE seat_move DROP CONSTRAINT fk_seat_move_from_workstation_id;
ALTER TABLE seat_move ADD CONSTRAINT fk_seat_move_from_workstation_id
  FOREIGN KEY (from_workstation_id) REFERENCES workstation(id) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE seat_move DROP CONSTRAINT fk_seat_move_to_workstation_id;
ALTER TABLE seat_move ADD CONSTRAINT fk_seat_move_to_workstation_id
  FOREIGN KEY (to_workstation_id) REFERENCES workstation(id) NOT VALID;

-- Workstations stand in exam rooms alone.
CREATE FUNCTION exam_room_only() RETURNS trigger
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  found text;
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  SELECT kind INTO found FROM room WHERE id = NEW.room_id FOR SHARE;
  PERFORM set_config('examops.everything', before, true);
  IF found NOT IN ('paper', 'computer', 'practical', 'review') THEN
    RAISE EXCEPTION 'the room is not for exams'
      USING ERRCODE = '23514', CONSTRAINT = 'exam_room_only', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER exam_room_only BEFORE INSERT OR UPDATE OF room_id ON workstation
  FOR EACH ROW EXECUTE FUNCTION exam_room_only();
CREATE TRIGGER exam_room_only BEFORE INSERT OR UPDATE OF room_id ON exam_session
  FOR EACH ROW EXECUTE FUNCTION exam_room_only();

-- A room with workstations or sessions stays an exam room.
CREATE FUNCTION room_keeps_exams() RETURNS trigger
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  is_used boolean;
BEGIN
  IF NEW.kind IN ('paper', 'computer', 'practical', 'review') THEN
    RETURN NEW;
  END IF;
  PERFORM set_config('examops.everything', 'on', true);
  is_used := EXISTS (SELECT 1 FROM workstation WHERE room_id = NEW.id)
    OR EXISTS (SELECT 1 FROM exam_session WHERE room_id = NEW.id);
  PERFORM set_config('examops.everything', before, true);
  IF is_used THEN
    RAISE EXCEPTION 'the room has workstations or sessions'
      USING ERRCODE = '23514', CONSTRAINT = 'exam_room_only', TABLE = 'room';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER room_keeps_exams BEFORE UPDATE OF kind ON room
  FOR EACH ROW EXECUTE FUNCTION room_keeps_exams();

-- A session lies in a room of its own body, or of a site lent to it for all of its time. The agreement is held until
-- the session is saved, so that nobody ends it meanwhile.
CREATE FUNCTION session_at_own_or_lent_site() RETURNS trigger
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  place record;
  is_lent boolean := true;
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  SELECT body_id, site_id INTO place FROM room WHERE id = NEW.room_id;
  IF place.body_id <> NEW.body_id THEN
    PERFORM 1 FROM site_use WHERE site_id = place.site_id AND guest_body_id = NEW.body_id
      AND during @> NEW.during FOR SHARE;
    is_lent := FOUND AND place.site_id = NEW.site_id;
  END IF;
  PERFORM set_config('examops.everything', before, true);
  IF NOT is_lent THEN
    RAISE EXCEPTION 'the site is not lent to this body in that time'
      USING ERRCODE = '23514', CONSTRAINT = 'session_at_own_or_lent_site', TABLE = 'exam_session';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER session_at_own_or_lent_site BEFORE INSERT OR UPDATE OF room_id, site_id, during, body_id ON exam_session
  FOR EACH ROW EXECUTE FUNCTION session_at_own_or_lent_site();

-- A workstation that a session holds is its own body's, or stands at the session's site.
CREATE FUNCTION station_at_own_or_lent_site() RETURNS trigger
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  fits boolean;
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  fits := EXISTS (SELECT 1 FROM workstation w JOIN room r ON r.id = w.room_id
    JOIN exam_session s ON s.id = NEW.session_id
    WHERE w.id = NEW.workstation_id AND (w.body_id = NEW.body_id OR r.site_id = s.site_id));
  PERFORM set_config('examops.everything', before, true);
  IF NOT fits THEN
    RAISE EXCEPTION 'the workstation is of another body and another site'
      USING ERRCODE = '23514', CONSTRAINT = 'session_at_own_or_lent_site', TABLE = 'session_station';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER station_at_own_or_lent_site BEFORE INSERT OR UPDATE OF workstation_id, session_id ON session_station
  FOR EACH ROW EXECUTE FUNCTION station_at_own_or_lent_site();

-- The filed body of a credit code, to lend it a site; never the asker's own.
CREATE FUNCTION guest_body(of_code text, not_body bigint) RETURNS TABLE (body_id bigint, name text)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE before text := coalesce(current_setting('examops.everything', true), '');
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  RETURN QUERY SELECT b.id, b.name FROM body b JOIN legal_entity e ON e.id = b.legal_entity_id
    WHERE e.credit_code = of_code AND b.id <> not_body ORDER BY b.state = 'filed' DESC, b.id LIMIT 1;
  PERFORM set_config('examops.everything', before, true);
END $$;
-- What the other side of a use that the scope shows is called.
CREATE FUNCTION body_of_use(of_body bigint) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  is_shown boolean := EXISTS (SELECT 1 FROM site_use WHERE of_body IN (body_id, guest_body_id));
  found text;
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  SELECT name INTO found FROM body WHERE id = of_body AND is_shown;
  PERFORM set_config('examops.everything', before, true);
  RETURN found;
END $$;
-- How many sessions the guest of a use, which the scope shows, still has at the site after a moment; never which.
CREATE FUNCTION guest_sessions_after(of_use bigint, moment timestamptz)
  RETURNS TABLE (held bigint, last_end timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  shown record;
BEGIN
  SELECT site_id, guest_body_id, during INTO shown FROM site_use WHERE id = of_use;
  PERFORM set_config('examops.everything', 'on', true);
  RETURN QUERY SELECT count(*), max(s.ends_at) FROM exam_session s
    WHERE s.site_id = shown.site_id AND s.body_id = shown.guest_body_id AND s.during <@ shown.during
    AND s.during && tstzrange(moment, NULL) AND s.state NOT IN ('cancelled', 'void');
  PERFORM set_config('examops.everything', before, true);
END $$;
-- Whether a room, which the scope shows, is taken by a session that the scope does not show; never by whom.
CREATE FUNCTION room_taken_elsewhere(of_room bigint, begins timestamptz, ends timestamptz, but_session bigint)
  RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  is_shown boolean := EXISTS (SELECT 1 FROM room WHERE id = of_room);
  seen bigint[] := ARRAY(SELECT id FROM exam_session WHERE room_id = of_room AND during && tstzrange(begins, ends));
  is_taken boolean;
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  is_taken := is_shown AND EXISTS (SELECT 1 FROM exam_session s WHERE s.room_id = of_room
    AND s.during && tstzrange(begins, ends) AND s.state NOT IN ('cancelled', 'void')
    AND s.id <> but_session AND s.id <> ALL (seen));
  PERFORM set_config('examops.everything', before, true);
  RETURN is_taken;
END $$;
REVOKE ALL ON FUNCTION exam_room_only, room_keeps_exams, session_at_own_or_lent_site, station_at_own_or_lent_site,
  guest_body, body_of_use, guest_sessions_after, room_taken_elsewhere FROM PUBLIC;
GRANT EXECUTE ON FUNCTION guest_body, body_of_use, guest_sessions_after, room_taken_elsewhere TO {web}, {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

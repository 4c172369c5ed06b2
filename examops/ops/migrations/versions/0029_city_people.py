"""People of the city: outer supervisors, inspectors, experts, with a home of their own and duties of their own."""

from examops.ops.migrations.helpers import run

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before neither reads nor writes the two tables. A duty that it plans for somebody who is on duty for"
    " the city meets the constraint by the name that it has a refusal for. Its question who is busy is answered with"
    " the city's duties too."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE city_person (
  person_id bigint NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  id_masked text NOT NULL,
  telephone text NOT NULL,
  employer text NOT NULL,
  letter text NOT NULL,
  valid_from date NOT NULL,
  valid_until date NOT NULL,
  end_reason text NOT NULL,
  entered_by text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_city_person_dates CHECK (valid_from <= valid_until),
  CONSTRAINT ck_city_person_kind CHECK (kind IN ('supervisor', 'inspector', 'expert')),
  CONSTRAINT pk_city_person PRIMARY KEY (id),
  CONSTRAINT uq_city_person_id_person_id UNIQUE (id, person_id),
  CONSTRAINT uq_city_person_person_id_kind UNIQUE (person_id, kind),
  CONSTRAINT uq_city_person_uid UNIQUE (uid)
);
CREATE TABLE city_duty (
  session_id bigint NOT NULL,
  city_person_id bigint NOT NULL,
  person_id bigint NOT NULL,
  during tstzrange NOT NULL,
  is_released boolean NOT NULL,
  assigned_by text NOT NULL,
  assigned_by_uid uuid,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_city_duty PRIMARY KEY (id),
  CONSTRAINT uq_city_duty_uid UNIQUE (uid),
  CONSTRAINT no_overlap_city_duty
    EXCLUDE USING gist (int8range(person_id,person_id,'[]') WITH &&, during WITH &&) WHERE (NOT is_released)
);
CREATE INDEX ix_city_duty_session_id ON city_duty (session_id);
CREATE INDEX ix_city_duty_city_person_id ON city_duty (city_person_id);
CREATE INDEX ix_city_duty_person_id ON city_duty (person_id);
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
ALTER TABLE city_person ADD CONSTRAINT fk_city_person_person_id FOREIGN KEY (person_id) REFERENCES person(id);
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
ALTER TABLE city_duty ADD CONSTRAINT fk_city_duty_person
  FOREIGN KEY (city_person_id, person_id) REFERENCES city_person(id, person_id) ON UPDATE CASCADE;
-- squawk-ignore adding-foreign-key-constraint, constraint-missing-not-valid
ALTER TABLE city_duty ADD CONSTRAINT fk_city_duty_session
  FOREIGN KEY (session_id, during) REFERENCES exam_session(id, during) ON UPDATE CASCADE;
ALTER TABLE city_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE city_person FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON city_person FOR ALL USING (( SELECT scope_everything() AS scope_everything));
GRANT INSERT, SELECT, UPDATE ON city_person TO {web};
GRANT INSERT, SELECT, UPDATE ON city_person TO {job};
ALTER TABLE city_duty ENABLE ROW LEVEL SECURITY;
ALTER TABLE city_duty FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON city_duty FOR ALL USING (( SELECT scope_everything() AS scope_everything));
GRANT INSERT, SELECT, UPDATE ON city_duty TO {web};
GRANT INSERT, SELECT, UPDATE ON city_duty TO {job};

-- No exclusion constraint spans two tables: each looks into the other, behind a lock on the person. The wider scope
-- lasts for this one question.
CREATE FUNCTION duty_elsewhere() RETURNS trigger
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  is_busy boolean;
BEGIN
  IF NEW.is_released THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('duty_elsewhere:' || NEW.person_id, 0));
  PERFORM set_config('examops.everything', 'on', true);
  IF TG_TABLE_NAME = 'city_duty' THEN
    is_busy := EXISTS (SELECT 1 FROM session_duty d
      WHERE d.person_id = NEW.person_id AND NOT d.is_released AND d.during && NEW.during);
  ELSE
    is_busy := EXISTS (SELECT 1 FROM city_duty d
      WHERE d.person_id = NEW.person_id AND NOT d.is_released AND d.during && NEW.during);
  END IF;
  PERFORM set_config('examops.everything', before, true);
  IF is_busy THEN
    RAISE EXCEPTION 'on duty for the city and for a body at once'
      USING ERRCODE = '23P01', CONSTRAINT = 'no_overlap_duty', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER duty_person_elsewhere BEFORE INSERT OR UPDATE OF staff_id, person_id, during, is_released ON session_duty
  FOR EACH ROW EXECUTE FUNCTION duty_elsewhere();
CREATE TRIGGER duty_person_elsewhere BEFORE INSERT OR UPDATE OF person_id, during, is_released ON city_duty
  FOR EACH ROW EXECUTE FUNCTION duty_elsewhere();

-- A session that is not held gives the city's people back, whoever cancels it.
CREATE FUNCTION city_duty_released() RETURNS trigger
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE before text := coalesce(current_setting('examops.everything', true), '');
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  UPDATE city_duty SET is_released = true WHERE session_id = NEW.id AND NOT is_released;
  PERFORM set_config('examops.everything', before, true);
  RETURN NEW;
END $$;
CREATE TRIGGER city_duty_released AFTER UPDATE OF state ON exam_session
  FOR EACH ROW WHEN (NEW.state IN ('cancelled', 'void')) EXECUTE FUNCTION city_duty_released();

-- As before, and on duty for the city.
CREATE OR REPLACE FUNCTION staff_busy(of_staff bigint[], begins timestamptz, ends timestamptz, but_session bigint)
  RETURNS SETOF bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  shown bigint[] := ARRAY(SELECT id FROM staff_member WHERE id = ANY (of_staff));
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  RETURN QUERY SELECT m.id FROM staff_member m WHERE m.id = ANY (shown) AND (EXISTS (
      SELECT 1 FROM session_duty d WHERE d.person_id = m.person_id AND NOT d.is_released
      AND d.session_id <> but_session AND d.during && tstzrange(begins, ends))
    OR EXISTS (
      SELECT 1 FROM city_duty d WHERE d.person_id = m.person_id AND NOT d.is_released
      AND d.during && tstzrange(begins, ends)));
  PERFORM set_config('examops.everything', before, true);
END $$;
REVOKE ALL ON FUNCTION duty_elsewhere, city_duty_released FROM PUBLIC;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""The person behind each member of staff: nobody is on duty at two bodies at once."""

from examops.ops.migrations.helpers import run

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before writes neither person_id, which the database fills, nor the masked number. It meets the"
    " constraint by the same name, now for the person, and tells the refusal that it has for it. Two duties of one"
    " account at one time stop the upgrade before anything changed. Tables of people on duty hold hundreds of rows,"
    " duties some thousand: what is built and checked here is done in less than a second."
)
# Asked before anything of an upgrade is changed.
CHECK = """
SELECT set_config('examops.everything', 'on', true);
DO $$
DECLARE doubled text;
BEGIN
  SELECT string_agg(format('%s + %s (%s)', sa.number, sb.number, u.login), E'\\n' ORDER BY sa.number) INTO doubled
  FROM session_duty a JOIN staff_member ma ON ma.id = a.staff_id JOIN user_account u ON u.id = ma.user_id
  JOIN staff_member mb ON mb.user_id = ma.user_id AND mb.id <> ma.id
  JOIN session_duty b ON b.staff_id = mb.id AND b.id > a.id AND b.during && a.during
  JOIN exam_session sa ON sa.id = a.session_id JOIN exam_session sb ON sb.id = b.session_id
  WHERE NOT a.is_released AND NOT b.is_released;
  IF doubled IS NOT NULL THEN
    RAISE EXCEPTION '有人在同一时间被排在两个机构当值，升级没有开始，什么也没有改' USING
      ERRCODE = '55000', DETAIL = doubled,
      HINT = '每一行是两个场次和这个人的登录名。在其中一个场次换人；已经考完的，由管理员放开没有到场的那一处'
        '（运维手册第 8 节写明怎样做）。再运行一次 db upgrade';
  END IF;
END $$;
"""
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

SELECT set_config('examops.everything', 'on', true);

-- Nobody reads the table; functions that do compare the number and pass over rows without one.
-- squawk-ignore ban-drop-not-null
ALTER TABLE person ALTER COLUMN id_hash DROP NOT NULL;
-- squawk-ignore ban-drop-not-null
ALTER TABLE person ALTER COLUMN id_sealed DROP NOT NULL;
-- squawk-ignore ban-drop-not-null
ALTER TABLE person ALTER COLUMN key_version DROP NOT NULL;
ALTER TABLE person ADD CONSTRAINT ck_person_known
  CHECK (num_nulls(id_hash, id_sealed, key_version) IN (0, 3)) NOT VALID;

ALTER TABLE staff_member ADD COLUMN person_id bigint;
ALTER TABLE staff_member ADD COLUMN id_masked text DEFAULT '' NOT NULL;
ALTER TABLE session_duty ADD COLUMN person_id bigint;

-- Rows of one user account are one person; any other row begins as a person of its own. Two whose ID numbers are
-- known and differ cannot be given one account. The wider scope lasts for this one question.
CREATE FUNCTION staff_person() RETURNS trigger
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  shared bigint;
BEGIN
  IF NEW.user_id IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('staff_person:' || NEW.user_id, 0));
    PERFORM set_config('examops.everything', 'on', true);
    SELECT person_id INTO shared FROM staff_member
      WHERE user_id = NEW.user_id AND id <> NEW.id AND person_id IS NOT NULL LIMIT 1;
    IF shared <> NEW.person_id AND EXISTS (SELECT 1 FROM person WHERE id = NEW.person_id AND id_hash IS NOT NULL) THEN
      IF EXISTS (SELECT 1 FROM person WHERE id = shared AND id_hash IS NOT NULL) THEN
        RAISE EXCEPTION 'the account belongs to somebody with another ID number'
          USING ERRCODE = '23514', CONSTRAINT = 'one_person_per_account', TABLE = 'staff_member';
      END IF;
      UPDATE staff_member SET person_id = NEW.person_id WHERE user_id = NEW.user_id AND id <> NEW.id;
      shared := NEW.person_id;
    END IF;
    PERFORM set_config('examops.everything', before, true);
  END IF;
  NEW.person_id := coalesce(shared, NEW.person_id);
  IF NEW.person_id IS NULL THEN
    INSERT INTO person (uid) VALUES (gen_random_uuid()) RETURNING id INTO NEW.person_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER staff_person BEFORE INSERT OR UPDATE OF user_id ON staff_member
  FOR EACH ROW EXECUTE FUNCTION staff_person();

-- A duty carries the person of its member, for the exclusion constraint; later the key below carries changes on.
CREATE FUNCTION duty_person() RETURNS trigger
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE before text := coalesce(current_setting('examops.everything', true), '');
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  SELECT person_id INTO NEW.person_id FROM staff_member WHERE id = NEW.staff_id FOR KEY SHARE;
  PERFORM set_config('examops.everything', before, true);
  RETURN NEW;
END $$;
CREATE TRIGGER duty_person BEFORE INSERT OR UPDATE OF staff_id ON session_duty
  FOR EACH ROW EXECUTE FUNCTION duty_person();

UPDATE staff_member SET user_id = user_id;
UPDATE session_duty SET staff_id = staff_id;

-- Hundreds of rows: see above.
-- squawk-ignore disallowed-unique-constraint, constraint-missing-not-valid
ALTER TABLE staff_member ADD CONSTRAINT uq_staff_member_id_person_id UNIQUE (id, person_id);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_staff_member_person_id ON staff_member (person_id);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_staff_member_body_id_id ON staff_member (body_id, id);
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX ix_session_duty_person_id ON session_duty (person_id);
-- squawk-ignore adding-not-nullable-field
ALTER TABLE staff_member ALTER COLUMN person_id SET NOT NULL;
-- squawk-ignore adding-not-nullable-field
ALTER TABLE session_duty ALTER COLUMN person_id SET NOT NULL;
ALTER TABLE staff_member ADD CONSTRAINT fk_staff_member_person_id
  FOREIGN KEY (person_id) REFERENCES person(id) NOT VALID;
ALTER TABLE session_duty ADD CONSTRAINT fk_session_duty_person
  FOREIGN KEY (staff_id, person_id) REFERENCES staff_member(id, person_id) ON UPDATE CASCADE NOT VALID;
-- Another takes its place.
-- squawk-ignore ban-drop-constraint
ALTER TABLE session_duty DROP CONSTRAINT no_overlap_duty;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE session_duty ADD CONSTRAINT no_overlap_duty
  EXCLUDE USING gist (int8range(person_id,person_id,'[]') WITH &&, during WITH &&) WHERE (NOT is_released);

-- A member whom the scope shows is this person of the register. Answers 'unseen', 'same', 'moved', or 'differs' where
-- the member's account is that of somebody with another number at another body. All rows of the account go along.
CREATE FUNCTION staff_identified(of_staff bigint, is_person bigint) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  mine record;
  answer text := 'moved';
BEGIN
  SELECT id, user_id, person_id INTO mine FROM staff_member WHERE id = of_staff FOR UPDATE;
  IF NOT FOUND THEN
    RETURN 'unseen';
  ELSIF mine.person_id = is_person THEN
    RETURN 'same';
  END IF;
  PERFORM set_config('examops.everything', 'on', true);
  IF EXISTS (SELECT 1 FROM person WHERE id = mine.person_id AND id_hash IS NOT NULL)
      AND EXISTS (SELECT 1 FROM staff_member WHERE user_id = mine.user_id AND id <> mine.id) THEN
    answer := 'differs';
  ELSE
    UPDATE staff_member SET person_id = is_person WHERE id = mine.id OR user_id = mine.user_id;
  END IF;
  PERFORM set_config('examops.everything', before, true);
  RETURN answer;
END $$;
-- Of members whom the scope shows: whether the ID number is known, and at how many other bodies they are registered;
-- never at which.
CREATE FUNCTION staff_elsewhere(of_staff bigint[]) RETURNS TABLE (staff_id bigint, is_known boolean, others bigint)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  shown bigint[] := ARRAY(SELECT id FROM staff_member WHERE id = ANY (of_staff));
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  RETURN QUERY SELECT m.id, p.id_hash IS NOT NULL, (
      SELECT count(DISTINCT o.body_id) FROM staff_member o WHERE o.person_id = m.person_id AND o.body_id <> m.body_id)
    FROM staff_member m JOIN person p ON p.id = m.person_id WHERE m.id = ANY (shown);
  PERFORM set_config('examops.everything', before, true);
END $$;
-- Those of these members, whom the scope shows, who are on duty in that time at any body; never where. One session,
-- which is being planned anew, is passed over.
CREATE FUNCTION staff_busy(of_staff bigint[], begins timestamptz, ends timestamptz, but_session bigint)
  RETURNS SETOF bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  shown bigint[] := ARRAY(SELECT id FROM staff_member WHERE id = ANY (of_staff));
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  RETURN QUERY SELECT m.id FROM staff_member m WHERE m.id = ANY (shown) AND EXISTS (
    SELECT 1 FROM session_duty d WHERE d.person_id = m.person_id AND NOT d.is_released
    AND d.session_id <> but_session AND d.during && tstzrange(begins, ends));
  PERFORM set_config('examops.everything', before, true);
END $$;
REVOKE ALL ON FUNCTION staff_person, duty_person, staff_identified, staff_elsewhere, staff_busy FROM PUBLIC;
GRANT EXECUTE ON FUNCTION staff_identified, staff_elsewhere, staff_busy TO {web}, {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

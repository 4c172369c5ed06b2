"""Removals set aside; accounts, recusal and times of people of the city; districts agree to sites lent across them."""

from examops.ops.migrations.helpers import run

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before neither reads nor writes the new tables and columns. It writes acts and letters of the kinds it"
    " knows, which the longer lists hold. A bar that was lifted it would still show; the trigger lets a filing through."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE city_availability (
  city_person_id bigint NOT NULL,
  during tstzrange NOT NULL,
  is_free boolean NOT NULL,
  note text NOT NULL,
  is_own boolean NOT NULL,
  written_by text NOT NULL,
  written_by_uid uuid,
  withdrawn_at timestamp with time zone,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_city_availability_span
    CHECK (NOT isempty(during) AND lower(during) IS NOT NULL AND upper(during) IS NOT NULL),
  CONSTRAINT pk_city_availability PRIMARY KEY (id),
  CONSTRAINT uq_city_availability_uid UNIQUE (uid)
);
CREATE INDEX ix_city_availability_city_person_id ON city_availability USING btree (city_person_id);
ALTER TABLE city_availability ENABLE ROW LEVEL SECURITY;
ALTER TABLE city_availability FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON city_availability FOR ALL USING (( SELECT scope_everything() AS scope_everything));
GRANT INSERT, SELECT, UPDATE ON city_availability TO {web};
GRANT INSERT, SELECT, UPDATE ON city_availability TO {job};
CREATE TABLE city_recusal (
  city_person_id bigint NOT NULL,
  body_id bigint,
  related_person_id bigint,
  about text NOT NULL,
  relation text NOT NULL,
  note text NOT NULL,
  is_own boolean NOT NULL,
  declared_by text NOT NULL,
  declared_by_uid uuid,
  declared_at timestamp with time zone NOT NULL,
  withdrawn_at timestamp with time zone,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_city_recusal_one_side CHECK (num_nonnulls(body_id, related_person_id) = 1),
  CONSTRAINT ck_city_recusal_relation
    CHECK (relation = ANY (ARRAY['employed'::text, 'taught'::text, 'relative'::text, 'interest'::text])),
  CONSTRAINT pk_city_recusal PRIMARY KEY (id),
  CONSTRAINT uq_city_recusal_uid UNIQUE (uid)
);
CREATE INDEX ix_city_recusal_city_person_id ON city_recusal USING btree (city_person_id);
ALTER TABLE city_recusal ENABLE ROW LEVEL SECURITY;
ALTER TABLE city_recusal FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON city_recusal FOR ALL USING (( SELECT scope_everything() AS scope_everything));
GRANT INSERT, SELECT, UPDATE ON city_recusal TO {web};
GRANT INSERT, SELECT, UPDATE ON city_recusal TO {job};
ALTER TABLE city_availability ADD CONSTRAINT fk_city_availability_city_person_id
  FOREIGN KEY (city_person_id) REFERENCES city_person(id);
ALTER TABLE city_recusal ADD CONSTRAINT fk_city_recusal_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE city_recusal ADD CONSTRAINT fk_city_recusal_city_person_id
  FOREIGN KEY (city_person_id) REFERENCES city_person(id);
ALTER TABLE city_recusal ADD CONSTRAINT fk_city_recusal_related_person_id
  FOREIGN KEY (related_person_id) REFERENCES person(id);
ALTER TABLE city_person ADD COLUMN user_id bigint;
ALTER TABLE entity_bar ADD COLUMN lifted_on date;
ALTER TABLE entity_bar ADD COLUMN lifted_by_name text DEFAULT ''::text NOT NULL;
ALTER TABLE exit_act ADD COLUMN document text DEFAULT ''::text NOT NULL;
ALTER TABLE exit_case ADD COLUMN set_aside_at timestamp with time zone;
ALTER TABLE exit_case ADD COLUMN set_aside_by uuid;
GRANT UPDATE (lifted_on) ON entity_bar TO {web};
GRANT UPDATE (lifted_on) ON entity_bar TO {job};
GRANT UPDATE (lifted_by_name) ON entity_bar TO {web};
GRANT UPDATE (lifted_by_name) ON entity_bar TO {job};
ALTER TABLE city_person ADD CONSTRAINT fk_city_person_user_id
  FOREIGN KEY (user_id) REFERENCES user_account(id) NOT VALID;
ALTER TABLE entity_bar ADD CONSTRAINT ck_entity_bar_lifted
  CHECK ((lifted_on IS NULL) = (lifted_by_name = ''::text)) NOT VALID;
-- Another takes its place.
-- squawk-ignore ban-drop-constraint
ALTER TABLE exit_act DROP CONSTRAINT ck_exit_act_act;
ALTER TABLE exit_act ADD CONSTRAINT ck_exit_act_act
  CHECK (act = ANY (ARRAY['opened'::text, 'gathered'::text, 'told'::text, 'stated'::text, 'term_over'::text,
    'decided'::text, 'withdrawn'::text, 'session'::text, 'settled'::text, 'lifted'::text, 'set_aside'::text])) NOT
    VALID;
ALTER TABLE exit_act ADD CONSTRAINT ck_exit_act_set_aside_on_paper
  CHECK (act <> 'set_aside'::text OR officer IS NOT NULL AND reason <> ''::text AND document <> ''::text) NOT VALID;
ALTER TABLE exit_case ADD CONSTRAINT ck_exit_case_set_aside
  CHECK ((set_aside_at IS NULL) = (set_aside_by IS NULL) AND (set_aside_at IS NULL OR decision = 'removed'::text))
    NOT VALID;
ALTER TABLE exit_case ADD CONSTRAINT ck_exit_case_set_aside_by_another
  CHECK (set_aside_by IS NULL OR set_aside_by <> decided_by) NOT VALID;
-- Another takes its place.
-- squawk-ignore ban-drop-constraint
ALTER TABLE exit_letter DROP CONSTRAINT ck_exit_letter_kind;
ALTER TABLE exit_letter ADD CONSTRAINT ck_exit_letter_kind
  CHECK (kind = ANY (ARRAY['told'::text, 'decided'::text, 'lifted'::text, 'set_aside'::text])) NOT VALID;

CREATE TABLE site_use_approval (
  site_use_id bigint NOT NULL,
  side text NOT NULL,
  site_name text NOT NULL,
  host_name text NOT NULL,
  guest_name text NOT NULL,
  first_on date NOT NULL,
  last_on date NOT NULL,
  agreement text NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  officer uuid,
  officer_name text NOT NULL,
  decided_at timestamp with time zone,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_site_use_approval_named
    CHECK ((outcome = 'waiting') = (officer IS NULL) AND (officer IS NULL) = (decided_at IS NULL)),
  CONSTRAINT ck_site_use_approval_outcome CHECK (outcome IN ('waiting', 'agreed', 'refused')),
  CONSTRAINT ck_site_use_approval_refusal CHECK (outcome <> 'refused' OR reason <> ''),
  CONSTRAINT ck_site_use_approval_side CHECK (side IN ('host', 'guest')),
  CONSTRAINT pk_site_use_approval PRIMARY KEY (id),
  CONSTRAINT uq_site_use_approval_site_use_id_side UNIQUE (site_use_id, side),
  CONSTRAINT uq_site_use_approval_uid UNIQUE (uid),
  CONSTRAINT fk_site_use_approval_body_id FOREIGN KEY (body_id) REFERENCES body(id),
  CONSTRAINT fk_site_use_approval_site_use_id FOREIGN KEY (site_use_id) REFERENCES site_use(id)
);
ALTER TABLE site_use_approval ENABLE ROW LEVEL SECURITY;
ALTER TABLE site_use_approval FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON site_use_approval
  USING ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[])
  OR EXISTS (SELECT 1 FROM site_use WHERE site_use.id = site_use_approval.site_use_id))
  WITH CHECK ((SELECT scope_everything()) OR body_id = ANY ((SELECT scope_bodies())::bigint[])
  OR district = ANY ((SELECT scope_districts())::text[]));
GRANT SELECT, INSERT, UPDATE ON site_use_approval TO {web}, {job};

-- The district of a guest, of a use that the scope shows: whether it is another than the host's.
CREATE FUNCTION district_of_guest(of_use bigint) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  guest bigint := (SELECT guest_body_id FROM site_use WHERE id = of_use);
  found text;
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  SELECT district INTO found FROM body WHERE id = guest;
  PERFORM set_config('examops.everything', before, true);
  RETURN found;
END $$;
REVOKE ALL ON FUNCTION district_of_guest FROM PUBLIC;
GRANT EXECUTE ON FUNCTION district_of_guest TO {web}, {job};

-- As before; and while a district that was asked about a use has not agreed to it, the site is not lent.
CREATE OR REPLACE FUNCTION session_at_own_or_lent_site() RETURNS trigger
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  place record;
  is_lent boolean := true;
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  SELECT body_id, site_id INTO place FROM room WHERE id = NEW.room_id;
  IF place.body_id <> NEW.body_id THEN
    PERFORM 1 FROM site_use u WHERE u.site_id = place.site_id AND u.guest_body_id = NEW.body_id
      AND u.during @> NEW.during AND NOT EXISTS (
        SELECT 1 FROM site_use_approval a WHERE a.site_use_id = u.id AND a.outcome <> 'agreed') FOR SHARE OF u;
    is_lent := FOUND AND place.site_id = NEW.site_id;
  END IF;
  PERFORM set_config('examops.everything', before, true);
  IF NOT is_lent THEN
    RAISE EXCEPTION 'the site is not lent to this body in that time'
      USING ERRCODE = '23514', CONSTRAINT = 'session_at_own_or_lent_site', TABLE = 'exam_session';
  END IF;
  RETURN NEW;
END $$;

-- A bar that was lifted bars nobody from that day on.
CREATE OR REPLACE FUNCTION filing_of_no_barred_entity() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  asked date := (greatest(NEW.created_at, NEW.submitted_at, NEW.reviewed_at, NEW.decided_at)
    AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
  PERFORM 1 FROM legal_entity e JOIN body o ON o.legal_entity_id = e.id WHERE o.id = NEW.body_id FOR SHARE OF e;
  IF EXISTS (SELECT 1 FROM entity_bar b JOIN body o ON o.legal_entity_id = b.legal_entity_id
      WHERE o.id = NEW.body_id AND asked BETWEEN b.from_on AND b.until_on
      AND (b.lifted_on IS NULL OR asked < b.lifted_on)) THEN
    RAISE EXCEPTION 'the legal entity of this body is barred from filing'
      USING ERRCODE = '23514', CONSTRAINT = 'filing_of_no_barred_entity';
  END IF;
  RETURN NEW;
END $$;

-- Why an account may not be joined to a person: "taken", the person has another account at any body or for the city;
-- "other", the account belongs to somebody of the city who is another person, or to staff not known to be the same.
-- Both are held to the end of the transaction, so that two who join at the same time wait for each other.
CREATE FUNCTION account_link_fault(of_person bigint, of_account bigint) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  before text := coalesce(current_setting('examops.everything', true), '');
  fault text := '';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('account_person:' || of_person, 0));
  PERFORM pg_advisory_xact_lock(hashtextextended('staff_person:' || of_account, 0));
  PERFORM set_config('examops.everything', 'on', true);
  IF EXISTS (SELECT 1 FROM staff_member WHERE person_id = of_person AND user_id <> of_account)
      OR EXISTS (SELECT 1 FROM city_person WHERE person_id = of_person AND user_id <> of_account) THEN
    fault := 'taken';
  ELSIF EXISTS (SELECT 1 FROM city_person WHERE user_id = of_account AND person_id <> of_person)
      OR EXISTS (SELECT 1 FROM staff_member m JOIN city_person c ON c.person_id = of_person
        WHERE m.user_id = of_account AND m.person_id <> of_person) THEN
    fault := 'other';
  END IF;
  PERFORM set_config('examops.everything', before, true);
  RETURN fault;
END $$;
REVOKE ALL ON FUNCTION account_link_fault FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_link_fault TO {web}, {job};

-- Whoever opened a case, gathered facts for it, told the body or stated its case does not decide it; whoever did
-- anything in it does not set its decision aside.
CREATE OR REPLACE FUNCTION exit_decided_by_somebody_else() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.act IN ('decided', 'set_aside') AND EXISTS (
      SELECT 1 FROM exit_act a WHERE a.case_id = NEW.case_id AND a.officer = NEW.officer
      AND (NEW.act = 'set_aside' OR a.act IN ('opened', 'gathered', 'told', 'stated'))) THEN
    RAISE EXCEPTION 'nobody decides what they opened, gathered, told or stated, nor sets aside what they acted in'
      USING ERRCODE = '23514', CONSTRAINT = 'exit_decided_by_somebody_else';
  END IF;
  RETURN NEW;
END $$;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

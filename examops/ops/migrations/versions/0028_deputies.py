"""Deputies, contacts, whom an officer acts for, who has a filing in hand, accepting many at once, who was told."""

from examops.ops.migrations.helpers import run

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before writes decisions that name nobody acted for, and filings that no officer has in hand: both are"
    " what their defaults say. It sends no letters, so nobody is told of those it writes."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE acceptance_item (
  run_id bigint NOT NULL,
  filing_id bigint NOT NULL,
  seen text NOT NULL,
  for_officer uuid,
  state text NOT NULL,
  decision uuid,
  refusal text NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_acceptance_item_decision CHECK ((state = 'decided'::text) = (decision IS NOT NULL)),
  CONSTRAINT ck_acceptance_item_state CHECK (state = ANY (ARRAY['waiting'::text, 'decided'::text, 'left_out'::text])),
  CONSTRAINT pk_acceptance_item PRIMARY KEY (id),
  CONSTRAINT uq_acceptance_item_run_id_filing_id UNIQUE (run_id, filing_id),
  CONSTRAINT uq_acceptance_item_uid UNIQUE (uid)
);
ALTER TABLE acceptance_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE acceptance_item FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON acceptance_item FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON acceptance_item TO {web};
GRANT INSERT, SELECT, UPDATE ON acceptance_item TO {job};
CREATE TABLE acceptance_run (
  role text NOT NULL,
  district text,
  act text NOT NULL,
  officer uuid NOT NULL,
  officer_name text NOT NULL,
  state text NOT NULL,
  total bigint NOT NULL,
  begun_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_acceptance_run_act CHECK (act = ANY (ARRAY['reviewed'::text, 'filed'::text])),
  CONSTRAINT ck_acceptance_run_ended CHECK ((state = 'running'::text) = (ended_at IS NULL)),
  CONSTRAINT ck_acceptance_run_state CHECK (state = ANY (ARRAY['running'::text, 'done'::text, 'cut'::text])),
  CONSTRAINT pk_acceptance_run PRIMARY KEY (id),
  CONSTRAINT uq_acceptance_run_uid UNIQUE (uid)
);
CREATE INDEX ix_acceptance_run_officer_id ON acceptance_run USING btree (officer, id);
ALTER TABLE acceptance_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE acceptance_run FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON acceptance_run FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON acceptance_run TO {web};
GRANT INSERT, SELECT, UPDATE ON acceptance_run TO {job};
CREATE TABLE account_contact (
  user_id bigint NOT NULL,
  email text NOT NULL,
  mobile text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_account_contact PRIMARY KEY (id),
  CONSTRAINT uq_account_contact_uid UNIQUE (uid),
  CONSTRAINT uq_account_contact_user_id UNIQUE (user_id)
);
ALTER TABLE account_contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_contact FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON account_contact FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (EXISTS ( SELECT 1 FROM role_grant g LEFT JOIN body b ON b.id = g.body_id
    WHERE g.user_id = account_contact.user_id
    AND ((g.body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
      OR (g.district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
      OR (b.district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])))))
);
GRANT INSERT, SELECT, UPDATE ON account_contact TO {web};
GRANT INSERT, SELECT, UPDATE ON account_contact TO {job};
CREATE TABLE deputy (
  officer_id bigint NOT NULL,
  for_id bigint NOT NULL,
  role text NOT NULL,
  district text,
  during tstzrange NOT NULL,
  entered_by uuid NOT NULL,
  entered_by_name text NOT NULL,
  revoked_at timestamp with time zone,
  revoked_by_name text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_deputy_during CHECK (NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)),
  CONSTRAINT ck_deputy_role CHECK (role = ANY (ARRAY['city_bureau'::text, 'city_centre'::text,
    'district_bureau'::text, 'district_centre'::text])),
  CONSTRAINT ck_deputy_somebody_else CHECK (officer_id <> for_id),
  CONSTRAINT one_deputy_at_a_time EXCLUDE USING gist (
    int8range(for_id, for_id, '[]') WITH &&,
    int4range(hashtext(role || coalesce(district, '')), hashtext(role || coalesce(district, '')), '[]') WITH &&,
    during WITH &&) WHERE (revoked_at IS NULL),
  CONSTRAINT pk_deputy PRIMARY KEY (id),
  CONSTRAINT uq_deputy_uid UNIQUE (uid)
);
CREATE INDEX ix_deputy_officer ON deputy USING btree (officer_id) WHERE revoked_at IS NULL;
ALTER TABLE deputy ENABLE ROW LEVEL SECURITY;
ALTER TABLE deputy FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON deputy FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE (revoked_at), UPDATE (revoked_by_name) ON deputy TO {web};
GRANT INSERT, SELECT, UPDATE ON deputy TO {job};
CREATE TABLE filing_contact (
  filing_id bigint NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  mobile text NOT NULL,
  entered_by_name text NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_filing_contact_reachable CHECK (email <> ''::text OR mobile <> ''::text),
  CONSTRAINT pk_filing_contact PRIMARY KEY (id),
  CONSTRAINT uq_filing_contact_filing_id UNIQUE (filing_id),
  CONSTRAINT uq_filing_contact_uid UNIQUE (uid)
);
ALTER TABLE filing_contact ENABLE ROW LEVEL SECURITY;
ALTER TABLE filing_contact FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON filing_contact FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON filing_contact TO {web};
GRANT INSERT, SELECT, UPDATE ON filing_contact TO {job};
CREATE TABLE filing_notice (
  decision_id bigint NOT NULL,
  name text NOT NULL,
  channel text NOT NULL,
  address_masked text NOT NULL,
  key text NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_filing_notice PRIMARY KEY (id),
  CONSTRAINT uq_filing_notice_key UNIQUE (key),
  CONSTRAINT uq_filing_notice_uid UNIQUE (uid)
);
CREATE INDEX ix_filing_notice_decision_id ON filing_notice USING btree (decision_id);
ALTER TABLE filing_notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE filing_notice FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON filing_notice FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT ON filing_notice TO {web};
GRANT INSERT, SELECT ON filing_notice TO {job};
ALTER TABLE acceptance_item ADD CONSTRAINT fk_acceptance_item_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE acceptance_item ADD CONSTRAINT fk_acceptance_item_filing_id FOREIGN KEY (filing_id, body_id) REFERENCES
    filing(id, body_id);
ALTER TABLE acceptance_item ADD CONSTRAINT fk_acceptance_item_run_id FOREIGN KEY (run_id) REFERENCES
    acceptance_run(id);
ALTER TABLE account_contact ADD CONSTRAINT fk_account_contact_user_id FOREIGN KEY (user_id) REFERENCES
    user_account(id);
ALTER TABLE deputy ADD CONSTRAINT fk_deputy_for_id FOREIGN KEY (for_id) REFERENCES user_account(id);
ALTER TABLE deputy ADD CONSTRAINT fk_deputy_officer_id FOREIGN KEY (officer_id) REFERENCES user_account(id);
ALTER TABLE filing_contact ADD CONSTRAINT fk_filing_contact_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE filing_contact ADD CONSTRAINT fk_filing_contact_filing_id FOREIGN KEY (filing_id, body_id) REFERENCES
    filing(id, body_id);
ALTER TABLE filing_notice ADD CONSTRAINT fk_filing_notice_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE filing_notice ADD CONSTRAINT fk_filing_notice_decision_id FOREIGN KEY (decision_id, body_id) REFERENCES
    filing_decision(id, body_id);
ALTER TABLE filing ADD COLUMN clock_officer uuid;
ALTER TABLE filing ADD COLUMN clock_officer_name text DEFAULT ''::text NOT NULL;
ALTER TABLE filing ADD COLUMN overdue_at timestamp with time zone;
ALTER TABLE filing ADD COLUMN head_told_at timestamp with time zone;
ALTER TABLE filing_decision ADD COLUMN for_officer uuid;
ALTER TABLE filing_decision ADD COLUMN for_officer_name text DEFAULT ''::text NOT NULL;
ALTER TABLE role_grant ADD COLUMN is_head boolean DEFAULT false NOT NULL;

-- Nobody acts for somebody whose own work another does at that time, and nobody's deputy has a deputy. Those who enter
-- deputies of one office wait for each other, so that two at once make no chain.
CREATE FUNCTION deputy_no_chain() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('deputy:' || NEW.role || coalesce(NEW.district, ''), 0));
  IF NEW.revoked_at IS NULL AND EXISTS (
      SELECT 1 FROM deputy d WHERE d.id <> NEW.id AND d.revoked_at IS NULL AND d.during && NEW.during
      AND d.role = NEW.role AND d.district IS NOT DISTINCT FROM NEW.district
      AND (d.for_id = NEW.officer_id OR d.officer_id = NEW.for_id)) THEN
    RAISE EXCEPTION 'a deputy has no deputy' USING ERRCODE = '23514', CONSTRAINT = 'deputy_no_chain';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER deputy_no_chain BEFORE INSERT OR UPDATE ON deputy
  FOR EACH ROW EXECUTE FUNCTION deputy_no_chain();

-- As before, and the same for whom somebody acts; whoever handed a filing in does not review it either.
CREATE OR REPLACE FUNCTION filing_decided_by_somebody_else() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.act IN ('reviewed', 'filed', 'refused') AND EXISTS (
      SELECT 1 FROM filing_decision d WHERE d.filing_id = NEW.filing_id
      AND (d.officer IN (NEW.officer, NEW.for_officer) OR d.for_officer IN (NEW.officer, NEW.for_officer))
      AND (d.act = 'submitted' OR (d.act = 'reviewed' AND NEW.act <> 'reviewed'))) THEN
    RAISE EXCEPTION 'nobody decides what they handed in or reviewed'
      USING ERRCODE = '23514', CONSTRAINT = 'filing_decided_by_somebody_else';
  END IF;
  RETURN NEW;
END $$;

-- How far notices are, for whoever knows their keys: pages show it beside a letter. No recipient, no text.
CREATE FUNCTION notice_states(wanted text[])
  RETURNS TABLE (key text, state text, attempts bigint, ended_at timestamptz, fault text)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE before text := coalesce(current_setting('examops.everything', true), '');
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  RETURN QUERY SELECT o.key, o.state, o.attempts, o.ended_at, o.fault FROM outbox o WHERE o.key = ANY (wanted);
  PERFORM set_config('examops.everything', before, true);
END $$;
REVOKE ALL ON FUNCTION notice_states(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION notice_states(text[]) TO {web}, {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""Filings of bodies with their steps, occupations, facts, documents, decisions, verdicts and letters."""

from examops.ops.migrations.helpers import run

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "The release before neither reads nor writes what is added here."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE filing (
  number text NOT NULL,
  kind text NOT NULL,
  body_kind text NOT NULL,
  state text NOT NULL,
  supersedes uuid,
  submitted_at timestamp with time zone,
  submitted_by uuid,
  reviewed_at timestamp with time zone,
  reviewed_by uuid,
  decided_at timestamp with time zone,
  decided_by uuid,
  digest bytea,
  due_on date,
  clock_owner text NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_filing_clock_has_an_owner
    CHECK ((state = ANY (ARRAY['submitted'::text, 'district_reviewed'::text,
      'returned'::text])) = (due_on IS NOT NULL) AND (state = ANY (ARRAY['submitted'::text,
      'district_reviewed'::text, 'returned'::text])) = (clock_owner <> ''::text)),
  CONSTRAINT ck_filing_decided CHECK ((state = ANY (ARRAY['filed'::text, 'refused'::text])) = (decided_by IS NOT NULL)),
  CONSTRAINT ck_filing_decided_by_somebody_else CHECK (decided_by IS DISTINCT FROM submitted_by OR decided_by IS NULL),
  CONSTRAINT ck_filing_kind
    CHECK (kind = ANY (ARRAY['new'::text, 'amendment'::text, 'renewal'::text, 'historic'::text])),
  CONSTRAINT ck_filing_reviewed_by_somebody_else
    CHECK (reviewed_by IS DISTINCT FROM submitted_by OR reviewed_by IS NULL),
  CONSTRAINT ck_filing_state
    CHECK (state = ANY (ARRAY['draft'::text, 'submitted'::text, 'returned'::text, 'district_reviewed'::text,
      'filed'::text, 'refused'::text, 'withdrawn'::text])),
  CONSTRAINT ck_filing_two_offices CHECK (decided_by IS DISTINCT FROM reviewed_by OR decided_by IS NULL),
  CONSTRAINT pk_filing PRIMARY KEY (id),
  CONSTRAINT uq_filing_id_body_id UNIQUE (id, body_id),
  CONSTRAINT uq_filing_number UNIQUE (number),
  CONSTRAINT uq_filing_uid UNIQUE (uid)
);
CREATE INDEX ix_filing_body_id_id ON filing USING btree (body_id, id);
CREATE INDEX ix_filing_state_due_on ON filing USING btree (state, due_on);
CREATE UNIQUE INDEX uq_filing_open ON filing USING btree (body_id)
  WHERE state = ANY (ARRAY['draft'::text, 'submitted'::text, 'returned'::text, 'district_reviewed'::text]);
ALTER TABLE filing ENABLE ROW LEVEL SECURITY;
ALTER TABLE filing FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON filing FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON filing TO {web};
GRANT INSERT, SELECT, UPDATE, DELETE ON filing TO {job};
CREATE TABLE filing_decision (
  filing_id bigint NOT NULL,
  act text NOT NULL,
  rule text NOT NULL,
  subject text NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  clause text NOT NULL,
  comments jsonb NOT NULL,
  officer uuid NOT NULL,
  officer_name text NOT NULL,
  officer_role text NOT NULL,
  acted_at timestamp with time zone NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_filing_decision_act
    CHECK (act = ANY (ARRAY['submitted'::text, 'withdrawn'::text, 'reviewed'::text, 'returned'::text, 'filed'::text,
      'refused'::text, 'ruled'::text])),
  CONSTRAINT ck_filing_decision_refusal_names_its_clause
    CHECK (act <> 'refused'::text OR clause <> ''::text AND reason <> ''::text),
  CONSTRAINT ck_filing_decision_return_has_comments CHECK (act <> 'returned'::text OR jsonb_array_length(comments) > 0),
  CONSTRAINT ck_filing_decision_ruling
    CHECK (act <> 'ruled'::text OR rule <> ''::text AND (outcome = ANY (ARRAY['yes'::text, 'no'::text,
      'waived'::text])) AND reason <> ''::text),
  CONSTRAINT pk_filing_decision PRIMARY KEY (id),
  CONSTRAINT uq_filing_decision_id_body_id UNIQUE (id, body_id),
  CONSTRAINT uq_filing_decision_uid UNIQUE (uid)
);
CREATE INDEX ix_filing_decision_filing_id_id ON filing_decision USING btree (filing_id, id);
ALTER TABLE filing_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE filing_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON filing_decision FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT ON filing_decision TO {web};
GRANT INSERT, SELECT ON filing_decision TO {job};
CREATE TABLE filing_document (
  filing_id bigint NOT NULL,
  subject text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  format text NOT NULL,
  pages bigint NOT NULL,
  size bigint NOT NULL,
  digest bytea NOT NULL,
  object_key text NOT NULL,
  uploaded_by uuid NOT NULL,
  uploaded_by_name text NOT NULL,
  read_by uuid,
  read_by_name text NOT NULL,
  read_at timestamp with time zone,
  is_sound boolean,
  note text NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_filing_document_format CHECK (format = ANY (ARRAY['pdf'::text, 'jpeg'::text, 'png'::text])),
  CONSTRAINT ck_filing_document_read_by_somebody_else CHECK (read_by IS NULL OR read_by <> uploaded_by),
  CONSTRAINT ck_filing_document_reading
    CHECK ((read_by IS NULL) = (read_at IS NULL) AND (read_by IS NULL) = (is_sound IS NULL)),
  CONSTRAINT ck_filing_document_what_is_wrong CHECK (is_sound IS DISTINCT FROM false OR note <> ''::text),
  CONSTRAINT pk_filing_document PRIMARY KEY (id),
  CONSTRAINT uq_filing_document_id_body_id UNIQUE (id, body_id),
  CONSTRAINT uq_filing_document_object_key UNIQUE (object_key),
  CONSTRAINT uq_filing_document_uid UNIQUE (uid)
);
CREATE INDEX ix_filing_document_filing_id ON filing_document USING btree (filing_id);
ALTER TABLE filing_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE filing_document FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON filing_document FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON filing_document TO {web};
GRANT INSERT, SELECT, UPDATE ON filing_document TO {job};
CREATE TABLE filing_fact (
  filing_id bigint NOT NULL,
  step text NOT NULL,
  subject text NOT NULL,
  key text NOT NULL,
  value jsonb NOT NULL,
  source text NOT NULL,
  as_of date,
  seen_by text NOT NULL,
  looked_up_in text NOT NULL,
  document_id bigint,
  version bigint NOT NULL,
  entered_by uuid NOT NULL,
  entered_by_name text NOT NULL,
  superseded_by uuid,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_filing_fact_document CHECK ((source = 'document'::text) = (document_id IS NOT NULL)),
  CONSTRAINT ck_filing_fact_official
    CHECK (source <> 'official'::text OR seen_by <> ''::text AND looked_up_in <> ''::text),
  CONSTRAINT ck_filing_fact_source CHECK (source = ANY (ARRAY['typed'::text, 'document'::text, 'official'::text])),
  CONSTRAINT ck_filing_fact_typed CHECK (source <> 'typed'::text OR seen_by = ''::text),
  CONSTRAINT pk_filing_fact PRIMARY KEY (id),
  CONSTRAINT uq_filing_fact_uid UNIQUE (uid)
);
CREATE UNIQUE INDEX uq_filing_fact_current ON filing_fact USING btree (filing_id, subject, key)
  WHERE superseded_by IS NULL;
ALTER TABLE filing_fact ENABLE ROW LEVEL SECURITY;
ALTER TABLE filing_fact FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON filing_fact FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON filing_fact TO {web};
GRANT INSERT, SELECT, UPDATE ON filing_fact TO {job};
CREATE TABLE filing_letter (
  filing_id bigint NOT NULL,
  decision_id bigint NOT NULL,
  number text NOT NULL,
  kind text NOT NULL,
  content jsonb NOT NULL,
  digest bytea NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_filing_letter_kind
    CHECK (kind = ANY (ARRAY['accepted'::text, 'supplement'::text, 'filed'::text, 'refused'::text])),
  CONSTRAINT pk_filing_letter PRIMARY KEY (id),
  CONSTRAINT uq_filing_letter_decision_id UNIQUE (decision_id),
  CONSTRAINT uq_filing_letter_number UNIQUE (number),
  CONSTRAINT uq_filing_letter_uid UNIQUE (uid)
);
CREATE INDEX ix_filing_letter_filing_id ON filing_letter USING btree (filing_id);
ALTER TABLE filing_letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE filing_letter FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON filing_letter FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT ON filing_letter TO {web};
GRANT INSERT, SELECT ON filing_letter TO {job};
CREATE TABLE filing_occupation (
  filing_id bigint NOT NULL,
  occupation_code text NOT NULL,
  edition text NOT NULL,
  levels text[] NOT NULL,
  standard text NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_filing_occupation_levels
    CHECK (levels <@ ARRAY['X'::text, '5'::text, '4'::text, '3'::text, '2'::text, '1'::text, 'T'::text,
      'S'::text] AND levels <> '{}'::text[]),
  CONSTRAINT pk_filing_occupation PRIMARY KEY (id),
  CONSTRAINT uq_filing_occupation_filing_id_occupation_code UNIQUE (filing_id, occupation_code),
  CONSTRAINT uq_filing_occupation_uid UNIQUE (uid)
);
ALTER TABLE filing_occupation ENABLE ROW LEVEL SECURITY;
ALTER TABLE filing_occupation FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON filing_occupation FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE, DELETE ON filing_occupation TO {web};
GRANT INSERT, SELECT, UPDATE, DELETE ON filing_occupation TO {job};
CREATE TABLE filing_step (
  filing_id bigint NOT NULL,
  step text NOT NULL,
  version bigint NOT NULL,
  saved_by text NOT NULL,
  saved_at timestamp with time zone,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_filing_step PRIMARY KEY (id),
  CONSTRAINT uq_filing_step_filing_id_step UNIQUE (filing_id, step),
  CONSTRAINT uq_filing_step_uid UNIQUE (uid)
);
ALTER TABLE filing_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE filing_step FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON filing_step FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON filing_step TO {web};
GRANT INSERT, SELECT, UPDATE ON filing_step TO {job};
CREATE TABLE filing_verdict (
  filing_id bigint NOT NULL,
  decision_id bigint NOT NULL,
  moment text NOT NULL,
  rule text NOT NULL,
  subject text NOT NULL,
  hash text NOT NULL,
  inputs jsonb NOT NULL,
  outcome text NOT NULL,
  why text NOT NULL,
  clause text NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_filing_verdict_moment
    CHECK (moment = ANY (ARRAY['submitted'::text, 'reviewed'::text, 'decided'::text])),
  CONSTRAINT ck_filing_verdict_outcome CHECK (outcome = ANY (ARRAY['met'::text, 'missing'::text, 'open'::text])),
  CONSTRAINT pk_filing_verdict PRIMARY KEY (id),
  CONSTRAINT uq_filing_verdict_decision_id_rule_subject UNIQUE (decision_id, rule, subject),
  CONSTRAINT uq_filing_verdict_uid UNIQUE (uid)
);
CREATE INDEX ix_filing_verdict_filing_id ON filing_verdict USING btree (filing_id);
ALTER TABLE filing_verdict ENABLE ROW LEVEL SECURITY;
ALTER TABLE filing_verdict FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON filing_verdict FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT ON filing_verdict TO {web};
GRANT INSERT, SELECT ON filing_verdict TO {job};
ALTER TABLE filing ADD CONSTRAINT fk_filing_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE filing_decision ADD CONSTRAINT fk_filing_decision_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE filing_decision ADD CONSTRAINT fk_filing_decision_filing_id
  FOREIGN KEY (filing_id, body_id) REFERENCES filing(id, body_id);
ALTER TABLE filing_document ADD CONSTRAINT fk_filing_document_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE filing_document ADD CONSTRAINT fk_filing_document_filing_id
  FOREIGN KEY (filing_id, body_id) REFERENCES filing(id, body_id);
ALTER TABLE filing_fact ADD CONSTRAINT fk_filing_fact_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE filing_fact ADD CONSTRAINT fk_filing_fact_document_id
  FOREIGN KEY (document_id, body_id) REFERENCES filing_document(id, body_id);
ALTER TABLE filing_fact ADD CONSTRAINT fk_filing_fact_filing_id
  FOREIGN KEY (filing_id, body_id) REFERENCES filing(id, body_id);
ALTER TABLE filing_letter ADD CONSTRAINT fk_filing_letter_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE filing_letter ADD CONSTRAINT fk_filing_letter_decision_id
  FOREIGN KEY (decision_id, body_id) REFERENCES filing_decision(id, body_id);
ALTER TABLE filing_letter ADD CONSTRAINT fk_filing_letter_filing_id
  FOREIGN KEY (filing_id, body_id) REFERENCES filing(id, body_id);
ALTER TABLE filing_occupation ADD CONSTRAINT fk_filing_occupation_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE filing_occupation ADD CONSTRAINT fk_filing_occupation_filing_id
  FOREIGN KEY (filing_id, body_id) REFERENCES filing(id, body_id);
ALTER TABLE filing_step ADD CONSTRAINT fk_filing_step_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE filing_step ADD CONSTRAINT fk_filing_step_filing_id
  FOREIGN KEY (filing_id, body_id) REFERENCES filing(id, body_id);
ALTER TABLE filing_verdict ADD CONSTRAINT fk_filing_verdict_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE filing_verdict ADD CONSTRAINT fk_filing_verdict_decision_id
  FOREIGN KEY (decision_id, body_id) REFERENCES filing_decision(id, body_id);
ALTER TABLE filing_verdict ADD CONSTRAINT fk_filing_verdict_filing_id
  FOREIGN KEY (filing_id, body_id) REFERENCES filing(id, body_id);
-- Whoever handed the filing in or reviewed it, at any time, does not decide it, whatever the code has forgotten.
CREATE FUNCTION filing_decided_by_somebody_else() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.act IN ('filed', 'refused') AND EXISTS (
      SELECT 1 FROM filing_decision d WHERE d.filing_id = NEW.filing_id AND d.officer = NEW.officer
      AND d.act IN ('submitted', 'reviewed')) THEN
    RAISE EXCEPTION 'nobody decides what they handed in or reviewed'
      USING ERRCODE = '23514', CONSTRAINT = 'filing_decided_by_somebody_else';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER filing_decided_by_somebody_else BEFORE INSERT ON filing_decision
  FOR EACH ROW EXECUTE FUNCTION filing_decided_by_somebody_else();

-- What the body says is written only while the body has the filing in its hands.
CREATE FUNCTION filing_is_open_to_its_body() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM filing f WHERE f.id = NEW.filing_id AND f.state IN ('draft', 'returned')) THEN
    RAISE EXCEPTION 'the filing is being decided'
      USING ERRCODE = '23514', CONSTRAINT = 'filing_is_open_to_its_body';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER filing_is_open_to_its_body BEFORE INSERT ON filing_fact
  FOR EACH ROW WHEN (NEW.source <> 'official') EXECUTE FUNCTION filing_is_open_to_its_body();
CREATE TRIGGER filing_is_open_to_its_body BEFORE INSERT ON filing_document
  FOR EACH ROW EXECUTE FUNCTION filing_is_open_to_its_body();
CREATE TRIGGER filing_is_open_to_its_body BEFORE INSERT OR UPDATE ON filing_occupation
  FOR EACH ROW EXECUTE FUNCTION filing_is_open_to_its_body();
CREATE TRIGGER filing_is_open_to_its_body BEFORE UPDATE ON filing_step
  FOR EACH ROW EXECUTE FUNCTION filing_is_open_to_its_body();
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

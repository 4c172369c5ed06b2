"""Specifications and work plans in versions, published rules and fees; an application's standard is a reference."""

from examops.ops.migrations.helpers import run

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before neither reads nor writes what is added here: its batches and applications keep the national"
    " standard, as all of before do. The new columns are empty, so the keys over them are checked in an instant."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE fee_schedule (
  version bigint NOT NULL,
  note text NOT NULL,
  amounts jsonb NOT NULL,
  published_by uuid NOT NULL,
  valid tstzrange NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_fee_schedule_fen CHECK (
    jsonb_typeof(amounts) = 'array'::text AND NOT jsonb_path_exists(amounts,
      '$[*]?((!(@."fen".type() == "number") || @."fen" < 0) || @."fen".floor() != @."fen")'::jsonpath)),
  CONSTRAINT one_fee_schedule_at_a_time
    EXCLUDE USING gist (int8range(body_id, body_id, '[]'::text) WITH &&, valid WITH &&),
  CONSTRAINT pk_fee_schedule PRIMARY KEY (id),
  CONSTRAINT uq_fee_schedule_body_id_version UNIQUE (body_id, version),
  CONSTRAINT uq_fee_schedule_uid UNIQUE (uid)
);
ALTER TABLE fee_schedule ENABLE ROW LEVEL SECURITY;
ALTER TABLE fee_schedule FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON fee_schedule FOR SELECT USING (true);
CREATE POLICY adding ON fee_schedule FOR INSERT WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
CREATE POLICY changing ON fee_schedule FOR UPDATE USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
) WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON fee_schedule TO {web};
GRANT INSERT, SELECT, UPDATE ON fee_schedule TO {job};
CREATE TABLE published_rule (
  kind text NOT NULL,
  version bigint NOT NULL,
  text text NOT NULL,
  document_id bigint,
  document_name text NOT NULL,
  document_format text NOT NULL,
  object_key text NOT NULL,
  digest bytea,
  published_by uuid NOT NULL,
  valid tstzrange NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_published_rule_digest CHECK ((object_key <> ''::text) = (digest IS NOT NULL)),
  CONSTRAINT ck_published_rule_kind 
    CHECK (kind = ANY (ARRAY['exam_affairs'::text, 'quality'::text, 'certificates'::text, 'fees'::text])),
  CONSTRAINT ck_published_rule_text_or_document CHECK ((text <> ''::text) <> (object_key <> ''::text)),
  CONSTRAINT one_rule_at_a_time EXCLUDE USING gist (
    int8range(hashtextextended((body_id::text || '/'::text) || kind, 0::bigint),
      hashtextextended((body_id::text || '/'::text) || kind, 0::bigint), '[]'::text) WITH &&,
    valid WITH &&
  ),
  CONSTRAINT pk_published_rule PRIMARY KEY (id),
  CONSTRAINT uq_published_rule_body_id_kind_version UNIQUE (body_id, kind, version),
  CONSTRAINT uq_published_rule_uid UNIQUE (uid)
);
ALTER TABLE published_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE published_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON published_rule FOR SELECT USING (true);
CREATE POLICY adding ON published_rule FOR INSERT WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
CREATE POLICY changing ON published_rule FOR UPDATE USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
) WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON published_rule TO {web};
GRANT INSERT, SELECT, UPDATE ON published_rule TO {job};
CREATE TABLE specification (
  occupation_code text NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  national_version text NOT NULL,
  levels jsonb NOT NULL,
  version bigint NOT NULL,
  state text NOT NULL,
  filing_id bigint,
  document_id bigint,
  valid tstzrange,
  hash text NOT NULL,
  edits bigint NOT NULL,
  written_by text NOT NULL,
  written_at timestamp with time zone,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_specification_filed CHECK ((state = 'filed'::text) = (valid IS NOT NULL)),
  CONSTRAINT ck_specification_handed_in CHECK (state = 'draft'::text OR filing_id IS NOT NULL AND hash <> ''::text),
  CONSTRAINT ck_specification_kind CHECK (kind = ANY (ARRAY['national'::text, 'industry'::text, 'enterprise'::text])),
  CONSTRAINT ck_specification_state CHECK (state = ANY (ARRAY['draft'::text, 'submitted'::text, 'filed'::text])),
  CONSTRAINT one_specification_at_a_time EXCLUDE USING gist (
    int8range(hashtextextended((body_id::text || '/'::text) || occupation_code, 0::bigint),
      hashtextextended((body_id::text || '/'::text) || occupation_code, 0::bigint), '[]'::text) WITH &&,
    valid WITH &&
  ),
  CONSTRAINT pk_specification PRIMARY KEY (id),
  CONSTRAINT uq_specification_body_id_occupation_code_version UNIQUE (body_id, occupation_code, version),
  CONSTRAINT uq_specification_id_body_id UNIQUE (id, body_id),
  CONSTRAINT uq_specification_uid UNIQUE (uid)
);
CREATE INDEX ix_specification_filing_id ON specification USING btree (filing_id);
CREATE UNIQUE INDEX uq_specification_open ON specification USING btree (body_id, occupation_code) WHERE valid IS NULL;
ALTER TABLE specification ENABLE ROW LEVEL SECURITY;
ALTER TABLE specification FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON specification FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON specification TO {web};
GRANT INSERT, SELECT, UPDATE ON specification TO {job};
CREATE TABLE work_plan (
  lines jsonb NOT NULL,
  version bigint NOT NULL,
  state text NOT NULL,
  filing_id bigint,
  document_id bigint,
  valid tstzrange,
  hash text NOT NULL,
  edits bigint NOT NULL,
  written_by text NOT NULL,
  written_at timestamp with time zone,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_work_plan_filed CHECK ((state = 'filed'::text) = (valid IS NOT NULL)),
  CONSTRAINT ck_work_plan_handed_in CHECK (state = 'draft'::text OR filing_id IS NOT NULL AND hash <> ''::text),
  CONSTRAINT ck_work_plan_state CHECK (state = ANY (ARRAY['draft'::text, 'submitted'::text, 'filed'::text])),
  CONSTRAINT one_work_plan_at_a_time
    EXCLUDE USING gist (int8range(body_id, body_id, '[]'::text) WITH &&, valid WITH &&),
  CONSTRAINT pk_work_plan PRIMARY KEY (id),
  CONSTRAINT uq_work_plan_body_id_version UNIQUE (body_id, version),
  CONSTRAINT uq_work_plan_id_body_id UNIQUE (id, body_id),
  CONSTRAINT uq_work_plan_uid UNIQUE (uid)
);
CREATE INDEX ix_work_plan_filing_id ON work_plan USING btree (filing_id);
CREATE UNIQUE INDEX uq_work_plan_open ON work_plan USING btree (body_id) WHERE valid IS NULL;
ALTER TABLE work_plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE work_plan FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON work_plan FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON work_plan TO {web};
GRANT INSERT, SELECT, UPDATE ON work_plan TO {job};
ALTER TABLE fee_schedule ADD CONSTRAINT fk_fee_schedule_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE published_rule ADD CONSTRAINT fk_published_rule_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE published_rule ADD CONSTRAINT fk_published_rule_document_id
  FOREIGN KEY (document_id, body_id) REFERENCES filing_document(id, body_id);
ALTER TABLE specification ADD CONSTRAINT fk_specification_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE specification ADD CONSTRAINT fk_specification_document_id
  FOREIGN KEY (document_id, body_id) REFERENCES filing_document(id, body_id);
ALTER TABLE specification ADD CONSTRAINT fk_specification_filing_id
  FOREIGN KEY (filing_id, body_id) REFERENCES filing(id, body_id);
ALTER TABLE work_plan ADD CONSTRAINT fk_work_plan_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE work_plan ADD CONSTRAINT fk_work_plan_document_id
  FOREIGN KEY (document_id, body_id) REFERENCES filing_document(id, body_id);
ALTER TABLE work_plan ADD CONSTRAINT fk_work_plan_filing_id
  FOREIGN KEY (filing_id, body_id) REFERENCES filing(id, body_id);
ALTER TABLE application ADD COLUMN specification_id bigint;
ALTER TABLE batch_occupation ADD COLUMN specification_id bigint;
ALTER TABLE batch_occupation ADD COLUMN specified_at timestamp with time zone;
ALTER TABLE body_occupation ADD COLUMN specifications jsonb DEFAULT '{}'::jsonb NOT NULL;
-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE application ADD CONSTRAINT fk_application_specification_id
  FOREIGN KEY (specification_id, body_id) REFERENCES specification(id, body_id);
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE batch_occupation ADD CONSTRAINT ck_batch_occupation_specified
  CHECK ((specification_id IS NULL) = (specified_at IS NULL));
-- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
ALTER TABLE batch_occupation ADD CONSTRAINT fk_batch_occupation_specification_id
  FOREIGN KEY (specification_id, body_id) REFERENCES specification(id, body_id);

-- Begun as a draft; handed in, its content stays; filed by the city's decision alone, and from then on only its end
-- may be set, once.
CREATE FUNCTION version_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  fixed CONSTANT text[] := CASE WHEN TG_OP = 'UPDATE' AND OLD.state = 'filed' THEN ARRAY['valid']
    ELSE ARRAY['valid', 'state', 'hash', 'filing_id', 'document_id'] END;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' THEN
      RAISE EXCEPTION 'a version begins as a draft' USING ERRCODE = '23514', CONSTRAINT = 'version_begins_as_draft';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state <> 'draft' AND to_jsonb(NEW) - fixed IS DISTINCT FROM to_jsonb(OLD) - fixed
      OR OLD.state = 'submitted' AND NEW.state <> 'draft' AND NEW.hash <> OLD.hash
      OR OLD.state = 'filed' AND (lower(NEW.valid) IS DISTINCT FROM lower(OLD.valid)
        OR NOT upper_inf(OLD.valid) AND NEW.valid <> OLD.valid)
      OR OLD.state = 'draft' AND NEW.state = 'filed' THEN
    RAISE EXCEPTION 'a version that was handed in or filed stays as it is'
      USING ERRCODE = '23514', CONSTRAINT = 'version_stays';
  END IF;
  IF OLD.state <> 'filed' AND NEW.state = 'filed'
      AND NOT EXISTS (SELECT 1 FROM filing f WHERE f.id = NEW.filing_id AND f.state = 'filed') THEN
    RAISE EXCEPTION 'the decision on its filing makes a version valid'
      USING ERRCODE = '23514', CONSTRAINT = 'version_filed_by_decision';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER version_stays BEFORE INSERT OR UPDATE ON specification
  FOR EACH ROW EXECUTE FUNCTION version_stays();
CREATE TRIGGER version_stays BEFORE INSERT OR UPDATE ON work_plan
  FOR EACH ROW EXECUTE FUNCTION version_stays();

-- What was published stays; only the end of its time may be set, once.
CREATE FUNCTION published_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF to_jsonb(NEW) - 'valid' IS DISTINCT FROM to_jsonb(OLD) - 'valid'
      OR lower(NEW.valid) IS DISTINCT FROM lower(OLD.valid)
      OR NOT upper_inf(OLD.valid) AND NEW.valid <> OLD.valid THEN
    RAISE EXCEPTION 'what was published stays as it is' USING ERRCODE = '23514', CONSTRAINT = 'published_stays';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER published_stays BEFORE UPDATE ON published_rule
  FOR EACH ROW EXECUTE FUNCTION published_stays();
CREATE TRIGGER published_stays BEFORE UPDATE ON fee_schedule
  FOR EACH ROW EXECUTE FUNCTION published_stays();
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""Lists of people that filings count by, receipts, and filings that were decided on paper before go-live."""

from examops.ops.migrations.helpers import run

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before neither reads nor writes the tables added here. Filings that it begins say no paper, by the"
    " defaults of the columns; it counts by the numbers that bodies state, as before."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE filing_list (
  filing_id bigint NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  as_of date NOT NULL,
  name text NOT NULL,
  content_digest bytea NOT NULL,
  document_key text NOT NULL,
  state text NOT NULL,
  row_count bigint NOT NULL,
  done_count bigint NOT NULL,
  findings jsonb NOT NULL,
  counted bigint,
  fault text NOT NULL,
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  uploaded_by uuid NOT NULL,
  uploaded_by_name text NOT NULL,
  read_by uuid,
  read_by_name text NOT NULL,
  read_at timestamp with time zone,
  is_sound boolean,
  note text NOT NULL,
  erased_on date,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_filing_list_kind CHECK (kind = ANY (ARRAY['insured'::text, 'applicants'::text])),
  CONSTRAINT ck_filing_list_read_by_somebody_else CHECK (read_by IS NULL OR read_by <> uploaded_by),
  CONSTRAINT ck_filing_list_reading
    CHECK ((read_by IS NULL) = (read_at IS NULL) AND (read_by IS NULL) = (is_sound IS NULL)),
  CONSTRAINT ck_filing_list_state
    CHECK (state = ANY (ARRAY['examining'::text, 'examined'::text, 'in_force'::text,
      'replaced'::text, 'cancelled'::text, 'failed'::text])),
  CONSTRAINT ck_filing_list_subject CHECK ((kind = 'insured'::text) = (subject = ''::text)),
  CONSTRAINT ck_filing_list_what_is_wrong CHECK (is_sound IS DISTINCT FROM false OR note <> ''::text),
  CONSTRAINT pk_filing_list PRIMARY KEY (id),
  CONSTRAINT uq_filing_list_id_body_id UNIQUE (id, body_id),
  CONSTRAINT uq_filing_list_uid UNIQUE (uid)
);
CREATE INDEX ix_filing_list_filing_id_id ON filing_list USING btree (filing_id, id);
CREATE UNIQUE INDEX uq_filing_list_in_force ON filing_list
  USING btree (filing_id, kind, subject) WHERE state = 'in_force'::text;
ALTER TABLE filing_list ENABLE ROW LEVEL SECURITY;
ALTER TABLE filing_list FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON filing_list FOR ALL USING (
  ( SELECT scope_system() AS scope_system)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR ((( SELECT scope_everything() AS scope_everything)
      OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])))
    AND EXISTS (SELECT 1 FROM filing WHERE filing.id = filing_list.filing_id))
);
GRANT INSERT, SELECT, UPDATE ON filing_list TO {web};
GRANT INSERT, SELECT, UPDATE ON filing_list TO {job};
CREATE TABLE filing_receipt (
  filing_id bigint NOT NULL,
  decision_id bigint NOT NULL,
  number text NOT NULL,
  content jsonb NOT NULL,
  digest bytea NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_filing_receipt PRIMARY KEY (id),
  CONSTRAINT uq_filing_receipt_decision_id UNIQUE (decision_id),
  CONSTRAINT uq_filing_receipt_number UNIQUE (number),
  CONSTRAINT uq_filing_receipt_uid UNIQUE (uid)
);
CREATE INDEX ix_filing_receipt_filing_id ON filing_receipt USING btree (filing_id);
ALTER TABLE filing_receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE filing_receipt FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON filing_receipt FOR ALL USING (
  ( SELECT scope_system() AS scope_system)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR ((( SELECT scope_everything() AS scope_everything)
      OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])))
    AND EXISTS (SELECT 1 FROM filing WHERE filing.id = filing_receipt.filing_id))
);
GRANT INSERT, SELECT ON filing_receipt TO {web};
GRANT INSERT, SELECT ON filing_receipt TO {job};
CREATE TABLE listed_person (
  list_id bigint NOT NULL,
  id_hash bytea NOT NULL,
  id_sealed bytea NOT NULL,
  credit_code text NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_listed_person PRIMARY KEY (id),
  CONSTRAINT uq_listed_person_list_id_id_hash_credit_code UNIQUE (list_id, id_hash, credit_code),
  CONSTRAINT uq_listed_person_uid UNIQUE (uid)
);
ALTER TABLE listed_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE listed_person FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON listed_person FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE, DELETE ON listed_person TO {web};
GRANT INSERT, SELECT, UPDATE, DELETE ON listed_person TO {job};
ALTER TABLE filing_list ADD CONSTRAINT fk_filing_list_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE filing_list ADD CONSTRAINT fk_filing_list_filing_id
  FOREIGN KEY (filing_id, body_id) REFERENCES filing(id, body_id);
ALTER TABLE filing_receipt ADD CONSTRAINT fk_filing_receipt_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE filing_receipt ADD CONSTRAINT fk_filing_receipt_decision_id
  FOREIGN KEY (decision_id, body_id) REFERENCES filing_decision(id, body_id);
ALTER TABLE filing_receipt ADD CONSTRAINT fk_filing_receipt_filing_id
  FOREIGN KEY (filing_id, body_id) REFERENCES filing(id, body_id);
ALTER TABLE listed_person ADD CONSTRAINT fk_listed_person_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE listed_person ADD CONSTRAINT fk_listed_person_list_id
  FOREIGN KEY (list_id, body_id) REFERENCES filing_list(id, body_id);
ALTER TABLE filing ADD COLUMN paper_number text DEFAULT ''::text NOT NULL;
ALTER TABLE filing ADD COLUMN paper_on date;
ALTER TABLE filing ADD COLUMN entered_by_name text DEFAULT ''::text NOT NULL;

CREATE TRIGGER filing_is_open_to_its_body BEFORE INSERT ON filing_list
  FOR EACH ROW EXECUTE FUNCTION filing_is_open_to_its_body();
-- Papers of before go-live are scanned after their filing was decided: documents of a historic filing come at any time.
CREATE FUNCTION filing_takes_documents() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM filing f WHERE f.id = NEW.filing_id
      AND (f.state IN ('draft', 'returned') OR f.kind = 'historic')) THEN
    RAISE EXCEPTION 'the filing is being decided'
      USING ERRCODE = '23514', CONSTRAINT = 'filing_is_open_to_its_body';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER filing_is_open_to_its_body ON filing_document;
CREATE TRIGGER filing_is_open_to_its_body BEFORE INSERT ON filing_document
  FOR EACH ROW EXECUTE FUNCTION filing_takes_documents();
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

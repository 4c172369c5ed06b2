"""Bodies ask by themselves to be registered; the office of their district answers."""

from examops.ops.migrations.helpers import run

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "Old code knows neither table; nothing that it writes refers to them."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE opening_document (
  name text NOT NULL,
  format text NOT NULL,
  size bigint NOT NULL,
  digest bytea NOT NULL,
  object_key text NOT NULL,
  uploaded_at timestamp with time zone NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_opening_document_format CHECK (format = ANY (ARRAY['pdf'::text, 'jpeg'::text, 'png'::text])),
  CONSTRAINT pk_opening_document PRIMARY KEY (id),
  CONSTRAINT uq_opening_document_object_key UNIQUE (object_key),
  CONSTRAINT uq_opening_document_uid UNIQUE (uid)
);
CREATE INDEX ix_opening_document_uploaded_at ON opening_document USING btree (uploaded_at);
ALTER TABLE opening_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE opening_document FORCE ROW LEVEL SECURITY;
CREATE TABLE opening_request (
  number text NOT NULL,
  once uuid NOT NULL,
  state text NOT NULL,
  credit_code text NOT NULL,
  code_reason text NOT NULL,
  name text NOT NULL,
  representative text NOT NULL,
  kind text NOT NULL,
  district text NOT NULL,
  address text NOT NULL,
  telephone text NOT NULL,
  person text NOT NULL,
  mobile text NOT NULL,
  email text NOT NULL,
  asked_at timestamp with time zone NOT NULL,
  document_id bigint NOT NULL,
  code_digest bytea NOT NULL,
  code_channel text NOT NULL,
  code_until timestamp with time zone NOT NULL,
  code_tries bigint NOT NULL,
  proven_at timestamp with time zone,
  follows_id bigint,
  decided_at timestamp with time zone,
  decided_by uuid,
  decided_by_name text DEFAULT ''::text NOT NULL,
  reason text DEFAULT ''::text NOT NULL,
  registered_id bigint,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_opening_request_channel CHECK (code_channel = ANY (ARRAY['sms'::text, 'email'::text])),
  CONSTRAINT ck_opening_request_decided CHECK (
    (state = ANY (ARRAY['returned'::text, 'registered'::text, 'refused'::text, 'replaced'::text]))
    = (decided_at IS NOT NULL)
  ),
  CONSTRAINT ck_opening_request_kind CHECK (kind = ANY (ARRAY['enterprise'::text, 'college'::text, 'social'::text])),
  CONSTRAINT ck_opening_request_proven CHECK ((state = 'unproven'::text) = (proven_at IS NULL)),
  CONSTRAINT ck_opening_request_reason CHECK (
    (state <> ALL (ARRAY['returned'::text, 'refused'::text, 'replaced'::text])) OR reason <> ''::text
  ),
  CONSTRAINT ck_opening_request_registered CHECK ((state = 'registered'::text) = (registered_id IS NOT NULL)),
  CONSTRAINT ck_opening_request_state CHECK (state = ANY (ARRAY[
    'unproven'::text, 'waiting'::text, 'returned'::text, 'registered'::text, 'refused'::text, 'replaced'::text
  ])),
  CONSTRAINT pk_opening_request PRIMARY KEY (id),
  CONSTRAINT uq_opening_request_number UNIQUE (number),
  CONSTRAINT uq_opening_request_once UNIQUE (once),
  CONSTRAINT uq_opening_request_uid UNIQUE (uid)
);
CREATE INDEX ix_opening_request_credit_code ON opening_request USING btree (credit_code);
CREATE INDEX ix_opening_request_document_id ON opening_request USING btree (document_id);
CREATE INDEX ix_opening_request_follows_id ON opening_request USING btree (follows_id);
CREATE INDEX ix_opening_request_proven_at_id ON opening_request USING btree (proven_at, id);
CREATE INDEX ix_opening_request_registered_id ON opening_request USING btree (registered_id);
CREATE INDEX ix_opening_request_waiting ON opening_request USING btree (district, proven_at)
  WHERE state = 'waiting'::text;
ALTER TABLE opening_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE opening_request FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON opening_request FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
GRANT INSERT, SELECT, UPDATE ON opening_request TO {web};
GRANT INSERT, SELECT, UPDATE, DELETE ON opening_request TO {job};
ALTER TABLE opening_request ADD CONSTRAINT fk_opening_request_document_id
  FOREIGN KEY (document_id) REFERENCES opening_document(id);
ALTER TABLE opening_request ADD CONSTRAINT fk_opening_request_follows_id
  FOREIGN KEY (follows_id) REFERENCES opening_request(id);
ALTER TABLE opening_request ADD CONSTRAINT fk_opening_request_registered_id
  FOREIGN KEY (registered_id) REFERENCES body(id);
-- A certificate comes before its request: anybody adds one, and reads one of a request that they see.
CREATE POLICY scope ON opening_document FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (EXISTS ( SELECT 1 FROM opening_request WHERE opening_request.document_id = opening_document.id))
) WITH CHECK (true);
GRANT INSERT, SELECT, UPDATE ON opening_document TO {web};
GRANT INSERT, SELECT, UPDATE, DELETE ON opening_document TO {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""The document of a filed specification is public: a row that everybody reads, beside the filing's own."""

from examops.ops.migrations.helpers import run

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before neither reads nor writes what is added here. A version that it files meanwhile has no row until"
    " the next one of its occupation; nothing of its own rows changes."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE published_specification (
  specification_id bigint NOT NULL,
  occupation_code text NOT NULL,
  name text NOT NULL,
  version bigint NOT NULL,
  levels text[] NOT NULL,
  document_name text NOT NULL,
  document_format text NOT NULL,
  object_key text NOT NULL,
  digest bytea NOT NULL,
  valid tstzrange NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_published_specification PRIMARY KEY (id),
  CONSTRAINT uq_published_specification_specification_id UNIQUE (specification_id),
  CONSTRAINT uq_published_specification_uid UNIQUE (uid)
);
CREATE UNIQUE INDEX ix_published_specification_body_id_occupation_code_version
  ON published_specification USING btree (body_id, occupation_code, version);
ALTER TABLE published_specification ENABLE ROW LEVEL SECURITY;
ALTER TABLE published_specification FORCE ROW LEVEL SECURITY;
CREATE POLICY adding ON published_specification FOR INSERT WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
CREATE POLICY changing ON published_specification FOR UPDATE USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
) WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
);
CREATE POLICY reading ON published_specification FOR SELECT USING (true);
GRANT INSERT, SELECT, UPDATE ON published_specification TO {web};
GRANT INSERT, SELECT, UPDATE ON published_specification TO {job};
ALTER TABLE published_specification ADD CONSTRAINT fk_published_specification_body_id
  FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE published_specification ADD CONSTRAINT fk_published_specification_specification_id
  FOREIGN KEY (specification_id, body_id) REFERENCES specification(id, body_id);
CREATE TRIGGER published_stays BEFORE UPDATE ON published_specification
  FOR EACH ROW EXECUTE FUNCTION published_stays();

-- What was filed before.
INSERT INTO published_specification (uid, body_id, district, specification_id, occupation_code, name, version, levels,
  document_name, document_format, object_key, digest, valid)
SELECT gen_random_uuid(), s.body_id, s.district, s.id, s.occupation_code, s.name, s.version,
  ARRAY(SELECT jsonb_object_keys(s.levels)), d.name, d.format, d.object_key, d.digest, s.valid
FROM specification s JOIN filing_document d ON d.id = s.document_id
WHERE s.state = 'filed' AND s.kind IN ('industry', 'enterprise')
ORDER BY s.id;
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

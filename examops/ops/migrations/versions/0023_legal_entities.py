"""Legal entities with their former names; a body is one of them, of one kind. The credit code lives on the entity."""

from examops.ops.migrations.helpers import run

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

PHASE = "contract"
BESIDE_OLD_CODE = (
    "It must be stopped, as for levels as text: it reads a body's credit code from the body. A page of it that asks for"
    " a body in these minutes fails and is asked again by the new code; it can write nothing wrong."
)
# A body is a row of some dozens: checks and keys are read at once.
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

SELECT set_config('examops.everything', 'on', true);
CREATE TABLE legal_entity (
  credit_code text NOT NULL,
  name text NOT NULL,
  district text NOT NULL,
  industry text NOT NULL,
  parent_id bigint,
  relation text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_legal_entity_parent CHECK ((parent_id IS NULL) = (relation = ''::text) AND parent_id <> id),
  CONSTRAINT ck_legal_entity_relation
    CHECK (relation = ANY (ARRAY[''::text, 'subsidiary'::text, 'branch'::text, 'holding'::text, 'member'::text])),
  CONSTRAINT pk_legal_entity PRIMARY KEY (id),
  CONSTRAINT uq_legal_entity_credit_code UNIQUE (credit_code),
  CONSTRAINT uq_legal_entity_uid UNIQUE (uid)
);
CREATE INDEX ix_legal_entity_parent_id ON legal_entity USING btree (parent_id);
ALTER TABLE legal_entity ADD CONSTRAINT fk_legal_entity_parent_id
  FOREIGN KEY (parent_id) REFERENCES legal_entity(id);

CREATE TABLE former_name (
  legal_entity_id bigint NOT NULL,
  name text NOT NULL,
  until_on date NOT NULL,
  document_number text NOT NULL,
  changed_by_name text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_former_name PRIMARY KEY (id),
  CONSTRAINT uq_former_name_legal_entity_id_until_on UNIQUE (legal_entity_id, until_on),
  CONSTRAINT uq_former_name_uid UNIQUE (uid)
);
ALTER TABLE former_name ADD CONSTRAINT fk_former_name_legal_entity_id
  FOREIGN KEY (legal_entity_id) REFERENCES legal_entity(id);

INSERT INTO legal_entity (credit_code, name, district, industry, relation, uid)
  SELECT credit_code, name, district, '', '', gen_random_uuid() FROM body ORDER BY id;
ALTER TABLE body ADD COLUMN legal_entity_id bigint;
UPDATE body SET legal_entity_id = legal_entity.id FROM legal_entity WHERE legal_entity.credit_code = body.credit_code;
-- squawk-ignore adding-not-nullable-field
ALTER TABLE body ALTER COLUMN legal_entity_id SET NOT NULL;
ALTER TABLE body
  -- squawk-ignore constraint-missing-not-valid, adding-foreign-key-constraint
  ADD CONSTRAINT fk_body_legal_entity_id FOREIGN KEY (legal_entity_id) REFERENCES legal_entity(id);
-- squawk-ignore disallowed-unique-constraint, constraint-missing-not-valid
ALTER TABLE body ADD CONSTRAINT uq_body_legal_entity_id_kind UNIQUE (legal_entity_id, kind);
ALTER TABLE body DROP COLUMN credit_code;

ALTER TABLE legal_entity ENABLE ROW LEVEL SECURITY;
ALTER TABLE legal_entity FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON legal_entity FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
  OR (EXISTS ( SELECT 1 FROM body WHERE body.legal_entity_id = legal_entity.id))
);
GRANT INSERT, SELECT, UPDATE ON legal_entity TO {web};
GRANT INSERT, SELECT, UPDATE ON legal_entity TO {job};
ALTER TABLE former_name ENABLE ROW LEVEL SECURITY;
ALTER TABLE former_name FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON former_name FOR ALL USING (
  EXISTS ( SELECT 1 FROM legal_entity WHERE legal_entity.id = former_name.legal_entity_id)
);
GRANT INSERT, SELECT ON former_name TO {web};
GRANT INSERT, SELECT ON former_name TO {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

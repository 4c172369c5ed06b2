"""What the city decided over the catalogue's values: confirmed, changed, given back."""

from examops.ops.migrations.helpers import run

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = "The release before neither reads nor writes what is added here."
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE catalogue_decision (
  occupation_code text NOT NULL,
  key text NOT NULL,
  revision bigint NOT NULL,
  kind text NOT NULL,
  value jsonb NOT NULL,
  base_hash text NOT NULL,
  document_number text NOT NULL,
  reason text NOT NULL,
  valid_from date NOT NULL,
  valid_until date,
  decided_by uuid NOT NULL,
  decided_by_name text NOT NULL,
  decided_by_role text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_catalogue_decision_kind CHECK (kind IN ('confirmed', 'changed', 'withdrawn')),
  CONSTRAINT ck_catalogue_decision_days CHECK (valid_until IS NULL OR valid_until >= valid_from),
  CONSTRAINT ck_catalogue_decision_grounds CHECK (document_number <> '' AND reason <> ''),
  CONSTRAINT pk_catalogue_decision PRIMARY KEY (id),
  CONSTRAINT uq_catalogue_decision_occupation_code_key_revision UNIQUE (occupation_code, key, revision),
  CONSTRAINT uq_catalogue_decision_uid UNIQUE (uid)
);
ALTER TABLE catalogue_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY reading ON catalogue_decision FOR SELECT USING (true);
CREATE POLICY adding ON catalogue_decision FOR INSERT WITH CHECK (
  ( SELECT scope_everything() AS scope_everything)
  OR (cardinality((( SELECT scope_districts() AS scope_districts))::text[]) > 0)
);
GRANT INSERT, SELECT ON catalogue_decision TO {web};
GRANT INSERT, SELECT ON catalogue_decision TO {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""Exit cases with their hearing, the bar on a legal entity, what the nightly check of filed bodies found."""

from examops.ops.migrations.helpers import run

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before neither reads nor writes the tables added here. A filing that it begins or moves meets the"
    " trigger, which refuses only entities that the new release barred."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE entity_bar (
  legal_entity_id bigint NOT NULL,
  from_on date NOT NULL,
  until_on date NOT NULL,
  ground text NOT NULL,
  clause text NOT NULL,
  case_number text NOT NULL,
  decided_by_name text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_entity_bar_days CHECK (until_on > from_on),
  CONSTRAINT ck_entity_bar_grounds CHECK (clause <> ''::text AND decided_by_name <> ''::text),
  CONSTRAINT pk_entity_bar PRIMARY KEY (id),
  CONSTRAINT uq_entity_bar_case_number UNIQUE (case_number),
  CONSTRAINT uq_entity_bar_uid UNIQUE (uid)
);
CREATE INDEX ix_entity_bar_legal_entity_id_until_on ON entity_bar USING btree (legal_entity_id, until_on);
ALTER TABLE entity_bar ENABLE ROW LEVEL SECURITY;
ALTER TABLE entity_bar FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON entity_bar FOR ALL USING ((EXISTS ( SELECT 1
   FROM legal_entity
  WHERE legal_entity.id = entity_bar.legal_entity_id)))
  WITH CHECK (( SELECT scope_everything() AS scope_everything)
    OR cardinality((( SELECT scope_districts() AS scope_districts))::text[]) > 0);
GRANT INSERT, SELECT ON entity_bar TO {web};
GRANT INSERT, SELECT ON entity_bar TO {job};
CREATE TABLE exit_act (
  case_id bigint NOT NULL,
  act text NOT NULL,
  outcome text NOT NULL,
  reason text NOT NULL,
  officer uuid,
  officer_name text NOT NULL,
  officer_role text NOT NULL,
  acted_at timestamp with time zone NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_exit_act_act CHECK (act = ANY (ARRAY['opened'::text, 'gathered'::text, 'told'::text, 'stated'::text,
    'term_over'::text, 'decided'::text, 'withdrawn'::text, 'session'::text, 'settled'::text, 'lifted'::text])),
  CONSTRAINT ck_exit_act_named CHECK ((act <> ALL (ARRAY['decided'::text, 'lifted'::text])) OR officer IS NOT NULL
    AND reason <> ''::text),
  CONSTRAINT pk_exit_act PRIMARY KEY (id),
  CONSTRAINT uq_exit_act_id_body_id UNIQUE (id, body_id),
  CONSTRAINT uq_exit_act_uid UNIQUE (uid)
);
CREATE INDEX ix_exit_act_case_id_id ON exit_act USING btree (case_id, id);
ALTER TABLE exit_act ENABLE ROW LEVEL SECURITY;
ALTER TABLE exit_act FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON exit_act FOR ALL USING (( SELECT scope_everything() AS scope_everything) OR (body_id = ANY
  ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR (district = ANY ((( SELECT scope_districts() AS
  scope_districts))::text[])));
GRANT INSERT, SELECT ON exit_act TO {web};
GRANT INSERT, SELECT ON exit_act TO {job};
CREATE TABLE exit_case (
  number text NOT NULL,
  legal_entity_id bigint NOT NULL,
  ground text NOT NULL,
  state text NOT NULL,
  opened_at timestamp with time zone NOT NULL,
  opened_by uuid,
  opened_by_name text NOT NULL,
  told_at timestamp with time zone,
  told_by uuid,
  hearing_until date,
  statement text NOT NULL,
  stated_by uuid,
  stated_by_name text NOT NULL,
  heard_at timestamp with time zone,
  decision text NOT NULL,
  decided_at timestamp with time zone,
  decided_by uuid,
  decided_by_name text NOT NULL,
  reason text NOT NULL,
  clause text NOT NULL,
  bar_until date,
  lifted_at timestamp with time zone,
  due_on date,
  clock_owner text NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_exit_case_bar CHECK (bar_until IS NULL OR decision = 'removed'::text),
  CONSTRAINT ck_exit_case_clock_has_an_owner CHECK ((state = ANY (ARRAY['drafted'::text, 'told'::text,
    'heard'::text, 'winding_down'::text])) = (due_on IS NOT NULL) AND (state = ANY (ARRAY['drafted'::text,
    'told'::text, 'heard'::text, 'winding_down'::text])) = (clock_owner <> ''::text)),
  CONSTRAINT ck_exit_case_decided CHECK ((state = ANY (ARRAY['winding_down'::text, 'decided'::text])) = (decision <>
    ''::text) AND (decision <> ''::text) = (decided_by IS NOT NULL) AND (decision <> ''::text) = (decided_at IS NOT
    NULL)),
  CONSTRAINT ck_exit_case_decided_by_another CHECK (decided_by IS DISTINCT FROM opened_by OR decided_by IS NULL),
  CONSTRAINT ck_exit_case_decided_by_no_party CHECK (decided_by IS DISTINCT FROM stated_by OR decided_by IS NULL),
  CONSTRAINT ck_exit_case_decided_by_no_teller CHECK (decided_by IS DISTINCT FROM told_by OR decided_by IS NULL),
  CONSTRAINT ck_exit_case_decision CHECK (decision = ANY (ARRAY[''::text, 'dismissed'::text, 'suspended'::text,
    'removed'::text])),
  CONSTRAINT ck_exit_case_ground CHECK (ground = ANY (ARRAY['idle'::text, 'condition_lost'::text,
    'misconduct'::text, 'own_wish'::text])),
  CONSTRAINT ck_exit_case_heard_first CHECK (decision = ''::text OR heard_at IS NOT NULL AND reason <> ''::text AND
    clause <> ''::text),
  CONSTRAINT ck_exit_case_lifted CHECK (lifted_at IS NULL OR decision = 'suspended'::text),
  CONSTRAINT ck_exit_case_state CHECK (state = ANY (ARRAY['drafted'::text, 'told'::text, 'heard'::text,
    'winding_down'::text, 'decided'::text, 'withdrawn'::text])),
  CONSTRAINT pk_exit_case PRIMARY KEY (id),
  CONSTRAINT uq_exit_case_id_body_id UNIQUE (id, body_id),
  CONSTRAINT uq_exit_case_number UNIQUE (number),
  CONSTRAINT uq_exit_case_uid UNIQUE (uid)
);
CREATE INDEX ix_exit_case_body_id_id ON exit_case USING btree (body_id, id);
CREATE INDEX ix_exit_case_state_due_on ON exit_case USING btree (state, due_on);
CREATE UNIQUE INDEX uq_exit_case_open ON exit_case USING btree (body_id, ground) WHERE state = ANY
  (ARRAY['drafted'::text, 'told'::text, 'heard'::text]);
ALTER TABLE exit_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE exit_case FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON exit_case FOR ALL USING (( SELECT scope_everything() AS scope_everything) OR (body_id = ANY
  ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR (district = ANY ((( SELECT scope_districts() AS
  scope_districts))::text[])));
GRANT INSERT, SELECT, UPDATE ON exit_case TO {web};
GRANT INSERT, SELECT, UPDATE ON exit_case TO {job};
CREATE TABLE exit_fact (
  case_id bigint NOT NULL,
  kind text NOT NULL,
  rule text NOT NULL,
  subject text NOT NULL,
  hash text NOT NULL,
  inputs jsonb NOT NULL,
  outcome text NOT NULL,
  why text NOT NULL,
  clause text NOT NULL,
  text text NOT NULL,
  read_in text NOT NULL,
  read_on date NOT NULL,
  entered_by uuid,
  entered_by_name text NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_exit_fact_judged CHECK (kind <> 'judged'::text OR rule <> ''::text AND hash <> ''::text AND outcome
    <> ''::text),
  CONSTRAINT ck_exit_fact_kind CHECK (kind = ANY (ARRAY['judged'::text, 'read'::text])),
  CONSTRAINT ck_exit_fact_read CHECK (kind <> 'read'::text OR text <> ''::text AND read_in <> ''::text AND
    entered_by IS NOT NULL),
  CONSTRAINT pk_exit_fact PRIMARY KEY (id),
  CONSTRAINT uq_exit_fact_uid UNIQUE (uid)
);
CREATE INDEX ix_exit_fact_case_id_id ON exit_fact USING btree (case_id, id);
ALTER TABLE exit_fact ENABLE ROW LEVEL SECURITY;
ALTER TABLE exit_fact FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON exit_fact FOR ALL USING (( SELECT scope_everything() AS scope_everything) OR (body_id = ANY
  ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR (district = ANY ((( SELECT scope_districts() AS
  scope_districts))::text[])));
GRANT INSERT, SELECT ON exit_fact TO {web};
GRANT INSERT, SELECT ON exit_fact TO {job};
CREATE TABLE exit_letter (
  case_id bigint NOT NULL,
  act_id bigint NOT NULL,
  number text NOT NULL,
  kind text NOT NULL,
  content jsonb NOT NULL,
  digest bytea NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_exit_letter_kind CHECK (kind = ANY (ARRAY['told'::text, 'decided'::text, 'lifted'::text])),
  CONSTRAINT pk_exit_letter PRIMARY KEY (id),
  CONSTRAINT uq_exit_letter_act_id UNIQUE (act_id),
  CONSTRAINT uq_exit_letter_number UNIQUE (number),
  CONSTRAINT uq_exit_letter_uid UNIQUE (uid)
);
CREATE INDEX ix_exit_letter_case_id ON exit_letter USING btree (case_id);
ALTER TABLE exit_letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE exit_letter FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON exit_letter FOR ALL USING (( SELECT scope_everything() AS scope_everything) OR (body_id = ANY
  ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR (district = ANY ((( SELECT scope_districts() AS
  scope_districts))::text[])));
GRANT INSERT, SELECT ON exit_letter TO {web};
GRANT INSERT, SELECT ON exit_letter TO {job};
CREATE TABLE exit_session (
  case_id bigint NOT NULL,
  session_id bigint NOT NULL,
  choice text NOT NULL,
  note text NOT NULL,
  officer uuid NOT NULL,
  officer_name text NOT NULL,
  acted_at timestamp with time zone NOT NULL,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_exit_session_choice CHECK (choice = ANY (ARRAY['keep'::text, 'cancel'::text, 'move'::text])),
  CONSTRAINT ck_exit_session_note CHECK (choice = 'keep'::text OR note <> ''::text),
  CONSTRAINT pk_exit_session PRIMARY KEY (id),
  CONSTRAINT uq_exit_session_uid UNIQUE (uid)
);
CREATE INDEX ix_exit_session_case_id_session_id_id ON exit_session USING btree (case_id, session_id, id);
ALTER TABLE exit_session ENABLE ROW LEVEL SECURITY;
ALTER TABLE exit_session FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON exit_session FOR ALL USING (( SELECT scope_everything() AS scope_everything) OR (body_id =
  ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR (district = ANY ((( SELECT scope_districts() AS
  scope_districts))::text[])));
GRANT INSERT, SELECT ON exit_session TO {web};
GRANT INSERT, SELECT ON exit_session TO {job};
CREATE TABLE recheck_finding (
  kind text NOT NULL,
  rule text NOT NULL,
  subject text NOT NULL,
  hash text NOT NULL,
  inputs jsonb NOT NULL,
  outcome text NOT NULL,
  why text NOT NULL,
  first_seen_on date NOT NULL,
  gone_on date,
  reminded_on date,
  case_id bigint,
  body_id bigint NOT NULL,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_recheck_finding_kind CHECK (kind = ANY (ARRAY['idle'::text, 'idle_soon'::text, 'lost'::text,
    'stale'::text])),
  CONSTRAINT pk_recheck_finding PRIMARY KEY (id),
  CONSTRAINT uq_recheck_finding_uid UNIQUE (uid)
);
CREATE INDEX ix_recheck_finding_case_id ON recheck_finding USING btree (case_id);
CREATE INDEX ix_recheck_finding_listed ON recheck_finding USING btree (id) WHERE gone_on IS NULL;
CREATE UNIQUE INDEX uq_recheck_finding_current ON recheck_finding USING btree (body_id, kind, rule, subject) WHERE
  gone_on IS NULL;
ALTER TABLE recheck_finding ENABLE ROW LEVEL SECURITY;
ALTER TABLE recheck_finding FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON recheck_finding FOR ALL USING (( SELECT scope_everything() AS scope_everything) OR (body_id =
  ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR (district = ANY ((( SELECT scope_districts() AS
  scope_districts))::text[])));
GRANT INSERT, SELECT, UPDATE ON recheck_finding TO {web};
GRANT INSERT, SELECT, UPDATE ON recheck_finding TO {job};
CREATE TABLE recheck_standing (
  body_id bigint NOT NULL,
  checked_on date NOT NULL,
  state text NOT NULL,
  fault text NOT NULL,
  failed_since date,
  district text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_recheck_standing_failed CHECK ((state = 'failed'::text) = (failed_since IS NOT NULL)),
  CONSTRAINT ck_recheck_standing_state CHECK (state = ANY (ARRAY['checked'::text, 'unjudged'::text, 'failed'::text])),
  CONSTRAINT pk_recheck_standing PRIMARY KEY (id),
  CONSTRAINT uq_recheck_standing_body_id UNIQUE (body_id),
  CONSTRAINT uq_recheck_standing_uid UNIQUE (uid)
);
CREATE INDEX ix_recheck_standing_failed ON recheck_standing USING btree (id) WHERE state = 'failed'::text;
ALTER TABLE recheck_standing ENABLE ROW LEVEL SECURITY;
ALTER TABLE recheck_standing FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON recheck_standing FOR ALL USING (( SELECT scope_everything() AS scope_everything) OR (body_id
  = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[])) OR (district = ANY ((( SELECT scope_districts() AS
  scope_districts))::text[])));
GRANT INSERT, SELECT, UPDATE ON recheck_standing TO {web};
GRANT INSERT, SELECT, UPDATE ON recheck_standing TO {job};
CREATE TABLE recheck_switch (
  rule text NOT NULL,
  revision bigint NOT NULL,
  is_on boolean NOT NULL,
  valid_from date NOT NULL,
  document_number text NOT NULL,
  reason text NOT NULL,
  decided_by uuid NOT NULL,
  decided_by_name text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_recheck_switch_grounds CHECK (document_number <> ''::text AND reason <> ''::text),
  CONSTRAINT pk_recheck_switch PRIMARY KEY (id),
  CONSTRAINT uq_recheck_switch_rule_revision UNIQUE (rule, revision),
  CONSTRAINT uq_recheck_switch_uid UNIQUE (uid)
);
ALTER TABLE recheck_switch ENABLE ROW LEVEL SECURITY;
ALTER TABLE recheck_switch FORCE ROW LEVEL SECURITY;
CREATE POLICY adding ON recheck_switch FOR INSERT WITH CHECK (( SELECT scope_everything() AS scope_everything)
  OR cardinality((( SELECT scope_districts() AS scope_districts))::text[]) > 0);
CREATE POLICY reading ON recheck_switch FOR SELECT USING (true);
GRANT INSERT, SELECT ON recheck_switch TO {web};
GRANT INSERT, SELECT ON recheck_switch TO {job};
ALTER TABLE entity_bar ADD CONSTRAINT fk_entity_bar_legal_entity_id FOREIGN KEY (legal_entity_id) REFERENCES
  legal_entity(id);
ALTER TABLE exit_act ADD CONSTRAINT fk_exit_act_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE exit_act ADD CONSTRAINT fk_exit_act_case_id FOREIGN KEY (case_id, body_id) REFERENCES exit_case(id,
  body_id);
ALTER TABLE exit_case ADD CONSTRAINT fk_exit_case_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE exit_case ADD CONSTRAINT fk_exit_case_legal_entity_id FOREIGN KEY (legal_entity_id) REFERENCES
  legal_entity(id);
ALTER TABLE exit_fact ADD CONSTRAINT fk_exit_fact_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE exit_fact ADD CONSTRAINT fk_exit_fact_case_id FOREIGN KEY (case_id, body_id) REFERENCES exit_case(id,
  body_id);
ALTER TABLE exit_letter ADD CONSTRAINT fk_exit_letter_act_id FOREIGN KEY (act_id, body_id) REFERENCES exit_act(id,
  body_id);
ALTER TABLE exit_letter ADD CONSTRAINT fk_exit_letter_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE exit_letter ADD CONSTRAINT fk_exit_letter_case_id FOREIGN KEY (case_id, body_id) REFERENCES
  exit_case(id, body_id);
ALTER TABLE exit_session ADD CONSTRAINT fk_exit_session_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE exit_session ADD CONSTRAINT fk_exit_session_case_id FOREIGN KEY (case_id, body_id) REFERENCES
  exit_case(id, body_id);
ALTER TABLE exit_session ADD CONSTRAINT fk_exit_session_session_id FOREIGN KEY (session_id, body_id) REFERENCES
  exam_session(id, body_id);
ALTER TABLE recheck_finding ADD CONSTRAINT fk_recheck_finding_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE recheck_finding ADD CONSTRAINT fk_recheck_finding_case_id FOREIGN KEY (case_id, body_id) REFERENCES
  exit_case(id, body_id);
ALTER TABLE recheck_standing ADD CONSTRAINT fk_recheck_standing_body_id FOREIGN KEY (body_id) REFERENCES body(id);

-- No body of a barred entity asks to be filed, whatever it is called: neither a new filing nor the next step of an old
-- one. The entity's row is held, so that a decision that is being taken meanwhile comes first.
CREATE FUNCTION filing_of_no_barred_entity() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
  asked date := (greatest(NEW.created_at, NEW.submitted_at, NEW.reviewed_at, NEW.decided_at)
    AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
  PERFORM 1 FROM legal_entity e JOIN body o ON o.legal_entity_id = e.id WHERE o.id = NEW.body_id FOR SHARE OF e;
  IF EXISTS (SELECT 1 FROM entity_bar b JOIN body o ON o.legal_entity_id = b.legal_entity_id
      WHERE o.id = NEW.body_id AND asked BETWEEN b.from_on AND b.until_on) THEN
    RAISE EXCEPTION 'the legal entity of this body is barred from filing'
      USING ERRCODE = '23514', CONSTRAINT = 'filing_of_no_barred_entity';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER filing_of_no_barred_entity BEFORE INSERT ON filing
  FOR EACH ROW EXECUTE FUNCTION filing_of_no_barred_entity();
CREATE TRIGGER filing_moves_of_no_barred_entity BEFORE UPDATE OF state ON filing
  FOR EACH ROW WHEN (NEW.state IN ('submitted', 'district_reviewed', 'filed'))
  EXECUTE FUNCTION filing_of_no_barred_entity();

-- Whoever opened a case, gathered facts for it, told the body or stated its case does not decide it.
CREATE FUNCTION exit_decided_by_somebody_else() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.act = 'decided' AND EXISTS (
      SELECT 1 FROM exit_act a WHERE a.case_id = NEW.case_id AND a.officer = NEW.officer
      AND a.act IN ('opened', 'gathered', 'told', 'stated')) THEN
    RAISE EXCEPTION 'nobody decides what they opened, gathered, told or stated'
      USING ERRCODE = '23514', CONSTRAINT = 'exit_decided_by_somebody_else';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER exit_decided_by_somebody_else BEFORE INSERT ON exit_act
  FOR EACH ROW EXECUTE FUNCTION exit_decided_by_somebody_else();
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""The log holds against whoever administers the database: signed entries, numbers, the database's own times."""

from examops.ops.migrations.helpers import run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "Not for people: a web process of 0.1.0 reads password_hash with every account, which the web may not any more."
    " Until it is restarted nobody can sign in on it and every page of a signed-in person is an error; recorders,"
    " candidates' links and /healthz go on. So stop the web before this revision, or restart it at once after it, and"
    " never during an exam. Entries that it still adds to the log name none of the new columns: they are of version 1,"
    " which the sealer of this release numbers and chains. Its own sealer goes on too: it chains what is not yet sealed"
    " and knows no numbers."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER TABLE audit_entry ADD COLUMN version bigint DEFAULT 1 NOT NULL;
-- Without a default first: entries of before were not recorded at the moment of this upgrade.
ALTER TABLE audit_entry ADD COLUMN recorded_at timestamp with time zone;
ALTER TABLE audit_entry ALTER COLUMN recorded_at SET DEFAULT clock_timestamp();
ALTER TABLE audit_entry ADD COLUMN recorded_by text;
ALTER TABLE audit_entry ALTER COLUMN recorded_by SET DEFAULT SESSION_USER;
ALTER TABLE audit_entry ADD COLUMN signature bytea;
ALTER TABLE audit_entry ADD COLUMN number bigint;
ALTER TABLE audit_seal ADD COLUMN version bigint DEFAULT 1 NOT NULL;
ALTER TABLE audit_seal ADD COLUMN first_number bigint;
ALTER TABLE audit_head ADD COLUMN version bigint DEFAULT 1 NOT NULL;

-- Time, role, transaction and number are set by the database and the sealer, never by whoever adds an entry.
REVOKE INSERT ON audit_entry FROM {web}, {job};
GRANT INSERT (uid, at, version, tag, actor_kind, actor_uid, actor_name, actor_role, body_id, district, subject_kind,
  subject_uid, subject_words, payload, salt, payload_digest, digest, signature) ON audit_entry TO {web}, {job};
GRANT UPDATE (number) ON audit_entry TO {job};

-- Browser sessions, kept by the server.
CREATE TABLE browser_session (
  user_id bigint NOT NULL,
  token_digest bytea NOT NULL,
  epoch bigint NOT NULL,
  signed_in_at timestamp with time zone NOT NULL,
  last_seen_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_browser_session PRIMARY KEY (id),
  CONSTRAINT uq_browser_session_uid UNIQUE (uid),
  CONSTRAINT uq_browser_session_token_digest UNIQUE (token_digest)
);
ALTER TABLE browser_session ADD CONSTRAINT fk_browser_session_user_id FOREIGN KEY (user_id) REFERENCES user_account(id);
CREATE INDEX ix_browser_session_user_id ON browser_session USING btree (user_id);
CREATE INDEX ix_browser_session_last_seen_at ON browser_session USING btree (last_seen_at);
GRANT SELECT, INSERT, UPDATE (epoch, last_seen_at, ended_at) ON browser_session TO {web};
GRANT SELECT, INSERT, UPDATE (ended_at), DELETE ON browser_session TO {job};

-- The web reads no hash and writes no account or grant. It asks for the hash of one login, and changes one that it
-- knows. The release before reads the column with every account: see BESIDE_OLD_CODE.
REVOKE ALL ON user_account, role_grant FROM {web};
GRANT SELECT (id, uid, created_at, login, name, is_active, session_epoch, must_change_password, last_sign_in_at),
  UPDATE (last_sign_in_at) ON user_account TO {web};
GRANT SELECT ON role_grant TO {web};
CREATE FUNCTION account_password(wanted text) RETURNS text
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT password_hash FROM user_account WHERE login = wanted $$;
CREATE FUNCTION account_password_change(account uuid, before text, changed text) RETURNS bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ UPDATE user_account SET password_hash = changed, must_change_password = false, session_epoch = session_epoch + 1
     WHERE uid = account AND password_hash = before RETURNING session_epoch $$;
REVOKE ALL ON FUNCTION account_password, account_password_change FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_password, account_password_change TO {web}, {job};

-- An ID number is opened by jobs alone, and only of somebody whom the scope shows.
CREATE OR REPLACE FUNCTION person_sealed(number bigint) RETURNS TABLE (id_hash bytea, id_sealed bytea)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT person.id_hash, person.id_sealed FROM person WHERE person.id = number
     AND EXISTS (SELECT 1 FROM candidate WHERE candidate.person_id = number) $$;
REVOKE EXECUTE ON FUNCTION person_sealed FROM {web};

-- No page deletes from these.
REVOKE DELETE ON privacy_notice, notice_acceptance, device, pairing_code, sitting_exit, kept_answer, job_run,
  job_failure, number_counter, candidate, employment, credential, strip, camera_state, alarm, body, body_occupation,
  batch, exam_session, ticket, roster, column_memory, site, room, workstation, workstation_outage, camera,
  camera_coverage, staff_member, qualification, recusal_relation FROM {web};

-- Erases the payload of one entry; what it was about and its digest stay. Row security applies: only in every scope.
CREATE FUNCTION audit_payload_erase(entry uuid) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ UPDATE audit_entry SET payload = '{}', salt = NULL WHERE uid = entry $$;
REVOKE ALL ON FUNCTION audit_payload_erase FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_payload_erase TO {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

"""Offices register bodies and invite their first coordinator; an entity that has left can still be barred."""

from examops.ops.migrations.helpers import run

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "Old code writes no legal representative and reads none; it shows a case that only bars as decided, without its"
    " word, and invites nobody."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

ALTER TABLE legal_entity ADD COLUMN representative text DEFAULT ''::text NOT NULL;

-- squawk-ignore ban-drop-constraint
ALTER TABLE exit_case DROP CONSTRAINT ck_exit_case_decision;
ALTER TABLE exit_case ADD CONSTRAINT ck_exit_case_decision
  CHECK (decision IN ('', 'dismissed', 'suspended', 'removed', 'barred')) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE exit_case DROP CONSTRAINT ck_exit_case_bar;
ALTER TABLE exit_case ADD CONSTRAINT ck_exit_case_bar
  CHECK ((bar_until IS NULL OR decision IN ('removed', 'barred'))
    AND (decision <> 'barred' OR (bar_until IS NOT NULL AND ground = 'misconduct'))) NOT VALID;
-- squawk-ignore ban-drop-constraint
ALTER TABLE exit_case DROP CONSTRAINT ck_exit_case_set_aside;
ALTER TABLE exit_case ADD CONSTRAINT ck_exit_case_set_aside
  CHECK ((set_aside_at IS NULL) = (set_aside_by IS NULL)
    AND (set_aside_at IS NULL OR decision IN ('removed', 'barred'))) NOT VALID;

-- The coordinators of a body, and whether the link of an invitation is the only key that they have had so far.
CREATE FUNCTION account_invited(number bigint) RETURNS boolean
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT EXISTS (SELECT 1 FROM user_account u WHERE u.id = number AND u.last_sign_in_at IS NULL
       AND u.must_change_password) AND EXISTS (SELECT 1 FROM password_link WHERE user_id = number)
     AND NOT EXISTS (SELECT 1 FROM role_grant WHERE user_id = number AND role <> 'coordinator') $$;

-- An officer in whose reach a body lies, told by the token of their own browser, invites its first coordinator: by an
-- account without a password that anybody knows, and a link. Only while nobody of the body has ever signed in; whoever
-- was invited before and never came is invited no more. A coordinator of the same legal entity is given the body.
-- Answers invited, joined, not_yours, has_people, login_taken.
CREATE FUNCTION account_invite(token text, target bigint, new_login text, new_name text, hash text, digest bytea,
    until timestamptz, at timestamptz) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE o record; entity bigint; who bigint; other bigint; outcome text := 'invited';
  BEGIN
    SELECT u.uid, u.name, g.role, b.legal_entity_id INTO o
      FROM browser_session s
      JOIN user_account u
        ON u.id = s.user_id AND u.is_active AND u.session_epoch = s.epoch AND NOT u.must_change_password
      JOIN body b ON b.id = target
      JOIN role_grant g ON g.user_id = u.id
        AND g.role IN ('city_bureau', 'city_centre', 'district_bureau', 'district_centre')
        AND (g.reach = 'city' OR (g.reach = 'district' AND g.district = b.district))
      WHERE s.token_digest = sha256(convert_to(token, 'UTF8')) AND s.ended_at IS NULL
      ORDER BY g.id LIMIT 1;
    IF NOT FOUND THEN RETURN 'not_yours'; END IF;
    entity := o.legal_entity_id;
    IF EXISTS (SELECT 1 FROM role_grant g JOIN user_account u ON u.id = g.user_id AND u.is_active
        WHERE g.body_id = target AND g.role = 'coordinator' AND NOT account_invited(u.id))
      THEN RETURN 'has_people'; END IF;
    SELECT id INTO who FROM user_account WHERE lower(login) = lower(new_login) FOR UPDATE;
    IF NOT FOUND THEN
      INSERT INTO user_account (uid, login, name, password_hash, is_active, session_epoch, must_change_password)
        VALUES (gen_random_uuid(), new_login, new_name, hash, true, 1, true) RETURNING id INTO who;
    ELSIF account_invited(who) AND EXISTS (SELECT 1 FROM user_account WHERE id = who AND login = new_login)
      AND NOT EXISTS (SELECT 1 FROM role_grant WHERE user_id = who AND body_id IS DISTINCT FROM target) THEN
      UPDATE user_account SET name = new_name, is_active = true WHERE id = who;
    ELSIF EXISTS (SELECT 1 FROM user_account u JOIN role_grant g ON g.user_id = u.id AND g.role = 'coordinator'
        JOIN body b ON b.id = g.body_id AND b.legal_entity_id = entity AND b.id <> target
        WHERE u.id = who AND u.is_active AND u.login = new_login) THEN
      outcome := 'joined';
    ELSE RETURN 'login_taken';
    END IF;
    FOR other IN SELECT user_id FROM role_grant WHERE body_id = target AND role = 'coordinator' AND user_id <> who LOOP
      INSERT INTO former_grant (uid, user_id, role, reach, body_id, held_since, ended_at, ended_by, ended_by_name,
          ended_by_role, how, reason)
        SELECT gen_random_uuid(), user_id, role, reach, body_id, created_at, at, o.uid, o.name, o.role, 'taken_back',
          '邀请改给 ' || new_login FROM role_grant WHERE user_id = other AND body_id = target AND role = 'coordinator';
      DELETE FROM role_grant WHERE user_id = other AND body_id = target AND role = 'coordinator';
      PERFORM account_signed_out(other, at);
    END LOOP;
    INSERT INTO role_grant (uid, user_id, role, reach, body_id)
      SELECT gen_random_uuid(), who, 'coordinator', 'body', target
      WHERE NOT EXISTS (SELECT 1 FROM role_grant
        WHERE user_id = who AND role = 'coordinator' AND body_id = target AND reach = 'body');
    IF outcome = 'invited' THEN
      UPDATE password_link SET withdrawn_at = at
        WHERE user_id = who AND used_at IS NULL AND withdrawn_at IS NULL;
      INSERT INTO password_link (uid, user_id, code_digest, made_by, made_by_name, made_at, expires_at)
        VALUES (gen_random_uuid(), who, digest, o.uid, o.name, at, until);
    END IF;
    RETURN outcome;
  END $$;

REVOKE ALL ON FUNCTION account_invited, account_invite FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_invite TO {web}, {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

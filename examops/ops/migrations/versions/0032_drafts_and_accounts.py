"""Drafts of filings are the body's alone; accounts are taken back, restored, moved, and renewed by a link."""

from examops.ops.migrations.helpers import run

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "Offices see no draft in the release before either. Its jobs and commands do not say that they are the system, so"
    " they read no draft, which none of them needs; its `examops check` passes over drafts. It knows neither former"
    " grants nor links."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE FUNCTION scope_system() RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT coalesce(current_setting('examops.system', true), '') = 'on' $$;

DROP POLICY scope ON filing;
CREATE POLICY scope ON filing FOR ALL USING (
  ( SELECT scope_system() AS scope_system)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR ((submitted_at IS NOT NULL OR state <> ALL (ARRAY['draft'::text, 'withdrawn'::text]))
    AND (( SELECT scope_everything() AS scope_everything)
      OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))))
);
DROP POLICY scope ON filing_decision;
CREATE POLICY scope ON filing_decision FOR ALL USING (
  ( SELECT scope_system() AS scope_system)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR ((( SELECT scope_everything() AS scope_everything)
      OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])))
    AND EXISTS (SELECT 1 FROM filing WHERE filing.id = filing_decision.filing_id))
);
DROP POLICY scope ON filing_document;
CREATE POLICY scope ON filing_document FOR ALL USING (
  ( SELECT scope_system() AS scope_system)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR ((( SELECT scope_everything() AS scope_everything)
      OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])))
    AND EXISTS (SELECT 1 FROM filing WHERE filing.id = filing_document.filing_id))
);
DROP POLICY scope ON filing_fact;
CREATE POLICY scope ON filing_fact FOR ALL USING (
  ( SELECT scope_system() AS scope_system)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR ((( SELECT scope_everything() AS scope_everything)
      OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])))
    AND EXISTS (SELECT 1 FROM filing WHERE filing.id = filing_fact.filing_id))
);
DROP POLICY scope ON filing_letter;
CREATE POLICY scope ON filing_letter FOR ALL USING (
  ( SELECT scope_system() AS scope_system)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR ((( SELECT scope_everything() AS scope_everything)
      OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])))
    AND EXISTS (SELECT 1 FROM filing WHERE filing.id = filing_letter.filing_id))
);
DROP POLICY scope ON filing_occupation;
CREATE POLICY scope ON filing_occupation FOR ALL USING (
  ( SELECT scope_system() AS scope_system)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR ((( SELECT scope_everything() AS scope_everything)
      OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])))
    AND EXISTS (SELECT 1 FROM filing WHERE filing.id = filing_occupation.filing_id))
);
DROP POLICY scope ON filing_step;
CREATE POLICY scope ON filing_step FOR ALL USING (
  ( SELECT scope_system() AS scope_system)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR ((( SELECT scope_everything() AS scope_everything)
      OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])))
    AND EXISTS (SELECT 1 FROM filing WHERE filing.id = filing_step.filing_id))
);
DROP POLICY scope ON filing_verdict;
CREATE POLICY scope ON filing_verdict FOR ALL USING (
  ( SELECT scope_system() AS scope_system)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR ((( SELECT scope_everything() AS scope_everything)
      OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[])))
    AND EXISTS (SELECT 1 FROM filing WHERE filing.id = filing_verdict.filing_id))
);
CREATE TABLE former_grant (
  user_id bigint NOT NULL,
  role text NOT NULL,
  reach text NOT NULL,
  body_id bigint,
  site_id bigint,
  district text,
  held_since timestamp with time zone NOT NULL,
  ended_at timestamp with time zone NOT NULL,
  ended_by uuid NOT NULL,
  ended_by_name text NOT NULL,
  ended_by_role text NOT NULL,
  how text NOT NULL,
  reason text NOT NULL,
  restored_at timestamp with time zone,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT ck_former_grant_how CHECK (how = ANY (ARRAY['taken_back'::text, 'moved'::text])),
  CONSTRAINT ck_former_grant_reason CHECK (reason <> ''::text),
  CONSTRAINT ck_former_grant_role
    CHECK (role = ANY (ARRAY['coordinator'::text, 'examiner'::text, 'proctor'::text, 'internal_supervisor'::text,
      'supervisor'::text, 'city_bureau'::text, 'city_centre'::text, 'district_bureau'::text, 'district_centre'::text,
      'security'::text, 'operator'::text])),
  CONSTRAINT pk_former_grant PRIMARY KEY (id),
  CONSTRAINT uq_former_grant_uid UNIQUE (uid)
);
CREATE INDEX ix_former_grant_user_id ON former_grant USING btree (user_id);
ALTER TABLE former_grant ADD CONSTRAINT fk_former_grant_user_id FOREIGN KEY (user_id) REFERENCES user_account(id);
ALTER TABLE former_grant ADD CONSTRAINT fk_former_grant_body_id FOREIGN KEY (body_id) REFERENCES body(id);
ALTER TABLE former_grant
  ADD CONSTRAINT fk_former_grant_site_id FOREIGN KEY (site_id, body_id) REFERENCES site(id, body_id);
ALTER TABLE former_grant ENABLE ROW LEVEL SECURITY;
ALTER TABLE former_grant FORCE ROW LEVEL SECURITY;
CREATE POLICY scope ON former_grant FOR ALL USING (
  ( SELECT scope_everything() AS scope_everything)
  OR (body_id = ANY ((( SELECT scope_bodies() AS scope_bodies))::bigint[]))
  OR (district = ANY ((( SELECT scope_districts() AS scope_districts))::text[]))
  OR (EXISTS (SELECT 1 FROM body WHERE body.id = former_grant.body_id))
);
GRANT SELECT ON former_grant TO {web};
GRANT SELECT, INSERT, UPDATE, DELETE ON former_grant TO {job};

CREATE TABLE password_link (
  user_id bigint NOT NULL,
  code_digest bytea NOT NULL,
  made_by uuid NOT NULL,
  made_by_name text NOT NULL,
  made_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone,
  withdrawn_at timestamp with time zone,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_password_link PRIMARY KEY (id),
  CONSTRAINT uq_password_link_code_digest UNIQUE (code_digest),
  CONSTRAINT uq_password_link_uid UNIQUE (uid)
);
CREATE INDEX ix_password_link_user_id ON password_link USING btree (user_id);
ALTER TABLE password_link ADD CONSTRAINT fk_password_link_user_id FOREIGN KEY (user_id) REFERENCES user_account(id);
GRANT SELECT ON password_link TO {web};
GRANT SELECT, INSERT, UPDATE, DELETE ON password_link TO {job};

-- Who administers an account, told by the token of their own browser, of which the database holds the digest: a stolen
-- connection of the web knows no token. Nobody administers themselves. An operator administers what their grants reach,
-- a coordinator the grants in their own bodies.
CREATE FUNCTION account_admin(token text, account uuid)
  RETURNS TABLE (actor uuid, actor_name text, actor_role text, target bigint, whole boolean, bodies bigint[],
    districts text[])
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT u.uid, u.name, CASE WHEN bool_or(g.role = 'operator') THEN 'operator' ELSE 'coordinator' END, t.id,
       bool_or(g.reach = 'city'),
       coalesce(array_agg(g.body_id) FILTER (WHERE g.reach = 'body'), '{}')
         || coalesce(array_agg(b.id) FILTER (WHERE b.id IS NOT NULL), '{}'),
       coalesce(array_agg(g.district) FILTER (WHERE g.reach = 'district'), '{}')
     FROM browser_session s
     JOIN user_account u
       ON u.id = s.user_id AND u.is_active AND u.session_epoch = s.epoch AND NOT u.must_change_password
     JOIN role_grant g ON g.user_id = u.id AND (g.role = 'operator' OR (g.role = 'coordinator' AND g.reach = 'body'))
     LEFT JOIN body b ON g.reach = 'district' AND b.district = g.district
     JOIN user_account t ON t.uid = account AND t.id <> u.id
     WHERE s.token_digest = sha256(convert_to(token, 'UTF8')) AND s.ended_at IS NULL
     GROUP BY u.uid, u.name, t.id $$;

CREATE FUNCTION account_signed_out(number bigint, at timestamptz) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ UPDATE user_account SET session_epoch = session_epoch + 1,
       is_active = EXISTS (SELECT 1 FROM role_grant WHERE user_id = number) WHERE id = number;
     UPDATE browser_session SET ended_at = at WHERE user_id = number AND ended_at IS NULL;
     UPDATE password_link SET withdrawn_at = at WHERE user_id = number AND used_at IS NULL AND withdrawn_at IS NULL $$;

CREATE FUNCTION account_take_back(token text, account uuid, why text, at timestamptz) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE a record; ended bigint;
  BEGIN
    SELECT * INTO a FROM account_admin(token, account);
    IF NOT FOUND THEN RETURN 0; END IF;
    PERFORM 1 FROM user_account WHERE id = a.target FOR UPDATE;
    WITH gone AS (
      DELETE FROM role_grant WHERE user_id = a.target
        AND (a.whole OR body_id = ANY (a.bodies) OR district = ANY (a.districts)) RETURNING *)
    INSERT INTO former_grant (uid, user_id, role, reach, body_id, site_id, district, held_since, ended_at, ended_by,
        ended_by_name, ended_by_role, how, reason)
      SELECT gen_random_uuid(), user_id, role, reach, body_id, site_id, district, created_at, at, a.actor,
        a.actor_name, a.actor_role, 'taken_back', why FROM gone;
    GET DIAGNOSTICS ended = ROW_COUNT;
    IF ended > 0 THEN PERFORM account_signed_out(a.target, at); END IF;
    RETURN ended;
  END $$;

CREATE FUNCTION account_restore(token text, account uuid, at timestamptz) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE a record; given bigint;
  BEGIN
    SELECT * INTO a FROM account_admin(token, account);
    IF NOT FOUND THEN RETURN 0; END IF;
    PERFORM 1 FROM user_account WHERE id = a.target FOR UPDATE;
    WITH mine AS (
      SELECT * FROM former_grant WHERE user_id = a.target AND how = 'taken_back' AND restored_at IS NULL
        AND (a.whole OR body_id = ANY (a.bodies) OR district = ANY (a.districts))
        AND (a.actor_role = 'operator' OR ended_by_role = 'coordinator')),
    back AS (
      UPDATE former_grant f SET restored_at = at FROM mine
        WHERE f.id = mine.id AND mine.ended_at = (SELECT max(ended_at) FROM mine) RETURNING f.*)
    INSERT INTO role_grant (uid, user_id, role, reach, body_id, site_id, district)
      SELECT gen_random_uuid(), user_id, role, reach, body_id, site_id, district FROM back b
      WHERE NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.user_id = b.user_id AND g.role = b.role
        AND g.body_id IS NOT DISTINCT FROM b.body_id AND g.site_id IS NOT DISTINCT FROM b.site_id
        AND g.district IS NOT DISTINCT FROM b.district);
    GET DIAGNOSTICS given = ROW_COUNT;
    IF given > 0 THEN UPDATE user_account SET is_active = true WHERE id = a.target; END IF;
    RETURN given;
  END $$;

-- All grants in one body, and at its sites, become grants of the same roles in another.
CREATE FUNCTION account_move(token text, account uuid, before bigint, after bigint, why text, at timestamptz)
  RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE a record; ended bigint;
  BEGIN
    SELECT * INTO a FROM account_admin(token, account);
    IF NOT FOUND OR before = after OR NOT (a.whole OR ARRAY[before, after] <@ a.bodies) THEN RETURN 0; END IF;
    PERFORM 1 FROM user_account WHERE id = a.target FOR UPDATE;
    WITH gone AS (DELETE FROM role_grant WHERE user_id = a.target AND body_id = before RETURNING *)
    INSERT INTO former_grant (uid, user_id, role, reach, body_id, site_id, district, held_since, ended_at, ended_by,
        ended_by_name, ended_by_role, how, reason)
      SELECT gen_random_uuid(), user_id, role, reach, body_id, site_id, district, created_at, at, a.actor,
        a.actor_name, a.actor_role, 'moved', why FROM gone;
    GET DIAGNOSTICS ended = ROW_COUNT;
    IF ended = 0 THEN RETURN 0; END IF;
    INSERT INTO role_grant (uid, user_id, role, reach, body_id)
      SELECT gen_random_uuid(), a.target, f.role, 'body', after
      FROM (SELECT DISTINCT role FROM former_grant WHERE user_id = a.target AND how = 'moved' AND ended_at = at
        AND body_id = before) f
      WHERE NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.user_id = a.target AND g.role = f.role
        AND g.body_id = after AND g.site_id IS NULL);
    PERFORM account_signed_out(a.target, at);
    RETURN ended;
  END $$;

-- Only for somebody all of whose grants the administrator has in hand: a link opens everything the person may do.
CREATE FUNCTION account_link_make(token text, account uuid, digest bytea, until timestamptz, at timestamptz)
  RETURNS boolean
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE a record;
  BEGIN
    SELECT * INTO a FROM account_admin(token, account);
    IF NOT FOUND OR NOT EXISTS (SELECT 1 FROM role_grant WHERE user_id = a.target)
      OR NOT (a.whole OR (SELECT bool_and(coalesce(body_id = ANY (a.bodies), false)
        OR coalesce(district = ANY (a.districts), false)) FROM role_grant WHERE user_id = a.target))
    THEN RETURN false; END IF;
    UPDATE password_link SET withdrawn_at = at
      WHERE user_id = a.target AND used_at IS NULL AND withdrawn_at IS NULL;
    INSERT INTO password_link (uid, user_id, code_digest, made_by, made_by_name, made_at, expires_at)
      VALUES (gen_random_uuid(), a.target, digest, a.actor, a.actor_name, at, until);
    RETURN true;
  END $$;

-- Whose password a link sets, while it holds: their uid and login.
CREATE FUNCTION account_of_link(digest bytea, at timestamptz) RETURNS TABLE (account uuid, login text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT u.uid, u.login FROM password_link l JOIN user_account u ON u.id = l.user_id AND u.is_active
     WHERE l.code_digest = digest AND l.used_at IS NULL AND l.withdrawn_at IS NULL AND l.expires_at > at $$;

CREATE FUNCTION account_password_by_link(digest bytea, changed text, at timestamptz) RETURNS uuid
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DECLARE number bigint; account uuid;
  BEGIN
    UPDATE password_link SET used_at = at WHERE code_digest = digest AND used_at IS NULL AND withdrawn_at IS NULL
      AND expires_at > at RETURNING user_id INTO number;
    IF NOT FOUND THEN RETURN NULL; END IF;
    UPDATE user_account SET password_hash = changed, must_change_password = false WHERE id = number AND is_active
      RETURNING uid INTO account;
    IF FOUND THEN PERFORM account_signed_out(number, at); END IF;
    RETURN account;
  END $$;

REVOKE ALL ON FUNCTION account_admin, account_signed_out, account_take_back, account_restore, account_move,
  account_link_make, account_of_link, account_password_by_link FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_take_back, account_restore, account_move, account_link_make, account_of_link,
  account_password_by_link TO {web}, {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

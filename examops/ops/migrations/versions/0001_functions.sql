-- The scope of the running transaction, as row-level security reads it. Closed when nobody set it.
CREATE FUNCTION scope_everything() RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT coalesce(current_setting('examops.everything', true), '') = 'on' $$;
CREATE FUNCTION scope_public() RETURNS boolean LANGUAGE sql STABLE AS
  $$ SELECT coalesce(current_setting('examops.public', true), '') = 'on' $$;
CREATE FUNCTION scope_bodies() RETURNS bigint[] LANGUAGE sql STABLE AS
  $$ SELECT coalesce(nullif(current_setting('examops.bodies', true), ''), '{}')::bigint[] $$;
CREATE FUNCTION scope_districts() RETURNS text[] LANGUAGE sql STABLE AS
  $$ SELECT coalesce(nullif(current_setting('examops.districts', true), ''), '{}')::text[] $$;

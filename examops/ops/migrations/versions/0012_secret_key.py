"""The secrets that the database has been kept under, and what writes the register of persons anew under another one."""

from examops.ops.migrations.helpers import run

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before registers people by the function with four arguments, which stays; it opens what this one"
    " seals, because it does not look at the first byte. It is refused only after the secret was changed, which is"
    " done with every process restarted."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '1min';

CREATE TABLE installation_key (
  key_id bigint NOT NULL,
  fingerprint bytea NOT NULL,
  replaced_at timestamp with time zone,
  rekeyed_from timestamp with time zone,
  cleared_at timestamp with time zone,
  id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  uid uuid NOT NULL,
  created_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT pk_installation_key PRIMARY KEY (id),
  CONSTRAINT uq_installation_key_fingerprint UNIQUE (fingerprint),
  CONSTRAINT uq_installation_key_uid UNIQUE (uid)
);
GRANT SELECT ON installation_key TO {web};
GRANT SELECT, UPDATE (rekeyed_from, cleared_at) ON installation_key TO {job};
GRANT UPDATE (seed_sealed) ON lot_commitment TO {job};

-- As before, and: somebody written under the secret of before (``former``, null for none) is found by it and moves to
-- the present one. The row of the secret in force is held to the end of the transaction, so that a change of it waits.
CREATE FUNCTION persons_for(hashes bytea[], sealed bytea[], uids uuid[], key_version bigint, former bytea[])
  RETURNS TABLE (id_hash bytea, person_id bigint)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE present bigint;
BEGIN
  SELECT key_id INTO present FROM installation_key WHERE replaced_at IS NULL FOR SHARE;
  IF present <> $4 AND EXISTS (SELECT 1 FROM installation_key WHERE replaced_at IS NOT NULL) THEN
    RAISE EXCEPTION 'the secret key was changed: restart this process with the new one' USING ERRCODE = '55000';
  END IF;
  PERFORM 1 FROM person WHERE person.id_hash = ANY ($5) ORDER BY person.id_hash FOR UPDATE;
  UPDATE person SET id_hash = g.h, id_sealed = g.s, key_version = $4 FROM unnest($1, $2, $5) AS g (h, s, f)
    WHERE person.id_hash = g.f AND NOT EXISTS (SELECT 1 FROM person other WHERE other.id_hash = g.h);
  RETURN QUERY INSERT INTO person (uid, id_hash, id_sealed, key_version)
    SELECT g.u, g.h, g.s, $4 FROM unnest($1, $2, $3) AS g (h, s, u) ORDER BY g.h
    ON CONFLICT (id_hash) DO UPDATE SET key_version = person.key_version
    RETURNING person.id_hash, person.id;
END $$;
CREATE OR REPLACE FUNCTION persons_for(hashes bytea[], sealed bytea[], uids uuid[], key_version bigint)
  RETURNS TABLE (id_hash bytea, person_id bigint)
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT p.id_hash, p.person_id FROM persons_for($1, $2, $3, $4, NULL::bytea[]) p $$;

-- The register for whoever writes it anew, only while a change of the secret is on.
CREATE FUNCTION key_in_change() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT key_id FROM installation_key WHERE replaced_at IS NULL
     AND EXISTS (SELECT 1 FROM installation_key WHERE replaced_at IS NOT NULL AND cleared_at IS NULL) $$;
CREATE FUNCTION persons_left_to_rekey() RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT count(*) FROM person WHERE get_byte(id_sealed, 0) <>
     (SELECT key_id FROM installation_key WHERE replaced_at IS NULL) $$;
CREATE FUNCTION persons_to_rekey(after bigint, most bigint) RETURNS TABLE (id bigint, id_hash bytea, id_sealed bytea)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT p.id, p.id_hash, p.id_sealed FROM person p
     WHERE p.id > after AND get_byte(p.id_sealed, 0) <> key_in_change() ORDER BY p.id LIMIT most
     FOR UPDATE SKIP LOCKED $$;
CREATE FUNCTION persons_rekey(ids bigint[], hashes bytea[], sealed bytea[]) RETURNS SETOF bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ UPDATE person SET id_hash = g.h, id_sealed = g.s, key_version = key_in_change()
     FROM unnest(ids, hashes, sealed) AS g (i, h, s)
     WHERE person.id = g.i AND get_byte(person.id_sealed, 0) <> key_in_change() AND get_byte(g.s, 0) = key_in_change()
     AND NOT EXISTS (SELECT 1 FROM person other WHERE other.id_hash = g.h) RETURNING person.id $$;
-- Keyed hashes of ID numbers that were typed at the door: all but those of tickets' codes, which have no key.
CREATE FUNCTION scans_left_to_rekey(before timestamp with time zone) RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT count(*) FROM scan s WHERE s.reading_digest IS NOT NULL AND s.created_at < before
     AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.code_digest = s.reading_digest) $$;
CREATE FUNCTION scans_forget_reading(before timestamp with time zone, after bigint, most bigint) RETURNS SETOF bigint
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ UPDATE scan SET reading_digest = NULL WHERE id IN (
       SELECT s.id FROM scan s WHERE s.id > after AND s.reading_digest IS NOT NULL AND s.created_at < before
       AND key_in_change() IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.code_digest = s.reading_digest)
       ORDER BY s.id LIMIT most FOR UPDATE SKIP LOCKED) RETURNING id $$;
REVOKE ALL ON FUNCTION persons_for(bytea[], bytea[], uuid[], bigint, bytea[]), key_in_change, persons_left_to_rekey,
  persons_to_rekey, persons_rekey, scans_left_to_rekey, scans_forget_reading FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_for(bytea[], bytea[], uuid[], bigint, bytea[]) TO {web}, {job};
GRANT EXECUTE ON FUNCTION persons_left_to_rekey, persons_to_rekey, persons_rekey, scans_left_to_rekey,
  scans_forget_reading TO {job};
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

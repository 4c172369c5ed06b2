-- The city-wide register of persons: no role may read it. These functions answer about one ID number at a time
-- (or a list of them), for whoever already holds the number.
CREATE FUNCTION persons_for(hashes bytea[], sealed bytea[], uids uuid[], key_version bigint)
  RETURNS TABLE (id_hash bytea, person_id bigint)
  LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH given AS (SELECT h, s, u FROM unnest(hashes, sealed, uids) AS t(h, s, u) ORDER BY h),
    added AS (
      INSERT INTO person (uid, id_hash, id_sealed, key_version) SELECT u, h, s, $4 FROM given
      ON CONFLICT (id_hash) DO UPDATE SET key_version = person.key_version
      RETURNING person.id_hash, person.id)
    SELECT id_hash, id FROM added $$;
CREATE FUNCTION person_by_hash(hash bytea) RETURNS bigint
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT id FROM person WHERE id_hash = hash $$;
CREATE FUNCTION person_sealed(number bigint) RETURNS TABLE (id_hash bytea, id_sealed bytea)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS
  $$ SELECT id_hash, id_sealed FROM person WHERE person.id = number $$;
-- Whether each person has a live application, and whether at the asking body; never at which other. The wider scope
-- lasts for this one question (a function's own SET clause may not name a setting of ours).
CREATE FUNCTION live_application_exists(persons bigint[], occupation text, of_level bigint, asking_body bigint)
  RETURNS TABLE (person_id bigint, is_here boolean)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE before text := coalesce(current_setting('examops.everything', true), '');
BEGIN
  PERFORM set_config('examops.everything', 'on', true);
  RETURN QUERY SELECT a.person_id, bool_or(a.body_id = asking_body) FROM application a
    WHERE a.person_id = ANY (persons) AND a.occupation_code = occupation AND a.level = of_level
      AND a.state IN ('draft', 'accepted') GROUP BY a.person_id;
  PERFORM set_config('examops.everything', before, true);
END $$;
REVOKE ALL ON FUNCTION persons_for, person_by_hash, person_sealed, live_application_exists FROM PUBLIC;
GRANT EXECUTE ON FUNCTION persons_for, person_by_hash, person_sealed, live_application_exists TO {web}, {job};

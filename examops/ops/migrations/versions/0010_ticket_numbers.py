"""Ticket numbers from a sequence for each year, behind the highest number that was given."""

from examops.ops.migrations.helpers import run

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

PHASE = "expand"
BESIDE_OLD_CODE = (
    "The release before still counts in number_counter. Its counters of tickets are moved 5,000,000 ahead, of a year"
    " that begins later too, so both give numbers at once and never the same one."
)
SQL = """
SET LOCAL lock_timeout = '3s';
SET LOCAL statement_timeout = '10min';

-- The next ticket number of a year. The first one of a year makes the year's sequence: whoever comes at the same time
-- waits for that transaction. Callers own nothing and may read no sequence; the function is theirs to call.
CREATE FUNCTION next_ticket_number(of_year integer) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  sequence_name text := 'ticket_number_' || of_year;
  sequence regclass := to_regclass(sequence_name);
  given bigint;
BEGIN
  IF sequence IS NULL THEN
    IF of_year NOT BETWEEN 2000 AND 2999 THEN
      RAISE EXCEPTION 'no tickets are given for the year %', of_year;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(sequence_name, 0));
    -- Not to_regclass once more: its cache would answer as before the wait.
    SELECT oid INTO sequence FROM pg_class
      WHERE relname = sequence_name AND relnamespace = 'public'::regnamespace;
    IF sequence IS NULL THEN
      INSERT INTO number_counter AS counter (name, value) VALUES ('ticket:' || of_year, 5000000)
        ON CONFLICT (name) DO UPDATE SET value = counter.value + 5000000
        RETURNING value - 5000000 INTO given;
      EXECUTE format('CREATE SEQUENCE %I START WITH %s', sequence_name, given + 1);
      sequence := to_regclass(sequence_name);
    END IF;
  END IF;
  RETURN nextval(sequence);
END $$;
REVOKE ALL ON FUNCTION next_ticket_number FROM PUBLIC;
GRANT EXECUTE ON FUNCTION next_ticket_number TO {web}, {job};

-- Years with tickets get their sequence now, behind the counter and behind every number that stands on a ticket.
SELECT set_config('examops.everything', 'on', true);
INSERT INTO number_counter AS counter (name, value)
  SELECT 'ticket:' || left(number, 4), max(right(number, 7)::bigint) FROM ticket
  WHERE number ~ '^2[0-9]{11}$' GROUP BY 1
  ON CONFLICT (name) DO UPDATE SET value = greatest(counter.value, excluded.value);
SELECT next_ticket_number(right(name, 4)::integer) FROM number_counter WHERE name ~ '^ticket:2[0-9]{3}$';
"""


def upgrade() -> None:
    run(SQL)


def downgrade() -> None:
    raise RuntimeError("Not undone: restore the backup of before, or write a further revision.")

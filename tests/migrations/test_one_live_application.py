"""Data of before that the index of one live application cannot hold stops the upgrade with names and what to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from config.settings import Settings
from examops.ops import migrate

pytestmark = pytest.mark.postgres
TWO_ATTEMPTS = """
WITH made AS (
  INSERT INTO body (kind, name, short_name, credit_code, district, address, telephone, state, uid)
  VALUES ('enterprise', '甲公司', '甲', 'C1', '440606', '', '', 'filed', gen_random_uuid()) RETURNING id),
one AS (
  INSERT INTO person (id_hash, id_sealed, key_version, uid) VALUES ('h', 's', 1, gen_random_uuid()) RETURNING id),
announced AS (
  INSERT INTO batch (number, name, cut_off_on, applies_from, applies_until, held_from, held_until, fee_fen, state,
    body_id, district, uid)
  SELECT 'B1', '第一批', '2026-11-01', '2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04', 0, 'open',
    made.id, '440606', gen_random_uuid() FROM made RETURNING id),
known AS (
  INSERT INTO candidate (person_id, name, id_masked, sex, telephone, team, kind, photo_key, photo_state, body_id,
    district, uid)
  SELECT one.id, '陈明', '4406**********0012', '男', '', '', 'employee', '', 'missing', made.id, '440606',
    gen_random_uuid() FROM one, made RETURNING id)
INSERT INTO application (number, batch_id, candidate_id, person_id, occupation_code, level, standard_version, parts,
  attempt, state, special_needs, body_id, district, uid)
SELECT number, announced.id, known.id, one.id, '6-31-01-03', '4', '2018', '{skill}', attempt, state, '', made.id,
  '440606', gen_random_uuid()
FROM announced, known, one, made, (VALUES
  ('202600000001', 1, 'accepted'), ('202600000002', 2, 'draft'), ('202600000003', 3, 'withdrawn')
) a (number, attempt, state)
"""
THE_INDEX = "SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'uq_application_live%%'"


@pytest.fixture
def database(before: Settings, postgres_url: str) -> Iterator[Engine]:
    url = make_url(postgres_url).set(drivername="postgresql+psycopg", database=make_url(before.database_url).database)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(TWO_ATTEMPTS)
    yield engine
    engine.dispose()


def test_two_live_attempts_stop_the_upgrade_before_anything_changed_and_are_named(
    before: Settings, database: Engine, environment: dict[str, str], monkeypatch, capsys
) -> None:
    for name, value in {**environment, "EXAMOPS_DATABASE_URL": before.database_url}.items():
        monkeypatch.setenv(name, value)

    stopped = migrate.main(["upgrade"])

    words = capsys.readouterr().err
    assert stopped == 1
    for told in ("两份没有办结的报名", "202600000001 (甲公司) + 202600000002 (甲公司)", "再运行一次 db upgrade"):
        assert told in words
    assert "202600000003" not in words
    with database.begin() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "0001"
        assert "attempt" in str(connection.exec_driver_sql(THE_INDEX).scalar_one())
        connection.exec_driver_sql("UPDATE application SET state = 'withdrawn' WHERE number = '202600000002'")
    assert migrate.main(["upgrade"]) == 0
    with database.begin() as connection:
        assert "attempt" not in str(connection.exec_driver_sql(THE_INDEX).scalar_one())

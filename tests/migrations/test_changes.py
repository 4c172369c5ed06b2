"""What `make migration` drafts: on a real database it takes the schema to what the models declare, past the lint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Identity,
    Index,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    text,
)

from config.settings import Settings
from examops.app.tables import METADATA
from examops.core.connections import owner_url, role_names
from examops.core.database import NAMING
from examops.core.table_access import ADD_ONLY, access
from examops.ops.migrate import upgrade_database
from examops.ops.migrations.catalogue import Catalogue, declared_catalogue, differences, read_catalogue
from examops.ops.migrations.changes import Stages, changes
from examops.ops.migrations.drafts import write_drafts
from examops.ops.migrations.helpers import fill_roles, split_statements
from tests.migrations.databases import empty_database
from tests.migrations.lint import sql_faults
from tests.migrations.test_revisions import TIMEOUTS

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def installation(postgres_url: str, settings: Settings) -> Iterator[Settings]:
    with empty_database(postgres_url, settings) as empty:
        upgrade_database(empty)
        yield empty


@pytest.fixture
def connection(installation: Settings) -> Iterator[Connection]:
    engine = create_engine(owner_url(installation), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def tomorrow() -> MetaData:
    """The models with new tables of a body, new columns, a longer list of states, an index and a needed value."""
    metadata = MetaData(naming_convention=NAMING)
    for table in METADATA.sorted_tables:
        table.to_metadata(metadata)
    Table(
        "visit",
        metadata,
        Column("id", BigInteger(), Identity(always=True), primary_key=True),
        Column("body_id", BigInteger(), ForeignKey("body.id"), nullable=False),
        Column("district", Text(), nullable=False),
        Column("outage_id", BigInteger(), ForeignKey("workstation_outage.id"), nullable=False),
        Column("words", Text(), server_default=text("'50% \\ done'"), nullable=False),
        CheckConstraint("words <> ''", name="words"),
        Index(None, "outage_id"),
        **access(ADD_ONLY),
    )
    Table("aisle", metadata, Column("visit_id", BigInteger(), ForeignKey("visit.id")))
    candidate, batch, room = (metadata.tables[name] for name in ("candidate", "batch", "room"))
    candidate.append_column(Column("nickname", Text()))
    candidate.append_column(Column("born_on_needed", Text(), server_default=text("''"), nullable=False))
    candidate.c.born_on.nullable = False
    old = next(rule for rule in batch.constraints if rule.name == "ck_batch_state")
    batch.constraints.remove(old)
    batch.append_constraint(CheckConstraint("state IN ('draft','open','closed','void')", name="state"))
    Index(None, candidate.c.nickname)
    room.append_constraint(UniqueConstraint("id", "name"))
    metadata.tables["job_failure"].info["rights"] = ADD_ONLY
    return metadata


def _apply(connection: Connection, stages: Stages, roles: dict[str, str]) -> None:
    for statements in stages.values():
        for statement in split_statements(fill_roles("\n".join(statements), roles)):
            connection.exec_driver_sql(statement.replace("%", "%%"))


def _without_team(declared: Catalogue) -> Catalogue:
    """As if the column were gone from the model."""
    return {item: text for item, text in declared.items() if item[1:] != ("candidate", "team")}


def test_drafts_lead_to_what_the_models_declare(
    connection: Connection, installation: Settings, tomorrow: MetaData
) -> None:
    roles = role_names(installation)
    with connection.execution_options(isolation_level="READ COMMITTED").begin():
        wanted = _without_team(declared_catalogue(connection, tomorrow, roles))
        before = read_catalogue(connection, roles)
    stages = changes(wanted, before)
    faults = {
        stage: sql_faults(
            (TIMEOUTS if stage != "indexes" else TIMEOUTS.replace("LOCAL ", "")) + "\n".join(statements),
            phase="contract" if stage == "contract" else "expand",
            in_transaction=stage != "indexes",
        )
        for stage, statements in stages.items()
    }
    connection.execution_options(isolation_level="AUTOCOMMIT")
    _apply(connection, stages, roles)

    assert differences(wanted, before), "the change is seen"
    assert list(stages) == ["expand", "indexes", "constraints", "validate", "contract"]
    assert faults == {stage: [] for stage in stages}
    assert differences(wanted, read_catalogue(connection, roles)) == []
    _take_back(connection, roles)


def _take_back(connection: Connection, roles: dict[str, str]) -> None:
    """The way back is a change like any other."""
    connection.rollback()
    with connection.execution_options(isolation_level="READ COMMITTED").begin():
        wanted = declared_catalogue(connection, METADATA, roles)
        stages = changes(wanted, read_catalogue(connection, roles))
    connection.execution_options(isolation_level="AUTOCOMMIT")
    _apply(connection, stages, roles)

    assert differences(wanted, read_catalogue(connection, roles)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE booking NO FORCE ROW LEVEL SECURITY",
        "CREATE POLICY more ON booking USING (true)",
        "GRANT DELETE ON segment TO PUBLIC",
        "ALTER TABLE candidate ALTER COLUMN born_on SET NOT NULL",
        "ALTER TABLE candidate ALTER COLUMN team SET DEFAULT ''",
        "ALTER TABLE candidate DROP CONSTRAINT ck_candidate_kind",
        "ALTER TABLE turn DROP CONSTRAINT fk_turn_group_id",
        "DROP INDEX uq_booking_live",
        "ALTER TABLE job_run ALTER COLUMN attempts TYPE numeric",
    ],
)
def test_every_kind_of_drift_is_seen(connection: Connection, installation: Settings, statement: str) -> None:
    roles = role_names(installation)
    with connection.execution_options(isolation_level="READ COMMITTED").begin() as transaction:
        connection.exec_driver_sql(statement)
        found = differences(declared_catalogue(connection, METADATA, roles), read_catalogue(connection, roles))
        transaction.rollback()

    assert found


def test_drafts_are_numbered_files_with_a_header_to_fill_in(tmp_path: Path) -> None:
    (tmp_path / "0007_before.py").touch()
    stages = {"expand": ["ALTER TABLE a ADD COLUMN b text;"], "indexes": ["CREATE INDEX CONCURRENTLY c ON a (b);"]}

    expand, indexes = write_drafts("add_b", stages, tmp_path)

    assert (expand.name, indexes.name) == ("0008_add_b.py", "0009_add_b_indexes.py")
    assert 'down_revision = "0007"' in expand.read_text()
    assert "SET LOCAL lock_timeout" in expand.read_text()
    assert "run_outside_transaction(SQL)" in indexes.read_text()

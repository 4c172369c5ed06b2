"""First tables, policies, grants and functions."""

from pathlib import Path

from alembic import context, op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    here = Path(__file__).parent
    roles = context.config.attributes["roles"]
    for name in ("0001_functions.sql", "0001_initial.sql", "0001_persons.sql"):
        script = (here / name).read_text(encoding="utf-8").replace("{web}", roles["web"]).replace("{job}", roles["job"])
        op.get_bind().exec_driver_sql(script.replace("%", "%%"))


def downgrade() -> None:
    raise RuntimeError("The first migration is not undone; drop the database instead.")

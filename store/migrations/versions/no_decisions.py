"""Answers about pairs stand in the questions: a table of their own was never filled."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Drops the table."""
    op.drop_table("decisions")

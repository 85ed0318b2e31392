"""Sums by market, product, channel, client, stage and reason beside those by person and day."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Makes the table of cuts; the next pass fills it, since every part then differs."""
    op.add_column("contributions", sa.Column("cuts", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "cut_rollups",
        sa.Column("cut", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("manager", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("cut", "measure", "day", "key", "manager", name="pk_cut_rollups"),
    )

"""Payments are found by day and sum without a look at the others."""

from alembic import op

from store.schema import IS_PAYMENT, PAID

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Makes the index."""
    op.create_index("ix_rows_paid", "rows", [PAID], sqlite_where=IS_PAYMENT)

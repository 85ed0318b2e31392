"""Contents of the workbooks from which a later save may descend."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes the table of kept contents."""
    op.create_table(
        "kept_contents",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_kept_contents"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_kept_contents_book_number", "kept_contents", ["book", "number"])

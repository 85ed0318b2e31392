"""A pass looks at what is new: years of saves and of answered questions cost it nothing."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Makes the indexes."""
    for column in ("token", "generation"):
        op.create_index(f"ix_kept_contents_book_{column}", "kept_contents", ["book", column])
    for column in ("answered_at", "shown_on"):
        op.create_index(f"ix_questions_{column}", "questions", [column])

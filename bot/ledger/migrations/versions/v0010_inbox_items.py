"""What a person did with what waits for people, and texts that are not an opt-out, by their word.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "inbox_items",
        sa.Column("item", sa.Text(), primary_key=True),
        sa.Column("done_at", Instant()),
        sa.Column("done_by", sa.Text()),
        sa.Column("snoozed_until", Instant()),
        sa.Column("changed_at", Instant(), nullable=False),
    )
    op.add_column(
        "inbox", sa.Column("is_cleared", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_decisions_outcome", "decisions", ["outcome", "inbox_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

"""Conversations that a person of ours has in hand, and what they write.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("handoff", sa.JSON(none_as_null=True)))
    op.add_column("conversations", sa.Column("seen_to_at", Instant()))
    op.add_column("outbox", sa.Column("by", sa.Text()))
    op.add_column(
        "outbox",
        sa.Column("of_handoff", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

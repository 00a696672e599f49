"""Questions that wait for an answer, and what happens by itself.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("conversations", sa.Column("question", sa.JSON(none_as_null=True)))
    op.add_column("conversations", sa.Column("state_from", sa.JSON(none_as_null=True)))
    op.add_column("decisions", sa.Column("took", sa.Text()))
    op.add_column("outbox", sa.Column("asks", sa.Text()))
    op.create_table(
        "timers",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("conversation_id", _Id, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_at", Instant()),
        sa.UniqueConstraint("conversation_id", "kind"),
    )
    op.create_index("ix_timers_status_due_at", "timers", ["status", "due_at", "id"])


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

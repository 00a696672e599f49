"""Who else is told what was decided, and codes with which colleagues answer.

Revision: 0021, after 0020.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("conversation_id", _Id, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("claimed_until", Instant()),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("done_at", Instant()),
    )
    due = ["status", "due_at", "id"]
    op.create_index("ix_notifications_status_due_at", "notifications", due)
    op.create_index("ix_notifications_conversation_id", "notifications", ["conversation_id"])
    op.create_table(
        "colleague_codes",
        sa.Column("colleague", sa.Text(), primary_key=True),
        sa.Column("code", sa.Text(), primary_key=True),
        sa.Column("conversation_id", _Id, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("ix_colleague_codes_conversation_id", "colleague_codes", ["conversation_id"])
    op.add_column(
        "outbox",
        sa.Column("is_notice", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

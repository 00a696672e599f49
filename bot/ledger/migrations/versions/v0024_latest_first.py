"""Conversations by their latest change, as lists of them begin.

Revision: 0024, after 0023.
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_conversations_changed_at", "conversations", ["changed_at", "id"])


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

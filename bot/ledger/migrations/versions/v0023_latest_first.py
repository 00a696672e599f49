"""Conversations by their latest change, as lists of them begin.

Revision: 0023, after 0022.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_conversations_changed_at", "conversations", ["changed_at", "id"])


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

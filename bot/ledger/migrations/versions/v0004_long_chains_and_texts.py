"""Long texts as MMS; indexes that stay as fast when a person has thousands of messages.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "outbox", sa.Column("is_mms", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index("ix_outbox_conversation_status", "outbox", ["conversation_id", "status", "id"])
    op.drop_index("ix_outbox_recipient", "outbox")
    op.create_index("ix_outbox_recipient_created_at", "outbox", ["recipient", "created_at"])
    op.drop_index("ix_inbox_conversation_id", "inbox")
    op.create_index(
        "ix_inbox_conversation_received_at", "inbox", ["conversation_id", "received_at"]
    )


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

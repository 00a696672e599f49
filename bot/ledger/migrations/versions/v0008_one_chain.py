"""Our numbers; the place of our messages in a chain; parts of one reply; statuses that came early.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_PLACE = """
    UPDATE outbox SET after_id = COALESCE((
        SELECT MAX(inbox.id) FROM inbox
        WHERE inbox.conversation_id = outbox.conversation_id
        AND (inbox.received_at <= outbox.created_at OR inbox.id = outbox.inbox_id)
    ), 0)
"""


def upgrade() -> None:
    op.create_table(
        "numbers",
        sa.Column("longcode_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("listed_at", Instant(), nullable=False),
    )
    op.add_column(
        "outbox", sa.Column("after_id", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.execute(_PLACE)
    op.add_column("outbox", sa.Column("part_of", sa.Text()))
    op.add_column("outbox", sa.Column("delivery_at", Instant()))
    op.add_column("notices", sa.Column("message_id", sa.Text()))
    op.create_index("ix_notices_message_id", "notices", ["message_id"])


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

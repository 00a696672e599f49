"""Until when people of ours have read each conversation.

Revision: 0027, after 0026.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("read_to", Instant()))
    op.execute("UPDATE conversations SET read_to = seen_to_at")


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

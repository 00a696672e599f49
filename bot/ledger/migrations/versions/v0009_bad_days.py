"""When a pause is tried, since when a message is due, how a try ended.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lanes", sa.Column("trial_at", Instant()))
    op.add_column("lanes", sa.Column("trials", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("attempts", sa.Column("result", sa.Text()))
    op.add_column("outbox", sa.Column("due_since", Instant(), nullable=False, server_default="0"))
    # What is done never looks at it. A retry has moved `due_at` of what was tried.
    op.execute(
        "UPDATE outbox SET due_since = CASE WHEN tries = 0 THEN due_at ELSE created_at END"
        " WHERE status IN ('due', 'sending')"
    )


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

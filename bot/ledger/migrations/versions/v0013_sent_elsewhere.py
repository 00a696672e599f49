"""Where a message of another system stands among ours.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "outbox", sa.Column("after_attempt", sa.BigInteger(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

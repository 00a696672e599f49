"""When an opt-out was written; what of a message could not be read; further attachments.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("optouts", sa.Column("said_at", Instant()))
    op.add_column("inbox", sa.Column("odd", sa.Text(), nullable=False, server_default=""))
    op.add_column("inbox", sa.Column("more_media", sa.JSON()))


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

"""When a message was written, as the provider says: an old START must not undo a later STOP.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("sent_at", Instant()))


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

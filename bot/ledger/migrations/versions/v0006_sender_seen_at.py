"""When who sends last gave a sign of life, so that others know whether what they queue leaves.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lanes", sa.Column("sender_seen_at", Instant()))


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

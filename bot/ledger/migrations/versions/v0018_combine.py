"""Texts that wait for more of them, and which was answered with which.

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbox", sa.Column("decide_after", Instant()))
    op.add_column("decisions", sa.Column("answered_with", sa.BigInteger()))


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

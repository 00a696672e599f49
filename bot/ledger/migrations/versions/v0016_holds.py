"""Contacts to whom nothing leaves until somebody has decided.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "holds",
        sa.Column("number", sa.Text(), primary_key=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

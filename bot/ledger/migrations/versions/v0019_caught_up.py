"""What was taken from the provider's threads.

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "caught_up",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("key", sa.Text(), nullable=False, unique=True),
        sa.Column("inbox_id", _Id, sa.ForeignKey("inbox.id")),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", Instant()),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.Column("claimed_by", sa.Text()),
    )
    op.create_index("ix_caught_up_sender", "caught_up", ["sender"])


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

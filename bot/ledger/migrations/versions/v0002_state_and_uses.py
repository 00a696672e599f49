"""States that end, and uses of what has a cooldown or limit.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("state_until", Instant(), nullable=True))
    op.create_table(
        "uses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_uses_scope_owner_at", "uses", ["scope", "owner", "at"])


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

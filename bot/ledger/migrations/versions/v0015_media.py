"""Attachments that are to be fetched, or are kept in files.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("inbox_id", _Id, sa.ForeignKey("inbox.id")),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False, unique=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text()),
        sa.Column("kind", sa.Text()),
        sa.Column("size", sa.BigInteger()),
        sa.UniqueConstraint("inbox_id", "url"),
    )
    op.create_index("ix_media_status_due_at", "media", ["status", "due_at", "id"])


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

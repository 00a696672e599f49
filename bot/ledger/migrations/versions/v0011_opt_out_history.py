"""Who opted a person out or in, and why; opt-outs of people who are forgotten.

What answers a message is found by an index: without it, deleting one message reads the outbox.

Revision: 0011, after 0010.
"""

import secrets

import sqlalchemy as sa
from alembic import op

from bot.ledger.schema import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BY = """
    UPDATE optouts SET "by" =
    CASE WHEN because LIKE 'delivery-status%' THEN 'provider' ELSE 'contact' END
"""


def upgrade() -> None:
    op.add_column("optouts", sa.Column("by", sa.Text(), nullable=False, server_default=""))
    op.execute(_BY)
    op.create_table(
        "optout_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
    )
    op.create_index("ix_optout_changes_number", "optout_changes", ["number", "id"])
    op.execute(
        'INSERT INTO optout_changes (number, at, change, because, "by")'
        " SELECT number, since, 'opt-out', because, \"by\" FROM optouts ORDER BY since"
    )
    op.create_index("ix_outbox_inbox_id", "outbox", ["inbox_id"])
    keys = op.create_table("digest_keys", sa.Column("key", sa.LargeBinary(), nullable=False))
    op.bulk_insert(keys, [{"key": secrets.token_bytes(32)}])


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

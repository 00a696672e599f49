"""What each message counts for, and when messages came in.

Revision: 0022, after 0021.
"""

from typing import Final

import sqlalchemy as sa
from alembic import op

from bot.engine.outbound import cost_of

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_PAGE: Final = 5_000
"""Rows in memory at once."""


def upgrade() -> None:
    op.add_column("outbox", sa.Column("segments", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    outbox = sa.table("outbox", *map(sa.column, ("id", "text", "image", "is_mms", "segments")))
    counted = (
        sa.update(outbox)
        .where(outbox.c.id == sa.bindparam("row"))
        .values(segments=sa.bindparam("many"))
    )
    every = sa.select(outbox.c.id, outbox.c.text, outbox.c.image, outbox.c.is_mms)
    connection, last = op.get_bind(), 0
    while rows := connection.execute(
        every.where(outbox.c.id > last).order_by(outbox.c.id).limit(_PAGE)
    ).all():
        costs = (cost_of(row.text, is_mms=bool(row.is_mms or row.image)) for row in rows)
        found = zip(rows, costs, strict=True)
        connection.execute(counted, [{"row": row.id, "many": many} for row, many in found])
        last = rows[-1].id


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

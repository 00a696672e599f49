"""What rules say later, and replies that wait: of a kind many in a conversation, each by its name.

A timer that has happened goes, and its id is not given away again: people name timers by it.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KEPT = ("conversation_id", "kind", "due_at", "status", "reason", "done_at")


def upgrade() -> None:
    # SQLite can change no constraint of a table; there are few rows.
    before = op.get_bind().execute(sa.text(f"SELECT {', '.join(_KEPT)} FROM timers")).all()  # noqa: S608
    op.drop_table("timers")
    op.create_table(
        "timers",
        sa.Column("id", _Id, primary_key=True),
        sa.Column("conversation_id", _Id, sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, server_default=""),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("done_at", sa.BigInteger()),
        sa.Column("unless_replied", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_latest", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("content", sa.Text(), nullable=False, server_default=""),
        sa.Column("inbox_id", _Id),
        sa.UniqueConstraint("conversation_id", "kind", "key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_timers_status_due_at", "timers", ["status", "due_at", "id"])
    if before:
        columns: list[sa.Column[object]] = [sa.Column(name) for name in _KEPT]
        rows = [dict(zip(_KEPT, row, strict=True)) for row in before]
        op.bulk_insert(sa.table("timers", *columns), rows)


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

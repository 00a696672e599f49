"""When the last sends ended: several may be under way, so their order is another.

Revision: 0025, after 0024.
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_attempts_finished_at", "attempts", ["finished_at"])

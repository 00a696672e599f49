"""A row that is written to see whether writing works.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("trials", sa.Column("content", sa.LargeBinary(), nullable=False))


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

"""How many segments have left today.

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lanes", sa.Column("segments", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("lanes", sa.Column("segments_on", sa.Text()))


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

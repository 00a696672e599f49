"""What is dropped where somebody writes before it leaves.

Revision: 0023, after 0022.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, name in (("timers", "of_handoff"), ("outbox", "unless_replied")):
        flag: sa.Column[bool] = sa.Column(
            name, sa.Boolean(), nullable=False, server_default=sa.false()
        )
        op.add_column(table, flag)


def downgrade() -> None:
    raise NotImplementedError("restore a back-up to go back")

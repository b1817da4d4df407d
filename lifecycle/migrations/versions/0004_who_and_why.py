"""Who gave and blocked a reader's card, who asked not to contact a client and why, and what a receiver hears of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NEW = (("access_card", "given_by"), ("access_card", "gone_by"), ("client", "no_contact_by"), ("client", "no_contact_why"))


def upgrade() -> None:
    """Columns that may be empty: of what was before, nobody knows."""
    for table, column in _NEW:
        op.add_column(table, sa.Column(column, sa.String(), nullable=True))
    op.add_column("out_hook", sa.Column("events", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Without them."""
    op.drop_column("out_hook", "events")
    for table, column in reversed(_NEW):
        op.drop_column(table, column)

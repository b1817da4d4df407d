"""A source knows when somebody was last refused at its address, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lifecycle.tables import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Columns that may be empty: nobody was refused that anybody knows of."""
    op.add_column("source", sa.Column("refused_at", Instant(), nullable=True))
    op.add_column("source", sa.Column("refused_why", sa.String(), nullable=True))


def downgrade() -> None:
    """Without them."""
    op.drop_column("source", "refused_why")
    op.drop_column("source", "refused_at")

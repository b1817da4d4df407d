"""A standing knows the day on which a recorded fact of a later day begins to count."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One more day, which nearly nobody has."""
    op.add_column("standing", sa.Column("next_fact_on", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Without it such a fact counts with the next one."""
    op.drop_column("standing", "next_fact_on")

"""A client's folders lie together, and are found by the client without looking through everybody's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None



def upgrade() -> None:
    """Rows of folders by client; lists answered by their index alone; standings numbered by the client itself."""
    op.drop_index("client_folder_by_name", table_name="client_folder")
    op.drop_index("client_folder_by_day", table_name="client_folder")
    op.rename_table("client_folder", "client_folder_before")
    op.create_table(
        "client_folder",
        sa.Column("client_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("folder", sa.SmallInteger(), nullable=False),
        *_others(),
        sa.PrimaryKeyConstraint("client_id", "folder"),
        sqlite_with_rowid=False,
    )
    _fill(
        "INSERT INTO client_folder (client_id, folder, branch_id, entered_on, sort_on)"
        " SELECT client_id, folder, branch_id, entered_on, sort_on FROM client_folder_before"
        " ORDER BY client_id, folder"
    )
    op.create_index(
        "client_folder_by_day",
        "client_folder",
        ["folder", "branch_id", "sort_on", "client_id", "entered_on"],
        unique=False,
    )
    _number_standings(sa.Integer())


def downgrade() -> None:
    """Back to rows by folder."""
    _number_standings(sa.BigInteger())
    op.drop_index("client_folder_by_day", table_name="client_folder")
    op.rename_table("client_folder", "client_folder_before")
    op.create_table(
        "client_folder",
        sa.Column("folder", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *_others(),
        sa.Column("name_norm", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("folder", "client_id"),
    )
    _fill(
        "INSERT INTO client_folder (folder, client_id, branch_id, entered_on, sort_on, name_norm)"
        " SELECT f.folder, f.client_id, f.branch_id, f.entered_on, f.sort_on, c.name_norm"
        " FROM client_folder_before f JOIN client c ON c.id = f.client_id ORDER BY f.folder, f.client_id"
    )
    op.create_index(
        "client_folder_by_day", "client_folder", ["folder", "branch_id", "sort_on", "client_id"], unique=False
    )
    op.create_index(
        "client_folder_by_name", "client_folder", ["folder", "branch_id", "name_norm", "client_id"], unique=False
    )


def _others() -> tuple[sa.Column[int], ...]:
    return tuple(sa.Column(name, sa.Integer(), nullable=False) for name in ("branch_id", "entered_on", "sort_on"))


def _fill(rows: str) -> None:
    op.execute(rows)
    op.drop_table("client_folder_before")


def _number_standings(kind: sa.types.TypeEngine[int]) -> None:
    """SQLite finds a row by an INTEGER key without an index; PostgreSQL has nothing to gain."""
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("standing", recreate="always") as batch:
            batch.alter_column("client_id", type_=kind, existing_type=sa.BigInteger(), existing_nullable=False)

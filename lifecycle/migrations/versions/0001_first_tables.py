"""The tables of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lifecycle.store import search
from lifecycle.tables import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, the search index, and the club's one branch."""
    op.create_table(
        "attempt",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attempt_of_account", "attempt", ["account", "at"], unique=False)
    op.create_index("attempt_of_address", "attempt", ["address", "at"], unique=False)
    op.create_table(
        "audit",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=True),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_audit_client_id"), "audit", ["client_id"], unique=False)
    op.create_table(
        "branch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "change",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("client_id", sa.BigInteger(), nullable=True),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("fact_id", sa.BigInteger(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("change_of_client", "change", ["client_id", "id"], unique=False)
    op.create_index("change_of_day", "change", ["day", "what"], unique=False)
    op.create_table(
        "client_folder",
        sa.Column("folder", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("entered_on", sa.Integer(), nullable=False),
        sa.Column("sort_on", sa.Integer(), nullable=False),
        sa.Column("name_norm", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("folder", "client_id"),
    )
    op.create_index(
        "client_folder_by_day", "client_folder", ["folder", "branch_id", "sort_on", "client_id"], unique=False
    )
    op.create_index(
        "client_folder_by_name",
        "client_folder",
        ["folder", "branch_id", "name_norm", "client_id"],
        unique=False,
    )
    op.create_table(
        "counter",
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("branch_id", "what"),
    )
    op.create_table(
        "flow",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("folder", sa.Integer(), nullable=False),
        sa.Column("entered", sa.Integer(), nullable=False),
        sa.Column("departed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "branch_id", "folder"),
    )
    op.create_table(
        "importrun",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_importrun_digest"), "importrun", ["digest"], unique=False)
    op.create_table(
        "leader",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fencing", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("beat_at", Instant(), nullable=False),
        sa.CheckConstraint("id = 1", name="one_leader"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "phone",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("e164", sa.String(), nullable=True),
        sa.Column("extension", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_phone_client_id"), "phone", ["client_id"], unique=False)
    op.create_index(op.f("ix_phone_e164"), "phone", ["e164"], unique=False)
    op.create_table(
        "setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "setup_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "standing",
        sa.Column("client_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("placed_on", sa.Integer(), nullable=False),
        sa.Column("mask", sa.SmallInteger(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("stage", sa.SmallInteger(), nullable=False),
        sa.Column("relation", sa.SmallInteger(), nullable=False),
        sa.Column("warmth", sa.SmallInteger(), nullable=False),
        sa.Column("sale", sa.SmallInteger(), nullable=False),
        sa.Column("next_change_on", sa.Integer(), nullable=True),
        sa.Column("next_change_at", Instant(), nullable=True),
        sa.Column("summary_covered_until", sa.Integer(), nullable=False),
        sa.Column("summary_engaged_on", sa.Integer(), nullable=False),
        sa.Column("summary_promoted_on", sa.Integer(), nullable=False),
        sa.Column("summary_moved_on", sa.Integer(), nullable=False),
        sa.Column("summary_stretch_on", sa.Integer(), nullable=False),
        sa.Column("summary_warmth_on", sa.Integer(), nullable=False),
        sa.Column("summary_returning", sa.Integer(), nullable=False),
        sa.Column("summary_bought", sa.Integer(), nullable=False),
        sa.Column("summary_been_guest", sa.Integer(), nullable=False),
        sa.Column("summary_refused", sa.Integer(), nullable=False),
        sa.Column("summary_archived", sa.Integer(), nullable=False),
        sa.Column("summary_stage", sa.Integer(), nullable=False),
        sa.Column("summary_mark", sa.Integer(), nullable=False),
        sa.Column("summary_progress", sa.Integer(), nullable=False),
        sa.Column("summary_warmth_set", sa.Integer(), nullable=False),
        sa.Column("summary_complained", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("client_id"),
    )
    op.create_index(op.f("ix_standing_next_change_at"), "standing", ["next_change_at"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key_hash"),
    )
    op.create_table(
        "client",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_norm", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("tax_id", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("birthday_on", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.ForeignKeyConstraint(["import_id"], ["importrun.id"]),
        sa.ForeignKeyConstraint(["responsible_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(op.f("ix_client_branch_id"), "client", ["branch_id"], unique=False)
    op.create_index(op.f("ix_client_import_id"), "client", ["import_id"], unique=False)
    op.create_index(op.f("ix_client_name_norm"), "client", ["name_norm"], unique=False)
    op.create_table(
        "draft",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff_id", "place"),
    )
    op.create_table(
        "fact",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("via", sa.String(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.ForeignKeyConstraint(["import_id"], ["importrun.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("fact_of_client", "fact", ["client_id", "at", "id"], unique=False)
    op.create_index(op.f("ix_fact_import_id"), "fact", ["import_id"], unique=False)
    op.create_table(
        "import_refusal",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["importrun.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_import_refusal_import_id"), "import_refusal", ["import_id"], unique=False)
    op.create_table(
        "policy_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Integer(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index(op.f("ix_sign_in_staff_id"), "sign_in", ["staff_id"], unique=False)
    op.create_table(
        "staff_branch",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"]),
        sa.PrimaryKeyConstraint("staff_id", "branch_id"),
    )
    for statement in search.CREATE[op.get_bind().dialect.name]:
        op.execute(statement)
    op.execute(
        "INSERT INTO branch (code, name, timezone, country) VALUES ('main', 'main', 'Europe/Moscow', 'RU')"
    )


def downgrade() -> None:
    """Back to an empty database."""
    op.execute("DROP TABLE client_search")
    op.drop_table("staff_branch")
    op.drop_index(op.f("ix_sign_in_staff_id"), table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_table("policy_version")
    op.drop_index(op.f("ix_import_refusal_import_id"), table_name="import_refusal")
    op.drop_table("import_refusal")
    op.drop_index(op.f("ix_fact_import_id"), table_name="fact")
    op.drop_index("fact_of_client", table_name="fact")
    op.drop_table("fact")
    op.drop_table("draft")
    op.drop_index(op.f("ix_client_name_norm"), table_name="client")
    op.drop_index(op.f("ix_client_import_id"), table_name="client")
    op.drop_index(op.f("ix_client_branch_id"), table_name="client")
    op.drop_table("client")
    op.drop_table("api_key")
    op.drop_index(op.f("ix_standing_next_change_at"), table_name="standing")
    op.drop_table("standing")
    op.drop_table("staff")
    op.drop_table("setup_link")
    op.drop_table("setting")
    op.drop_index(op.f("ix_phone_e164"), table_name="phone")
    op.drop_index(op.f("ix_phone_client_id"), table_name="phone")
    op.drop_table("phone")
    op.drop_table("leader")
    op.drop_index(op.f("ix_importrun_digest"), table_name="importrun")
    op.drop_table("importrun")
    op.drop_table("flow")
    op.drop_table("counter")
    op.drop_index("client_folder_by_name", table_name="client_folder")
    op.drop_index("client_folder_by_day", table_name="client_folder")
    op.drop_table("client_folder")
    op.drop_index("change_of_day", table_name="change")
    op.drop_index("change_of_client", table_name="change")
    op.drop_table("change")
    op.drop_table("branch")
    op.drop_index(op.f("ix_audit_client_id"), table_name="audit")
    op.drop_table("audit")
    op.drop_index("attempt_of_address", table_name="attempt")
    op.drop_index("attempt_of_account", table_name="attempt")
    op.drop_table("attempt")

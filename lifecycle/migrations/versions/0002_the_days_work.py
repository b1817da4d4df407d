"""The day's work: cards, rules, playbooks; what comes in from outside and goes out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lifecycle.tables import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the board, of the intake and of what goes out."""
    op.create_index("audit_of_staff", "audit", ["staff_id", "deed", "at"], unique=False)
    op.create_table(
        "access_card",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("gone_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index(op.f("ix_access_card_client_id"), "access_card", ["client_id"], unique=False)
    op.create_table(
        "agenda",
        sa.Column("client_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("client_id"),
    )
    op.create_index(op.f("ix_agenda_next_at"), "agenda", ["next_at"], unique=False)
    # Whoever is known already is looked at once, quietly, as of whenever it comes to it.
    op.execute("INSERT INTO agenda (client_id, seen_at, next_at) SELECT id, 0, 0 FROM client")
    op.create_table(
        "card_event",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("card_id", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("card_event_of_card", "card_event", ["card_id", "id"], unique=False)
    op.create_index("card_event_of_client", "card_event", ["client_id", "id"], unique=False)
    op.create_table(
        "card_order",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "counted_card",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("counted_card_of_client", "counted_card", ["client_id"], unique=False)
    op.create_index("counted_card_of_rule", "counted_card", ["rule", "order_id"], unique=False)
    op.create_index(
        "counted_card_ordered",
        "counted_card",
        ["order_id", "client_id"],
        unique=False,
        sqlite_where=sa.text("order_id IS NOT NULL"),
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.create_table(
        "choice",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "code"),
    )
    op.create_table(
        "consent",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("consent_of_client", "consent", ["client_id", "id"], unique=False)
    op.create_table(
        "payment_means",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.String(), nullable=True),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("last4", sa.String(), nullable=False),
        sa.Column("expires", sa.String(), nullable=False),
        sa.Column("recurring", sa.Boolean(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("gone_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("payment_means_of_client", "payment_means", ["client_id"], unique=False)
    op.create_table(
        "contract",
        sa.Column("client_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("open_amount", sa.BigInteger(), nullable=False),
        sa.Column("debt", sa.BigInteger(), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["branch_id"], ["branch.id"]),
        sa.PrimaryKeyConstraint("client_id", "name"),
    )
    op.create_index("contract_of_name", "contract", ["name"], unique=False)
    op.create_index(op.f("ix_contract_next_at"), "contract", ["next_at"], unique=False)
    op.create_index(
        "contract_open",
        "contract",
        ["branch_id", "client_id"],
        unique=False,
        sqlite_where=sa.text("open_amount > 0"),
        postgresql_where=sa.text("open_amount > 0"),
    )
    op.create_table(
        "playbook",
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("goal", sa.String(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("relation"),
    )
    op.create_table(
        "product",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("visits", sa.Integer(), nullable=True),
        sa.Column("billing", sa.String(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("free_because", sa.String(), nullable=False),
        sa.Column("sold_to", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "rule_setting",
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("who", sa.String(), nullable=True),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("rule"),
    )
    op.create_table(
        "card",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("episode", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fact_id", sa.BigInteger(), nullable=True),
        sa.Column("cause", sa.JSON(), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("step", sa.String(), nullable=True),
        sa.Column("due_on", sa.Integer(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("ends_at", Instant(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("placed", sa.SmallInteger(), nullable=False),
        sa.Column("responsible_id", sa.Integer(), nullable=True),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("last_words", sa.String(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("gone_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("shown_at", Instant(), nullable=True),
        sa.Column("handed_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("closed_staff_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["responsible_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(
        "card_ending",
        "card",
        ["ends_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("card_of_client", "card", ["client_id", "id"], unique=False)
    op.create_index("card_of_rule", "card", ["rule", "created_at"], unique=False)
    op.create_index(
        "card_open",
        "card",
        ["branch_id", "placed", "due_on", "ends_at", "priority", "id", "status", "responsible_id", "rule"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "card_of_staff",
        "card",
        ["responsible_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "out_hook",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("previous_secret", sa.String(), nullable=True),
        sa.Column("previous_until", Instant(), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("heard_at", Instant(), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "delivery",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("envelope", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("error", sa.JSON(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source_id", "delivery", name="delivery_once"),
    )
    op.create_index("delivery_of_state", "delivery", ["state", "id"], unique=False)
    op.create_index(op.f("ix_delivery_client_id"), "delivery", ["client_id"], unique=False)
    op.create_table(
        "out_delivery",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("hook_id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.Column("excerpt", sa.String(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hook_id"],
            ["out_hook.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("hook_id", "change_id", name="out_delivery_once"),
    )
    op.create_index("out_delivery_waiting", "out_delivery", ["state", "next_at"], unique=False)
    op.create_table(
        "outside_name",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
        ),
        sa.PrimaryKeyConstraint("source_id", "name"),
    )
    op.create_table(
        "phone_call",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("outside", sa.String(), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("e164", sa.String(), nullable=True),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("extension", sa.String(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("began_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("fact_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["branch_id"],
            ["branch.id"],
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["source.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source_id", "outside", name="call_once"),
    )
    op.create_index("call_of_branch", "phone_call", ["branch_id", "began_at"], unique=False)
    op.create_index("call_of_client", "phone_call", ["client_id", "id"], unique=False)
    op.create_index(
        "call_open",
        "phone_call",
        ["branch_id", "began_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("client", sa.Column("no_contact_at", Instant(), nullable=True))


def downgrade() -> None:
    """Back to clients and folders alone."""
    op.drop_index("audit_of_staff", table_name="audit")
    op.drop_column("client", "no_contact_at")
    op.drop_index("call_open", table_name="phone_call")
    op.drop_index("call_of_client", table_name="phone_call")
    op.drop_index("call_of_branch", table_name="phone_call")
    op.drop_table("phone_call")
    op.drop_table("outside_name")
    op.drop_index("out_delivery_waiting", table_name="out_delivery")
    op.drop_table("out_delivery")
    op.drop_index(op.f("ix_delivery_client_id"), table_name="delivery")
    op.drop_index("delivery_of_state", table_name="delivery")
    op.drop_table("delivery")
    op.drop_table("source")
    op.drop_table("out_hook")
    op.drop_index("card_of_staff", table_name="card")
    op.drop_index("card_open", table_name="card")
    op.drop_index("card_of_rule", table_name="card")
    op.drop_index("card_of_client", table_name="card")
    op.drop_index("card_ending", table_name="card")
    op.drop_table("card")
    op.drop_table("rule_setting")
    op.drop_table("product")
    op.drop_table("playbook")
    op.drop_index("contract_open", table_name="contract")
    op.drop_index(op.f("ix_contract_next_at"), table_name="contract")
    op.drop_index("contract_of_name", table_name="contract")
    op.drop_table("contract")
    op.drop_index("payment_means_of_client", table_name="payment_means")
    op.drop_table("payment_means")
    op.drop_index("consent_of_client", table_name="consent")
    op.drop_table("consent")
    op.drop_table("choice")
    op.drop_index("counted_card_ordered", table_name="counted_card")
    op.drop_index("counted_card_of_rule", table_name="counted_card")
    op.drop_index("counted_card_of_client", table_name="counted_card")
    op.drop_table("counted_card")
    op.drop_table("card_order")
    op.drop_index("card_event_of_client", table_name="card_event")
    op.drop_index("card_event_of_card", table_name="card_event")
    op.drop_table("card_event")
    op.drop_index(op.f("ix_agenda_next_at"), table_name="agenda")
    op.drop_table("agenda")
    op.drop_index(op.f("ix_access_card_client_id"), table_name="access_card")
    op.drop_table("access_card")

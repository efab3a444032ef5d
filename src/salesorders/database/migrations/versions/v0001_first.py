"""The first schema. Its tables are written out: what ``tables`` says later must not change this step."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "salesorders_documents",
        sa.Column("tenant", BYTES, nullable=False),
        sa.Column("ref", BYTES, nullable=False),
        sa.Column("version", COUNT, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "ref"),
        sa.CheckConstraint("version >= 1", name="salesorders_documents_version"),
        sa.CheckConstraint("ref LIKE '%/%'", name="salesorders_documents_ref"),
        sa.CheckConstraint("body LIKE '{%}'", name="salesorders_documents_body"),
        sqlite_strict=True,
    )
    op.create_table(
        "salesorders_lookups",
        sa.Column("tenant", BYTES, nullable=False),
        sa.Column("kind", BYTES, nullable=False),
        sa.Column("name", BYTES, nullable=False),
        sa.Column("value", BYTES, nullable=False),
        sa.Column("ref", BYTES, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "kind", "name", "value", "ref"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    _commands()
    _outbox()


def _commands() -> None:
    op.create_table(
        "salesorders_commands",
        sa.Column("id", COUNT, primary_key=True, autoincrement=True),
        sa.Column("tenant", BYTES, nullable=False),
        sa.Column("key", BYTES, nullable=False),
        sa.Column("body", BYTES, nullable=False),
        sa.Column("at", BYTES, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("seq", COUNT),
        sa.Column("recorded_at", BYTES),
        sa.Column("before", BYTES),
        sa.Column("hash", BYTES),
        sa.UniqueConstraint("tenant", "key", name="salesorders_commands_key"),
        sa.UniqueConstraint("tenant", "seq", name="salesorders_commands_seq"),
        sa.CheckConstraint("length(body) = 64", name="salesorders_commands_body"),
        sa.CheckConstraint(
            "(seq IS NULL AND hash IS NULL) OR (seq >= 1 AND length(hash) = 64)",
            name="salesorders_commands_sealed",
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "salesorders_commands_unsealed",
        "salesorders_commands",
        ["tenant", "id"],
        sqlite_where=sa.text("seq IS NULL"),
        postgresql_where=sa.text("seq IS NULL"),
    )


def _outbox() -> None:
    op.create_table(
        "salesorders_outbox",
        sa.Column("id", COUNT, primary_key=True, autoincrement=True),
        sa.Column("tenant", BYTES, nullable=False),
        sa.Column("key", BYTES, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("gateway", BYTES, nullable=False),
        sa.Column("effect", sa.Text, nullable=False),
        sa.Column("leased_by", BYTES),
        sa.Column("leased_until", BYTES),
        sa.UniqueConstraint("tenant", "key", "number", name="salesorders_outbox_effect"),
        sa.CheckConstraint("number >= 0", name="salesorders_outbox_number"),
        sa.CheckConstraint("effect LIKE '{%}'", name="salesorders_outbox_body"),
        sqlite_strict=True,
    )
    op.create_index("salesorders_outbox_waiting", "salesorders_outbox", ["tenant", "gateway", "id"])

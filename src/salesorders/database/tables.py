"""Four tables: documents with their versions, the names they are found by, commands, the outbox.

Amounts lie inside canonical text only, so no driver ever turns one into a float. Text is compared
byte by byte on every database; on SQLite the tables are STRICT. Every key begins with the tenant.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = ["COMMANDS", "DOCUMENTS", "LOOKUPS", "METADATA", "OUTBOX"]

METADATA = MetaData()
# PostgreSQL would compare by the database's language; pages and locks want one order everywhere.
BYTES = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite counts by itself only in a column that is exactly INTEGER.
COUNTED = BigInteger().with_variant(Integer(), "sqlite")

DOCUMENTS = Table(
    "salesorders_documents",
    METADATA,
    Column("tenant", BYTES, nullable=False),
    Column("ref", BYTES, nullable=False),
    Column("version", BigInteger().with_variant(Integer(), "sqlite"), nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("tenant", "ref"),
    CheckConstraint("version >= 1", name="salesorders_documents_version"),
    CheckConstraint("ref LIKE '%/%'", name="salesorders_documents_ref"),
    CheckConstraint("body LIKE '{%}'", name="salesorders_documents_body"),
    sqlite_strict=True,
)

LOOKUPS = Table(
    "salesorders_lookups",
    METADATA,
    Column("tenant", BYTES, nullable=False),
    Column("kind", BYTES, nullable=False),
    Column("name", BYTES, nullable=False),
    Column("value", BYTES, nullable=False),
    Column("ref", BYTES, nullable=False),
    PrimaryKeyConstraint("tenant", "kind", "name", "value", "ref"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

COMMANDS = Table(
    "salesorders_commands",
    METADATA,
    # In order of arrival; the place in the chain is ``seq``, given at commit or when sealed.
    Column("id", COUNTED, primary_key=True, autoincrement=True),
    Column("tenant", BYTES, nullable=False),
    Column("key", BYTES, nullable=False),
    Column("body", BYTES, nullable=False),
    Column("at", BYTES, nullable=False),
    Column("text", Text, nullable=False),
    Column("seq", BigInteger().with_variant(Integer(), "sqlite")),
    Column("recorded_at", BYTES),
    Column("before", BYTES),
    Column("hash", BYTES),
    UniqueConstraint("tenant", "key", name="salesorders_commands_key"),
    UniqueConstraint("tenant", "seq", name="salesorders_commands_seq"),
    CheckConstraint("length(body) = 64", name="salesorders_commands_body"),
    CheckConstraint(
        "(seq IS NULL AND hash IS NULL) OR (seq >= 1 AND length(hash) = 64)",
        name="salesorders_commands_sealed",
    ),
    sqlite_strict=True,
)
Index(
    "salesorders_commands_unsealed",
    COMMANDS.c.tenant,
    COMMANDS.c.id,
    sqlite_where=COMMANDS.c.seq.is_(None),
    postgresql_where=COMMANDS.c.seq.is_(None),
)

OUTBOX = Table(
    "salesorders_outbox",
    METADATA,
    Column("id", COUNTED, primary_key=True, autoincrement=True),
    Column("tenant", BYTES, nullable=False),
    Column("key", BYTES, nullable=False),
    Column("number", Integer, nullable=False),
    Column("gateway", BYTES, nullable=False),
    Column("effect", Text, nullable=False),
    Column("leased_by", BYTES),
    Column("leased_until", BYTES),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("failing_since", BYTES),
    UniqueConstraint("tenant", "key", "number", name="salesorders_outbox_effect"),
    CheckConstraint("number >= 0", name="salesorders_outbox_number"),
    CheckConstraint("effect LIKE '{%}'", name="salesorders_outbox_body"),
    sqlite_strict=True,
)
Index("salesorders_outbox_waiting", OUTBOX.c.tenant, OUTBOX.c.gateway, OUTBOX.c.id)

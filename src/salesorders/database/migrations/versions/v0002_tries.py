"""Effects in the outbox count the tries that failed, and know since when."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BYTES = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add two columns; what waits begins to count now."""
    tries = sa.Column("tries", sa.Integer, nullable=False, server_default="0")
    op.add_column("salesorders_outbox", tries)
    op.add_column("salesorders_outbox", sa.Column("failing_since", BYTES))

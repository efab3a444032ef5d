"""Where Alembic finds the steps between two schemas."""

"""What every store works with: its values, and the chain of hashes that holds the commands together."""

from salesorders.storage.backup import backup_lines, read_backup, state_hash
from salesorders.storage.rows import FIRST_HASH, body_of, entry_text, follows, row_hash, sealed
from salesorders.storage.values import Asked, Entry, Pending, Put, Row, Snapshot, Stored, Versioned

__all__ = [
    "FIRST_HASH",
    "Asked",
    "Entry",
    "Pending",
    "Put",
    "Row",
    "Snapshot",
    "Stored",
    "Versioned",
    "backup_lines",
    "body_of",
    "entry_text",
    "follows",
    "read_backup",
    "row_hash",
    "sealed",
    "state_hash",
]

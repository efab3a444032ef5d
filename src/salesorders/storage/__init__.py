"""What stores work with: their values, the chain of hashes over the commands, guesses at what is wanted next."""

from salesorders.storage.ahead import Ahead
from salesorders.storage.backup import backup_lines, read_backup, state_hash
from salesorders.storage.crowds import Crowds
from salesorders.storage.rows import FIRST_HASH, body_of, entry_text, follows, row_hash, sealed
from salesorders.storage.values import Asked, Entry, Pending, Put, Row, Snapshot, Stored, Versioned

__all__ = [
    "FIRST_HASH",
    "Ahead",
    "Asked",
    "Crowds",
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

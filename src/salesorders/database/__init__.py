"""The store in a database, as far as blocking and async hosts share it. Needs the extra ``sql``.

``tables`` says what lies there and ``migrations`` how an older schema becomes the present one;
``statements`` is every sentence said to a database, ``units`` what the store does with them over one
connection, ``link`` how a sentence gets there, ``manner`` the transaction around a unit, ``address`` what a
URL asks for, ``visits`` who is there and nobody while a process forks, ``failures`` turns what drivers raise into our
errors.
"""

import cattrs  # noqa: F401 - texts are read with it: no child is to be forked while a thread is at its import

from salesorders.database.address import (
    Address,
    address_of,
    ask_the_idle,
    prepare_postgres,
    prepare_sqlite,
)
from salesorders.database.failures import translated
from salesorders.database.link import Borrowed, Driven, Heard, Link, Sent, Step, borrowed, is_heard
from salesorders.database.manner import HOSTED, Manner
from salesorders.database.migrate import is_current, migrate, require
from salesorders.database.statements import Statements
from salesorders.database.tables import COMMANDS, DOCUMENTS, LOOKUPS, METADATA, OUTBOX
from salesorders.database.units import Units
from salesorders.database.visits import Visits

__all__ = [
    "COMMANDS",
    "DOCUMENTS",
    "HOSTED",
    "LOOKUPS",
    "METADATA",
    "OUTBOX",
    "Address",
    "Borrowed",
    "Driven",
    "Heard",
    "Link",
    "Manner",
    "Sent",
    "Statements",
    "Step",
    "Units",
    "Visits",
    "address_of",
    "ask_the_idle",
    "borrowed",
    "is_current",
    "is_heard",
    "migrate",
    "prepare_postgres",
    "prepare_sqlite",
    "require",
    "translated",
]

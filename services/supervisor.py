"""Runs several processes of this program as one: starts, restarts, forwards logs, stops.

What all of them need is imported once, here, and each is forked from that: six processes
start in the time of one and share the memory of their code. For the fork to be safe the
supervisor has no threads, no event loop and no connections.

An arq worker ends when Redis goes away, and any process may crash; each is started again
after a pause that doubles up to a cap and is short again once it has run for a while.
"""

import gc
import os
import selectors
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0
STEADY_SECONDS = 30.0
STOP_SECONDS = 15.0
BLOCK = 1 << 16
COMM_LENGTH = 15  # Linux keeps no more
TOLD_TO_STOP = (signal.SIGTERM, signal.SIGINT)


def pause_after(failures: int) -> float:
    """Return the seconds to wait before the next start, after so many failures in a row."""
    return float(min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(failures, 16)))


@dataclass
class Child:
    """One process under a name: what it does, and how it is faring."""

    name: str
    body: Callable[[], object]
    pid: int | None = None
    began: float = 0.0
    due: float = 0.0
    failures: int = 0

    def ended(self, code: int, now: float) -> None:
        """Note that the process has ended, and when it starts again."""
        if now - self.began > STEADY_SECONDS:
            self.failures = 0
        pause = pause_after(self.failures)
        self.pid, self.due, self.failures = None, now + pause, self.failures + 1
        say(self.name, f"ended with {code}; starts again in {pause:g} s")

    def send(self, how: signal.Signals) -> None:
        """Send the process a signal, if it runs."""
        if self.pid is not None:
            os.kill(self.pid, how)


@dataclass
class Voice:
    """What one process says, line by line, however it arrives."""

    name: str
    source: int
    rest: bytes = b""

    def hear(self) -> bool:
        """Print the lines that have arrived; False when no more will come."""
        block = os.read(self.source, BLOCK)
        *lines, self.rest = (self.rest + block).split(b"\n")
        if len(self.rest) > BLOCK or not block:
            lines, self.rest = [*lines, self.rest], b""
        for line in filter(None, lines):
            say(self.name, line.decode(errors="replace"))
        return bool(block)


def say(name: str, line: str) -> None:
    """Print one line under the name of the process it is about."""
    sys.stdout.write(f"{name:<20} {line}\n")
    sys.stdout.flush()


class Supervisor:
    """Keeps its children running until SIGTERM or SIGINT."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._children = children
        self._selector = selectors.DefaultSelector()
        # Children read one end; only we hold the other, so its closing tells them we are gone.
        self._lifeline = os.pipe()
        self._alarm = os.pipe()
        self._deadline: float | None = None

    def run(self) -> None:
        """Start all children, and return when all have ended after a signal to stop."""
        self._listen_to_signals()
        gc.freeze()
        while self._deadline is None or any(child.pid for child in self._children):
            self._start_those_due()
            self._hear(self._patience())
            self._bury()
        while self._hear(0.0):
            continue

    def _hear(self, patience: float | None) -> bool:
        """Wait for a signal or for words of a child, and forward these; False when none came."""
        heard = self._selector.select(patience)
        for key, _ in heard:
            if not key.data():
                self._selector.unregister(key.fd)
                os.close(key.fd)
        return bool(heard)

    def _listen_to_signals(self) -> None:
        for end in self._alarm:
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._alarm[1], warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for how in TOLD_TO_STOP:
            signal.signal(how, lambda *_: self._stop())
        self._selector.register(
            self._alarm[0], selectors.EVENT_READ, lambda: bool(os.read(self._alarm[0], BLOCK))
        )

    def _stop(self) -> None:
        if self._deadline is None:
            self._deadline = time.monotonic() + STOP_SECONDS
            self._send(signal.SIGTERM)

    def _send(self, how: signal.Signals) -> None:
        for child in self._children:
            child.send(how)

    def _patience(self) -> float | None:
        """Return how long nothing needs doing, in seconds; None when a signal will tell."""
        now = time.monotonic()
        if self._deadline is not None:
            return max(0.0, self._deadline - now)
        pauses = [max(0.0, child.due - now) for child in self._children if child.pid is None]
        return min(pauses, default=None)

    def _start_those_due(self) -> None:
        now = time.monotonic()
        if self._deadline is not None and now >= self._deadline:
            self._send(signal.SIGKILL)
            self._deadline = now + STOP_SECONDS
        for child in self._children:
            if self._deadline is None and child.pid is None and child.due <= now:
                self._start(child, now)

    def _start(self, child: Child, now: float) -> None:
        # A signal in the midst of this would reach a child that is still the supervisor's twin.
        signal.pthread_sigmask(signal.SIG_BLOCK, TOLD_TO_STOP)
        if self._deadline is None:
            reading, writing = os.pipe()
            sys.stdout.flush()
            child.pid = os.fork()
            if child.pid == 0:
                self._become(child, writing)
            child.began = now
            os.close(writing)
            self._selector.register(reading, selectors.EVENT_READ, Voice(child.name, reading).hear)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD_TO_STOP)

    def _become(self, child: Child, output: int) -> NoReturn:
        """Be the child: in a session of its own, saying everything into one pipe."""
        signal.set_wakeup_fd(-1)
        os.setsid()  # Ctrl-C reaches the supervisor alone, which stops its children in order
        for how in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(how, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD_TO_STOP)
        os.dup2(output, 1)
        os.dup2(output, 2)
        show_name(child.name)
        for key in list(self._selector.get_map().values()):
            os.close(key.fd)
        self._selector.close()
        os.close(self._alarm[1])
        os.close(self._lifeline[1])
        end_with(self._lifeline[0])
        os._exit(outcome(child.body))

    def _bury(self) -> None:
        for child in self._children:
            if child.pid is None:
                continue
            pid, status = os.waitpid(child.pid, os.WNOHANG)
            if pid == 0:
                continue
            if self._deadline is None:
                child.ended(os.waitstatus_to_exitcode(status), time.monotonic())
            child.pid = None


def show_name(name: str) -> None:
    """Let `ps -o comm` and `top` tell the children apart, where the system can."""
    with suppress(OSError):
        Path("/proc/self/comm").write_text(name[:COMM_LENGTH])


def end_with(lifeline: int) -> None:
    """Ask this process to end, from a thread that waits, when a pipe's other end is closed."""

    def wait() -> None:
        os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def outcome(body: Callable[[], object]) -> int:
    """Run a body to its end and return the exit code it asks for; 1 when it failed."""
    code: object = 0
    try:
        body()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:  # noqa: BLE001 -- the last place where anything can be said about it
        traceback.print_exc()
        code = 1
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    return code if isinstance(code, int) else 1


def aside(body: Callable[[], object]) -> Callable[[], int]:
    """Begin a body in a forked process: what it opens ends with it.

    Call the result to wait for its end and learn its exit code.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os._exit(outcome(body))
    return lambda: os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def preload(modules: Iterable[str]) -> None:
    """Import what the children will need; what cannot be imported fails in its own child."""
    # Threads of a number library would make forking unsafe; nothing here multiplies matrices.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.disable()  # what is imported stays: looking for garbage in it again and again is in vain
    for name in modules:
        with suppress(Exception):
            __import__(name)
    gc.enable()

"""Runs several processes of this program as one: starts, restarts, forwards logs, stops.

An arq worker ends when Redis goes away, and any process may crash; each is started again
after a pause that doubles up to a cap and shrinks back once it has run for a while.
"""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 15.0
STEADY_SECONDS = 30.0
STOP_SECONDS = 15.0
LONGEST_LINE = 1 << 20
SUPERVISED = "WUXING_SUPERVISED"


def pause_after(failures: int) -> float:
    """Return the seconds to wait before the next start, after so many failures in a row."""
    return float(min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(failures, 16)))


@dataclass
class Supervised:
    """One child process under a name, kept running until told to stop."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    _process: asyncio.subprocess.Process | None = None

    async def keep_running(self, stopping: asyncio.Event) -> None:
        """Start the process again whenever it ends, until `stopping` is set."""
        failures = 0
        clock = asyncio.get_running_loop()
        while not stopping.is_set():
            began = clock.time()
            code = await self._run_once(stopping)
            if stopping.is_set():
                return
            failures = 0 if clock.time() - began > STEADY_SECONDS else failures
            pause = pause_after(failures)
            failures += 1
            say(self.name, f"ended with {code}; starts again in {pause:g} s")
            await wait_for(stopping, pause)

    async def _run_once(self, stopping: asyncio.Event) -> int:
        self._process = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=asyncio.subprocess.PIPE,  # its end tells the child that we are gone
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, **self.environment, SUPERVISED: "1"},
            limit=LONGEST_LINE,
            start_new_session=True,  # Ctrl-C reaches us alone, and we stop them in order
        )
        stopper = asyncio.create_task(self._stop_when(stopping, self._process))
        try:
            await forward(self.name, self._process)
            return await self._process.wait()
        finally:
            stopper.cancel()

    async def _stop_when(
        self, stopping: asyncio.Event, process: asyncio.subprocess.Process
    ) -> None:
        await stopping.wait()
        send(process, signal.SIGTERM)
        await asyncio.sleep(STOP_SECONDS)
        send(process, signal.SIGKILL)


def send(process: asyncio.subprocess.Process, how: signal.Signals) -> None:
    """Send a signal unless the process has ended already."""
    if process.returncode is None:
        process.send_signal(how)


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Wait until the event, at most so long."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


async def forward(name: str, process: asyncio.subprocess.Process) -> None:
    """Print what the process says, each line under its name, until it says no more."""
    stream = process.stdout
    while stream is not None:
        try:
            line = await stream.readline()
        except ValueError:  # longer than any line worth reading; its rest follows
            continue
        if not line:
            return
        say(name, line.decode(errors="replace").rstrip())


def say(name: str, line: str) -> None:
    """Print one line under the name of the process it is about."""
    sys.stdout.write(f"{name:<20} {line}\n")
    sys.stdout.flush()


def end_with_parent(stop: Callable[[], object]) -> None:
    """Call `stop`, from a thread of its own, when a supervising parent has gone; see stdin."""
    if os.environ.get(SUPERVISED) != "1":
        return

    def watch() -> None:
        while sys.stdin.buffer.read(1):
            continue
        stop()

    threading.Thread(target=watch, daemon=True).start()


async def supervise(children: Sequence[Supervised]) -> None:
    """Run all children until SIGTERM or SIGINT; return when all have ended."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for how in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(how, stopping.set)
    end_with_parent(lambda: loop.call_soon_threadsafe(stopping.set))
    await asyncio.gather(*(child.keep_running(stopping) for child in children))

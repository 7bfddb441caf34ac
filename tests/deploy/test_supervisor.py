"""The supervisor: what ends starts again, everything ends in order, nobody stays behind."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.processes import wait_until
from services import supervisor
from services.supervisor import LONGEST_PAUSE_SECONDS, Supervised, pause_after

ROOT = Path(__file__).parents[2]


def test_pauses_double_up_to_a_cap() -> None:
    pauses = [pause_after(failures) for failures in range(10)]
    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0]
    assert pauses == sorted(pauses)
    assert pause_after(10_000) == LONGEST_PAUSE_SECONDS


def test_what_ends_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_SECONDS", 0.01)
    starts = tmp_path / "starts"
    child = Supervised("mortal", ["/bin/sh", "-c", f"echo again | tee -a {starts}; exit 3"])

    async def until_three() -> None:
        stopping = asyncio.Event()
        running = asyncio.create_task(child.keep_running(stopping))
        async with asyncio.timeout(10):
            while not starts.exists() or len(starts.read_text().splitlines()) < 3:
                await asyncio.sleep(0.01)
        stopping.set()
        await running

    asyncio.run(until_three())
    said = capsys.readouterr().out
    assert said.count("mortal               again") >= 3
    assert "ended with 3; starts again in 0.01 s" in said


def test_one_that_will_not_stop_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.1)
    program = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True)"
    child = Supervised("stubborn", [sys.executable, "-c", f"{program}; time.sleep(60)"])

    async def stop_soon() -> int | None:
        stopping = asyncio.Event()
        running = asyncio.create_task(child.keep_running(stopping))
        await asyncio.sleep(0.5)
        stopping.set()
        async with asyncio.timeout(10):
            await running
        return child._process.returncode if child._process else None

    assert asyncio.run(stop_soon()) == -signal.SIGKILL


def test_a_line_without_end_does_not_stop_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervisor, "LONGEST_LINE", 1000)
    program = "print('x' * 50_000); print('and on')"
    child = Supervised("talker", [sys.executable, "-c", program])

    async def once() -> int:
        return await child._run_once(asyncio.Event())

    assert asyncio.run(once()) == 0
    assert "and on" in capsys.readouterr().out


PARENT = """
import asyncio, sys
from services.supervisor import Supervised, supervise
children = [Supervised(name, [sys.executable, "-c", CHILD]) for name in ("one", "two")]
asyncio.run(supervise(children))
"""
CHILD = """
import os, signal, time
from services.supervisor import end_with_parent
end_with_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
print("pid", os.getpid(), flush=True)
time.sleep(60)
"""


def start_parent() -> tuple[subprocess.Popen[str], list[int]]:
    program = f"CHILD = {CHILD!r}\n{PARENT}"
    parent = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert parent.stdout is not None
    children = [int(parent.stdout.readline().split()[-1]) for _ in range(2)]
    return parent, children


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


@pytest.mark.faults
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_all_end_when_told(how: signal.Signals) -> None:
    parent, children = start_parent()
    parent.send_signal(how)
    parent.communicate(timeout=10)
    assert parent.returncode == 0
    assert all(gone(pid) for pid in children)


@pytest.mark.faults
def test_none_outlives_a_killed_parent() -> None:
    parent, children = start_parent()
    parent.kill()
    parent.communicate(timeout=10)
    assert wait_until(lambda: all(gone(pid) for pid in children), 10)


def test_nobody_watches_the_input_of_an_unsupervised_process() -> None:
    assert os.environ.get(supervisor.SUPERVISED) is None
    supervisor.end_with_parent(lambda: pytest.fail("nobody has gone"))

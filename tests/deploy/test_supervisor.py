"""The supervisor: what ends starts again, everything ends in order, nobody stays behind.

It forks, so each test runs one in a process of its own.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.processes import wait_until
from services.supervisor import LONGEST_PAUSE_SECONDS, Child, Voice, outcome, pause_after

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os, signal, sys, time
from services import supervisor
from services.supervisor import Child, Supervisor
{bodies}
Supervisor([Child(name, body) for name, body in children.items()]).run()
"""
SLEEPERS = """
def sleep():
    print("pid", os.getpid(), flush=True)
    time.sleep(60)
children = {"one": sleep, "two": sleep}
"""


@contextmanager
def running(bodies: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(bodies=bodies)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def lines(process: subprocess.Popen[str], count: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().rstrip() for _ in range(count)]


def pids(process: subprocess.Popen[str]) -> list[int]:
    return [int(line.split()[-1]) for line in lines(process, 2)]


def gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def test_pauses_double_up_to_a_cap() -> None:
    pauses = [pause_after(failures) for failures in range(10)]
    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0]
    assert pauses == sorted(pauses)
    assert pause_after(10_000) == LONGEST_PAUSE_SECONDS


def test_a_steady_process_starts_again_soon(capsys: pytest.CaptureFixture[str]) -> None:
    child = Child("worker", lambda: None, pid=1, began=0.0, failures=9)
    child.ended(1, now=1.0)
    assert child.due == 1.0 + LONGEST_PAUSE_SECONDS
    child.began = 100.0
    child.ended(1, now=200.0)
    assert child.due == 200.5
    assert "starts again in 0.5 s" in capsys.readouterr().out


def test_lines_are_whole_however_they_arrive(capsys: pytest.CaptureFixture[str]) -> None:
    reading, writing = os.pipe()
    voice = Voice("api", reading)
    os.write(writing, "第一行\n第二".encode()[:-2])
    assert voice.hear()
    os.write(writing, "第二".encode()[-2:] + "行\n末尾".encode())
    assert voice.hear()
    os.close(writing)
    assert not voice.hear()
    os.close(reading)
    said = [line.split()[-1] for line in capsys.readouterr().out.splitlines()]
    assert said == ["第一行", "第二行", "末尾"]


def test_a_line_without_end_is_passed_on_in_parts(capsys: pytest.CaptureFixture[str]) -> None:
    reading, writing = os.pipe()
    voice = Voice("api", reading)
    for _ in range(3):
        os.write(writing, b"x" * 40_000)
        voice.hear()
    assert len(voice.rest) < 80_000
    assert capsys.readouterr().out.count("x") == 80_000
    os.close(writing)
    os.close(reading)


@pytest.mark.parametrize(("asked", "code"), [(0, 0), (3, 3), (None, 0), ("a sentence", 1)])
def test_the_exit_code_is_what_was_asked_for(asked: object, code: int) -> None:
    assert outcome(lambda: sys.exit(asked)) == code  # type: ignore[arg-type]  # any exit value


def test_a_failure_is_told_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert outcome(lambda: 1 // 0) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.faults
def test_what_ends_starts_again() -> None:
    bodies = """
supervisor.FIRST_PAUSE_SECONDS = 0.01
def mortal():
    print("again", flush=True)
    sys.exit(3)
children = {"mortal": mortal}
"""
    with running(bodies) as process:
        said = lines(process, 6)
    assert said.count("mortal               again") == 3
    assert said[1] == "mortal               ended with 3; starts again in 0.01 s"
    assert said[3].endswith("in 0.02 s")


@pytest.mark.faults
def test_one_that_fails_does_not_stop_the_others() -> None:
    bodies = """
def broken():
    raise RuntimeError("not today")
def well():
    while True:
        print("fine", flush=True)
        time.sleep(0.05)
children = {"broken": broken, "well": well}
"""
    with running(bodies) as process:
        assert process.stdout is not None
        # In this order: a line of the one after a line of the other's failure.
        for awaited in ("not today", "fine"):
            while awaited not in (line := process.stdout.readline()):
                assert line, f"ended without a word of {awaited}"


@pytest.mark.faults
def test_one_that_will_not_stop_is_killed() -> None:
    bodies = """
supervisor.STOP_SECONDS = 0.2
def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("pid", os.getpid(), flush=True)
    time.sleep(60)
children = {"one": stubborn, "two": stubborn}
"""
    with running(bodies) as process:
        children = pids(process)
        process.terminate()
        assert process.wait(10) == 0
    assert all(gone(pid) for pid in children)


@pytest.mark.faults
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_all_end_when_told_and_say_their_last(how: signal.Signals) -> None:
    bodies = """
def polite():
    def bow(*_):
        print("good", "bye", flush=True)
        os._exit(0)
    signal.signal(signal.SIGTERM, bow)
    print("pid", os.getpid(), flush=True)
    time.sleep(60)
children = {"one": polite, "two": polite}
"""
    with running(bodies) as process:
        children = pids(process)
        process.send_signal(how)
        rest, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert rest.count("good bye") == 2
    assert all(gone(pid) for pid in children)


@pytest.mark.faults
def test_none_outlives_a_killed_supervisor() -> None:
    with running(SLEEPERS) as process:
        children = pids(process)
        process.kill()
        assert wait_until(lambda: all(gone(pid) for pid in children), 10)


@pytest.mark.faults
def test_a_killed_child_comes_back_as_another() -> None:
    with running(SLEEPERS) as process:
        first, _ = pids(process)
        os.kill(first, signal.SIGKILL)
        told, again = lines(process, 2)
    assert "ended with -9" in told
    assert int(again.split()[-1]) != first

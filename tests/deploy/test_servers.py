"""The private servers: real, durable, theirs alone, gone with their launcher."""

import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
import redis

from deploy.local.processes import Guarded, Place, ServerError, nobody, public_folder, wait_until
from deploy.local.servers import (
    GivenPostgres,
    GivenRedis,
    Postgres,
    Redis,
    open_postgres,
    open_redis,
)

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


async def value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_a_database_is_copied_from_its_template(postgres: GivenPostgres) -> None:
    first = await postgres.create_database("origin")
    await value(first, "CREATE TABLE star AS SELECT 5 AS level")
    copy = await postgres.create_database("copy", template="origin")
    assert await value(copy, "SELECT level FROM star") == 5
    await postgres.drop_database("copy")
    await postgres.drop_database("origin")


async def test_an_existing_database_is_found_again(postgres: GivenPostgres) -> None:
    url = await postgres.ensure_database("kept")
    assert await postgres.ensure_database("kept") == url
    await postgres.drop_database("kept")


async def test_the_server_speaks_chinese(postgres: GivenPostgres) -> None:
    assert await value(postgres.url("postgres"), "SELECT length('获嘉县')") == 3


@pytest.mark.faults
async def test_committed_rows_survive_a_power_cut(own_postgres: Postgres) -> None:
    url = await own_postgres.create_database("county")
    await value(url, "CREATE TABLE star AS SELECT 5 AS level")
    own_postgres.kill()
    own_postgres.start()
    assert await value(url, "SELECT level FROM star") == 5


@pytest.mark.faults
async def test_a_restart_keeps_the_address(own_postgres: Postgres) -> None:
    before = own_postgres.url("postgres")
    own_postgres.restart()
    assert await value(before, "SELECT 1") == 1


@pytest.mark.faults
def test_redis_keeps_what_it_was_told(own_redis: Redis) -> None:
    with redis.Redis.from_url(own_redis.url) as client:
        client.set("star", 5)
    own_redis.stop()
    assert not own_redis.answers()
    own_redis.start()
    with redis.Redis.from_url(own_redis.url) as client:
        assert client.get("star") == b"5"
        own_redis.flush()
        assert client.get("star") is None


@pytest.mark.faults
def test_redis_asks_for_the_password(own_redis: Redis) -> None:
    open_door = own_redis.url.split(":")[0] + "://" + own_redis.url.split("@")[1]
    assert own_redis.answers()
    assert not GivenRedis(open_door).answers()


@pytest.mark.faults
def test_one_launcher_a_directory(own_redis: Redis) -> None:
    with pytest.raises(ServerError, match="in use"):
        Redis(own_redis._directory).start()
    assert own_redis.answers()


@pytest.mark.faults
def test_a_server_that_cannot_start_says_why(server_directory: Path) -> None:
    directory = server_directory / "broken"
    with Postgres(directory):
        pass
    (directory / "data" / "postgresql.conf").write_text("no_such_setting = on\n")
    broken = Postgres(directory)
    broken._port = 1
    with pytest.raises(ServerError, match="no_such_setting"):
        broken.start()


@pytest.mark.faults
def test_an_interrupted_creation_is_begun_again(server_directory: Path) -> None:
    directory = server_directory / "interrupted"
    (directory / "data" / "base").mkdir(parents=True)
    with Postgres(directory) as server:
        assert server.url("x").endswith("/x")


def launch(directory: Path, *, first: str = "", last: str) -> subprocess.CompletedProcess[str]:
    program = f"""
import encodings.idna, os, signal
from pathlib import Path
from deploy.local.servers import Postgres, Redis
{first}
directory = Path({str(directory)!r})
postgres, redis = Postgres(directory / "p"), Redis(directory / "r")
postgres.start()
redis.start()
print(postgres._server.pid, redis._server.pid, flush=True)
{last}
"""
    return subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, cwd=ROOT
    )


@pytest.mark.faults
def test_servers_end_with_a_launcher_that_is_killed(server_directory: Path) -> None:
    directory = server_directory / "killed"
    ended = launch(directory, last="os.kill(os.getpid(), signal.SIGKILL)")
    pids = [int(pid) for pid in ended.stdout.split()]
    assert len(pids) == 2, ended.stderr
    assert wait_until(lambda: not any(alive(pid) for pid in pids), 10)
    with Postgres(directory / "p"), Redis(directory / "r") as again:
        assert again.answers()


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@as_root
@pytest.mark.faults
def test_somebody_without_rights_starts_them_too(server_directory: Path) -> None:
    directory = server_directory / "unprivileged"
    directory.mkdir()
    entry = pwd.getpwnam("nobody")
    os.chown(directory, entry.pw_uid, entry.pw_gid)
    drop = f"os.setgroups([]); os.setgid({entry.pw_gid}); os.setuid({entry.pw_uid})"
    ended = launch(directory, first=drop, last="postgres.stop(); redis.stop()")
    assert ended.returncode == 0, ended.stderr


@as_root
@pytest.mark.faults
def test_root_is_served_behind_closed_folders(server_directory: Path) -> None:
    closed = server_directory / "closed"
    closed.mkdir(mode=0o700)
    with Postgres(closed / "here") as server:
        assert server.url("x").endswith("/x")


@as_root
def test_without_namespaces_what_nobody_reaches_moves(
    server_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.processes.PUBLIC", server_directory)
    monkeypatch.setattr("deploy.local.processes.renamed_root", nobody)
    package = tmp_path / "pack"
    (package / "version" / "bin").mkdir(parents=True)
    (tmp_path / "pack.libs").mkdir()
    (tmp_path / "pack.libs" / "lib.so").touch()
    program = package / "version" / "bin" / "serve"
    program.write_text("#!/bin/sh\ntrue\n")
    program.chmod(0o755)
    tmp_path.chmod(0o700)
    place = Place.find(tmp_path, package / "version", "bin/serve")
    assert place.directory == public_folder(tmp_path)
    assert place.account.can_run([place.programs / "bin" / "serve"])
    assert (place.programs.parents[1] / "pack.libs" / "lib.so").exists()


def test_a_given_address_is_used_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WUXING_DATABASE_URL", "postgresql://me:secret@db:5432/any?ssl=require")
    monkeypatch.setenv("WUXING_REDIS_URL", "redis://cache:6379/3")
    with open_postgres(tmp_path) as given, open_redis(tmp_path) as cache:
        assert (
            given.url("registry") == "postgresql+asyncpg://me:secret@db:5432/registry?ssl=require"
        )
        assert cache.url == "redis://cache:6379/3"


def test_a_process_that_ignores_its_end_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.processes.STOP_SECONDS", 0.2)
    stubborn = Guarded(["/bin/sh", "-c", "trap '' TERM; sleep 60 & wait; wait"], tmp_path / "log")
    stubborn.start()
    stubborn.end(signal.SIGTERM)
    assert not stubborn.running

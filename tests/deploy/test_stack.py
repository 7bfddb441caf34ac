"""The whole stack on one machine: up from nothing, through a lost Redis, and down again."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.processes import free_port, wait_until
from deploy.local.servers import Postgres, Redis, ServerError
from deploy.local.stack import PORTS, Stack, refuse_taken_port

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def stack(server_directory: Path) -> Iterator[Stack]:
    with pytest.MonkeyPatch.context() as patch:
        for service in PORTS:
            patch.setenv(f"WUXING_{service.upper()}_PORT", str(free_port()))
        with Stack(server_directory / "stack") as running:
            yield running


def well(stack: Stack) -> bool:
    try:
        stack.command("health", "--target", "all")
    except ServerError:
        return False
    return True


def test_every_api_answers_and_every_worker_lives(stack: Stack) -> None:
    assert stack.answers()
    assert wait_until(lambda: well(stack), 20)


def test_the_address_of_each_api_is_known(stack: Stack) -> None:
    for service, url in stack.urls.items():
        document = httpx.get(f"{url}/openapi.json", trust_env=False).json()
        assert service in document["info"]["title"]


def test_workers_come_back_after_redis_does(stack: Stack) -> None:
    if not isinstance(stack.redis, Redis):
        pytest.skip("the given Redis is not ours to kill")
    stack.redis.kill()
    assert wait_until(lambda: "starts again" in stack.log.read_text(), 30)
    assert stack.answers(), "an API needs no Redis to answer"
    stack.redis.start()
    assert wait_until(lambda: well(stack), 40)


def test_the_apis_outlive_a_restart_of_postgres(stack: Stack) -> None:
    if not isinstance(stack.postgres, Postgres):
        pytest.skip("the given PostgreSQL is not ours to restart")
    stack.postgres.restart()
    jwks = f"{stack.urls['registry']}/v1/jwks.json"
    assert wait_until(lambda: httpx.get(jwks, trust_env=False).is_success, 20)
    assert wait_until(lambda: well(stack), 40)


def test_nothing_secret_is_logged(stack: Stack) -> None:
    log = stack.log.read_text()
    secrets = [value for name, value in stack.environment.items() if name.endswith("_SECRET")]
    passwords = re.findall(r":([^:@/]{16,})@", " ".join(stack.environment.values()))
    assert secrets
    assert not [each for each in (*secrets, *passwords) if each in log]


def test_a_second_start_finds_what_was_there(stack: Stack) -> None:
    keys = sorted((stack.folder / "keys").iterdir())
    stack.stop()
    assert not stack.answers()
    stack.start()
    assert stack.answers()
    assert sorted((stack.folder / "keys").iterdir()) == keys


def test_a_taken_port_is_refused_by_name(stack: Stack) -> None:
    with pytest.raises(ServerError, match="WUXING_SCORING_PORT"):
        refuse_taken_port("scoring", stack.urls["scoring"])


def test_everything_ends_when_told(stack: Stack) -> None:
    assert stack._services is not None
    supervisor = stack._services.pid
    assert supervisor is not None
    stack._services.end(signal.SIGTERM)
    assert not stack.answers()
    with pytest.raises(ProcessLookupError):
        os.kill(supervisor, 0)

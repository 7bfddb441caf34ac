"""All of it on one machine: private servers, migrated databases, every API and worker.

    with Stack(Path(".local/up")) as stack:
        stack.urls["registry"]      # http://127.0.0.1:8801

Any WUXING_… variable of the environment wins over what is chosen here.
"""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

import httpx

from deploy.local.processes import Guarded, private_password, wait_until
from deploy.local.servers import GivenPostgres, GivenRedis, ServerError, open_postgres, open_redis

ROOT = Path(__file__).parents[2]
PORTS = {"registry": 8801, "scoring": 8802, "notifications": 8803}
CALLERS = ("scoring", "notifications")
READY_SECONDS = 60.0


def chosen_settings(folder: Path, postgres: GivenPostgres, redis: GivenRedis) -> dict[str, str]:
    """Return the settings of every service for servers and data below one folder."""
    chosen: dict[str, str] = {}
    for service, port in PORTS.items():
        chosen |= prefixed(
            service,
            environment="demo",
            movable_clock="true",
            port=str(port),
            database_url=postgres.url(f"wuxing_{service}"),
            redis_url=redis.url,
        )
    registry = os.environ.get("WUXING_REGISTRY_PORT", str(PORTS["registry"]))
    secrets = {service: private_password(folder / "clients" / service) for service in CALLERS}
    for service, secret in secrets.items():
        chosen |= prefixed(
            service,
            registry_url=f"http://127.0.0.1:{registry}",
            client_id=service,
            client_secret=secret,
        )
    chosen |= prefixed(
        "registry",
        keys_directory=str(folder / "keys"),
        machine_accounts=json.dumps(secrets),
        sealing_directory=str(folder / "sealing" / "registry"),
        # The actors of a demonstration carry no phones.
        second_factor="optional",
    )
    chosen |= prefixed("scoring", evidence_directory=str(folder / "evidence"))
    sealing = folder / "sealing" / "notifications"
    return chosen | prefixed("notifications", sealing_directory=str(sealing))


def prefixed(service: str, **settings: str) -> dict[str, str]:
    """Return settings under the names a service reads them by."""
    return {f"WUXING_{service}_{name}".upper(): value for name, value in settings.items()}


class Stack:
    """Private servers, and the services as child processes, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.log = self.folder / "services.log"
        self.postgres = open_postgres(self.folder / "postgres")
        self.redis = open_redis(self.folder / "redis")
        self.environment: dict[str, str] = {}
        self._services: Guarded | None = None

    @property
    def urls(self) -> dict[str, str]:
        """The address of each API; known after `start`."""
        return {
            service: f"http://127.0.0.1:{self.environment[f'WUXING_{service.upper()}_PORT']}"
            for service in PORTS
        }

    def start(self, *, fresh: bool = False) -> None:
        """Start everything and wait until all APIs answer; `fresh` forgets earlier data.

        Raises ServerError when something does not start; nothing stays behind then.
        """
        try:
            self.start_servers(fresh=fresh)
            self.start_services()
        except BaseException:
            self.stop()
            raise

    def start_servers(self, *, fresh: bool = False) -> None:
        """Start PostgreSQL and Redis; make the databases, empty, where there are none."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.postgres.start()
        self.redis.start()
        chosen = chosen_settings(self.folder, self.postgres, self.redis)
        self.environment = chosen | dict(os.environ)
        asyncio.run(self._prepare_databases(fresh=fresh))

    async def _prepare_databases(self, *, fresh: bool) -> None:
        if fresh:
            self.redis.flush()
            shutil.rmtree(self.folder / "evidence", ignore_errors=True)
            self.log.unlink(missing_ok=True)
        for service in PORTS:
            if fresh:
                await self.postgres.drop_database(f"wuxing_{service}")
            await self.postgres.ensure_database(f"wuxing_{service}")

    def command(self, *arguments: str, **variables: str) -> str:
        """Run the `wuxing` command with this stack's settings, and further variables.

        Returns what it printed; raises ServerError when it fails.
        """
        ended = subprocess.run(
            [sys.executable, "-m", "services", *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=self.environment | variables,
        )
        if ended.returncode != 0:
            raise ServerError(f"wuxing {' '.join(arguments)}:\n{ended.stdout}{ended.stderr}")
        return ended.stdout

    def start_services(self) -> None:
        """Migrate, start all APIs and workers under one supervisor, wait until the APIs answer."""
        for service, url in self.urls.items():
            refuse_taken_port(service, url)
        command = [sys.executable, "-m", "services", "serve", "--target", "all", "--prepare"]
        environment = self.environment | {"PYTHONPATH": str(ROOT)}
        services = self._services = Guarded(command, self.log, environment=environment)
        services.start()
        with httpx.Client(timeout=2.0, trust_env=False) as client:
            wait_until(lambda: self._well(client) or not services.running, READY_SECONDS)
        if not self.answers():
            said = self.log.read_text(errors="replace")
            raise ServerError(f"the services did not start; see {self.log}:\n{said[-3000:]}")

    def answers(self) -> bool:
        """Whether all three APIs answer."""
        with httpx.Client(timeout=2.0, trust_env=False) as client:
            return self._well(client)

    def _well(self, client: httpx.Client) -> bool:
        return all(healthy(client, url) for url in self.urls.values())

    def stop_services(self) -> None:
        """Stop APIs and workers in order."""
        if self._services is not None:
            self._services.end(signal.SIGTERM)
            self._services = None

    def stop(self) -> None:
        """Stop everything; the data stays."""
        self.stop_services()
        self.redis.stop()
        self.postgres.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def healthy(client: httpx.Client, url: str) -> bool:
    """Whether an API answers its health check."""
    try:
        return client.get(f"{url}/healthz").is_success
    except httpx.TransportError:
        return False


def refuse_taken_port(service: str, url: str) -> None:
    """Raise ServerError, saying what to do, when somebody listens on a service's port."""
    port = httpx.URL(url).port or 0
    with socket.socket() as probe:
        probe.settimeout(1.0)
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            name = f"WUXING_{service.upper()}_PORT"
            raise ServerError(f"port {port} is in use: stop what listens there or set {name}")

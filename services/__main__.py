"""The `wuxing` command: serve, migrate, first administrator, signing keys.

Services are imported when they are needed, so that one does not need the others.
"""

import asyncio
import importlib
import os
import signal
import sys
from enum import StrEnum
from types import ModuleType
from typing import Annotated

import typer
import uvicorn
from alembic import command
from arq.worker import run_worker

from services.supervisor import Supervised, end_with_parent, supervise
from shared import telemetry
from shared.db import migrations
from shared.settings import CommonSettings

SERVICES = ("registry", "scoring", "notifications")
GRACE_SECONDS = 10

app = typer.Typer(
    help="五星: 县级基层党组织评定后台 / the county's five-star assessment.", no_args_is_help=True
)
admin = typer.Typer(help="管理员 / administrators.", no_args_is_help=True)
keys = typer.Typer(help="签名密钥 / signing keys.", no_args_is_help=True)
app.add_typer(admin, name="admin")
app.add_typer(keys, name="keys")


class Target(StrEnum):
    """One process, or all of them under supervision."""

    REGISTRY = "registry"
    SCORING = "scoring"
    NOTIFICATIONS = "notifications"
    REGISTRY_WORKER = "registry-worker"
    SCORING_WORKER = "scoring-worker"
    NOTIFICATIONS_WORKER = "notifications-worker"
    ALL = "all"


class Scope(StrEnum):
    """One service, or all of them."""

    REGISTRY = "registry"
    SCORING = "scoring"
    NOTIFICATIONS = "notifications"
    ALL = "all"

    @property
    def services(self) -> tuple[str, ...]:
        """The names of the services meant."""
        return SERVICES if self is Scope.ALL else (self.value,)


def part(service: str, name: str) -> ModuleType:
    """Import one module of a service."""
    return importlib.import_module(f"services.{service}.{name}")


def settings_of(service: str) -> CommonSettings:
    """Read a service's settings from the environment."""
    settings: CommonSettings = part(service, "settings").Settings()
    return settings


@app.command()
def serve(
    target: Annotated[Target, typer.Option(help="哪个进程 / which process")] = Target.ALL,
) -> None:
    """启动一个服务、一个后台进程或全部 / run one API, one worker, or all of them."""
    if target is Target.ALL:
        asyncio.run(supervise([child(each) for each in Target if each is not Target.ALL]))
        return
    end_with_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    service, _, kind = target.value.partition("-")
    settings = settings_of(service)
    telemetry.configure(settings.log_level)
    if kind:
        run_worker(part(service, "worker").WorkerSettings)
    else:
        serve_api(service, settings)


def child(target: Target) -> Supervised:
    """Describe the child process of one target."""
    return Supervised(
        target.value, [sys.executable, "-m", "services", "serve", "--target", target.value]
    )


def serve_api(service: str, settings: CommonSettings) -> None:
    """Serve one API until told to stop. No access log: nothing records who objected, or whence."""
    uvicorn.run(
        f"services.{service}.main:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="on",
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


@app.command()
def migrate(
    scope: Annotated[Scope, typer.Argument(help="哪个服务 / which service")] = Scope.ALL,
) -> None:
    """把数据库升级到程序所需的版本 / bring databases to the schema the code needs."""
    for service in scope.services:
        command.upgrade(migrations(service, settings_of(service).database_url), "head")
        typer.echo(f"{service}: ok")


if __name__ == "__main__":
    app()

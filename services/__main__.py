"""The `wuxing` command: serve, migrate, first administrator, keys for signing and sealing.

Services are imported when they are needed, so that one does not need the others.
"""

import asyncio
import importlib
import socket
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Annotated

import httpx
import typer
import uvicorn
from alembic import command
from arq.worker import check_health, run_worker
from pydantic import ValidationError

from services.supervisor import Child, Supervisor, aside, preload
from shared import telemetry
from shared.db import migrations
from shared.errors import Problem
from shared.sealing import folder, rewrapping
from shared.settings import CommonSettings

SERVICES = ("registry", "scoring", "notifications")
GRACE_SECONDS = 10
# Longer than any client or gateway keeps an idle connection: whoever closes first must be the
# one who knows that no request is on its way.
IDLE_SECONDS = 75

app = typer.Typer(
    pretty_exceptions_enable=False,
    help="五星: 县级基层党组织评定后台 / the county's five-star assessment.",
    no_args_is_help=True,
)
admin = typer.Typer(help="管理员 / administrators.", no_args_is_help=True)
keys = typer.Typer(
    help="签名密钥和加密密钥 / keys for signing and for sealing.", no_args_is_help=True
)
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

    @property
    def processes(self) -> tuple["Target", ...]:
        """The single processes meant."""
        meant = (each for each in Target if self in (each, Target.ALL))
        return tuple(each for each in meant if each is not Target.ALL)

    @property
    def service(self) -> str:
        """The name of the service the process belongs to."""
        return self.value.removesuffix("-worker")

    @property
    def is_worker(self) -> bool:
        """Whether it works off jobs instead of answering HTTP."""
        return self.value.endswith("-worker")


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
    """Read a service's settings from the environment; says which are missing or wrong."""
    try:
        settings: CommonSettings = part(service, "settings").Settings()
    except ValidationError as error:
        # Without the values: a secret may be among them.
        for each in error.errors(include_input=False, include_url=False):
            name = "_".join(["WUXING", service, *map(str, each["loc"])]).upper()
            typer.echo(f"{name}: {each['msg']}", err=True)
        raise SystemExit(2) from None
    return settings


Which = Annotated[Target, typer.Option(envvar="WUXING_TARGET", help="哪个进程 / which process")]


@app.command()
def serve(
    target: Which = Target.ALL,
    *,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="先 migrate 和 keys new --if-none / do these first")
    ] = False,
) -> None:
    """启动一个服务、一个后台进程或全部 / run one API, one worker, or all of them."""
    if target is not Target.ALL:
        run(target)
        return
    # Another core brings the databases up to date while this one imports the code.
    prepared = aside(prepare_all) if prepare else None
    preload(f"services.{service}.{name}" for service in SERVICES for name in ("main", "worker"))
    if prepared and (code := prepared()):
        raise typer.Exit(code)
    Supervisor(children(target)).run()


def children(target: Target) -> list[Child]:
    """Return every process meant; an API may be several that share its port."""
    found = []
    for each in target.processes:
        count = 1 if each.is_worker else settings_of(each.service).api_processes
        found += [Child(each.value, partial(run, each)) for _ in range(count)]
    return found


def prepare_all() -> None:
    """Bring each database to the schema the code needs; make keys where there are none.

    In production a missing sealing key is not replaced by another one, which would open nothing.
    """
    new_key(if_none=True)
    for service in SERVICES:
        if settings_of(service).environment != "production":
            new_sealing_key(Scope(service), if_none=True)
        migrate(Scope(service))


def run(process: Target) -> None:
    """Be one API or one worker until told to stop."""
    settings = settings_of(process.service)
    telemetry.configure(settings.log_level)
    if process.is_worker:
        run_worker(part(process.service, "worker").WorkerSettings)
    else:
        serve_api(process.service, settings)


@app.command()
def health(target: Which = Target.ALL) -> None:
    """进程是否正常，供容器检查 / whether processes are well; exit code 1 when one is not."""
    ill = [each.value for each in target.processes if not is_well(each)]
    if ill:
        typer.echo(f"not well: {', '.join(ill)}", err=True)
        raise typer.Exit(1)


def is_well(process: Target) -> bool:
    """Whether an API answers, or a worker has told Redis lately that it lives."""
    settings = settings_of(process.service)
    if process.is_worker:
        return check_health(part(process.service, "worker").WorkerSettings) == 0
    try:
        answer = httpx.get(f"http://127.0.0.1:{settings.port}/healthz", trust_env=False)
    except httpx.TransportError:
        return False
    return answer.is_success


def serve_api(service: str, settings: CommonSettings) -> None:
    """Serve one API until told to stop. No access log: nothing records who objected, or whence."""
    config = uvicorn.Config(
        f"services.{service}.main:create_app",
        factory=True,
        access_log=False,
        log_config=None,
        server_header=False,
        lifespan="on",
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    # The kernel shares a port among all processes that ask for it this way.
    shared = settings.api_processes > 1
    with socket.create_server((settings.host, settings.port), reuse_port=shared) as listener:
        uvicorn.Server(config).run(sockets=[listener])


@app.command()
def migrate(
    scope: Annotated[Scope, typer.Argument(help="哪个服务 / which service")] = Scope.ALL,
) -> None:
    """把数据库升级到程序所需的版本 / bring databases to the schema the code needs."""
    for service in scope.services:
        command.upgrade(migrations(service, settings_of(service).database_url), "head")
        typer.echo(f"{service}: ok")


@keys.command("new")
def new_key(
    *,
    if_none: Annotated[
        bool, typer.Option("--if-none", help="已有密钥时不再生成 / only where there is none yet")
    ] = False,
) -> None:
    """生成签发令牌的密钥，新的即刻启用 / make a signing key; the newest one signs."""
    folder = Path(settings_of("registry").model_dump()["keys_directory"])
    if if_none and any(folder.glob("*.pem")):
        typer.echo(f"{folder}: ok")
        return
    typer.echo(part("registry", "identity.store.keys").write_new_key(folder, datetime.now(UTC)))


def sealing_services(scope: Scope) -> list[str]:
    """Return those of the services meant that keep anything sealed."""
    kept = "sealing_directory"
    return [name for name in scope.services if kept in part(name, "settings").Settings.model_fields]


@keys.command("seal")
def new_sealing_key(
    scope: Annotated[Scope, typer.Argument(help="哪个服务 / which service")] = Scope.ALL,
    *,
    if_none: Annotated[
        bool, typer.Option("--if-none", help="已有密钥时不再生成 / only where there is none yet")
    ] = False,
) -> None:
    """生成加密个人信息的密钥，新的即刻启用 / make a sealing key; the newest one seals."""
    for service in sealing_services(scope):
        directory = Path(settings_of(service).model_dump()["sealing_directory"])
        if if_none and any(directory.glob("*.key")):
            typer.echo(f"{directory}: ok")
        else:
            typer.echo(folder.write_new_key(directory, datetime.now(UTC)))


@keys.command("rotate")
def rotate_sealing_key(
    scope: Annotated[Scope, typer.Argument(help="哪个服务 / which service")] = Scope.ALL,
) -> None:
    """换用新的加密密钥并改封已有数据 / make a new sealing key and rewrap all that is sealed."""
    new_sealing_key(scope)
    rewrap(scope)


@keys.command("rewrap")
def rewrap(
    scope: Annotated[Scope, typer.Argument(help="哪个服务 / which service")] = Scope.ALL,
) -> None:
    """把旧密钥封存的数据改用最新密钥，可反复执行 / go on with a rotation; may be repeated."""
    for service in sealing_services(scope):
        done, idle = asyncio.run(rewrap_service(service))
        typer.echo(f"{service}: {done} 项已改封 / values rewrapped")
        for kid in idle:
            typer.echo(f"  {kid}.key 已不再使用，可移出 / seals nothing any more, may be removed")


async def rewrap_service(service: str) -> tuple[int, list[str]]:
    """Rewrap all that a service keeps sealed; returns how many values, and the idle keys."""
    parts = await part(service, "factory").build(settings_of(service))
    try:
        done = await rewrapping.rewrap_sealed(parts.context)
        return done, await rewrapping.idle(parts.context)
    finally:
        await parts.close()


@admin.command("create")
def create_admin(
    username: Annotated[str, typer.Option(prompt="用户名 / user name")],
    display_name: Annotated[str, typer.Option(prompt="姓名 / name")],
    password: Annotated[
        str,
        typer.Option(
            envvar="WUXING_ADMIN_PASSWORD",
            prompt="密码 / password",
            hide_input=True,
            confirmation_prompt=True,
        ),
    ],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="已有系统管理员也再建一个 / even if there is one")
    ] = False,
) -> None:
    """建立第一个系统管理员 / make the first system administrator."""
    try:
        asyncio.run(first_administrator(username, display_name, password, force=force))
    except Problem as problem:
        for text in (problem.detail, *(fault.detail for fault in problem.faults)):
            typer.echo(f"{text.zh} / {text.en}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{username}: ok")


async def first_administrator(
    username: str, display_name: str, password: str, *, force: bool
) -> None:
    """Make a system administrator in registry's database; raises Problem when it may not."""
    parts = await part("registry", "factory").build(settings_of("registry"))
    try:
        accounts = part("registry", "identity.usecases.accounts")
        create = accounts.create_first_administrator
        await create(parts.context, username, password, display_name, force=force)
    finally:
        await parts.close()


if __name__ == "__main__":
    app()

"""The `wuxing` command, as an administrator meets it."""

import asyncio
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from typer.testing import CliRunner

from services.__main__ import SERVICES, Target, app
from tests.conftest import DatabaseFactory


def run(*arguments: str, **environment: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments), env=environment)
    return result.exit_code, result.output


def test_every_process_belongs_to_a_service() -> None:
    assert Target.SCORING_WORKER.service == "scoring"
    assert Target.SCORING_WORKER.is_worker
    assert not Target.SCORING.is_worker
    assert Target.SCORING.processes == (Target.SCORING,)
    assert len(Target.ALL.processes) == 2 * len(SERVICES)
    assert {each.service for each in Target.ALL.processes} == set(SERVICES)


def test_missing_settings_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WUXING_REGISTRY_DATABASE_URL", raising=False)
    code, said = run("migrate", "registry")
    assert code == 2
    assert "WUXING_REGISTRY_DATABASE_URL: Field required" in said


def test_wrong_settings_are_named_without_their_value() -> None:
    secret = "postgresql+asyncpg://app:hunter2@db/registry"
    code, said = run(
        "migrate",
        "registry",
        WUXING_REGISTRY_DATABASE_URL=secret,
        WUXING_REGISTRY_PORT="hunter2",
    )
    assert code == 2
    assert "WUXING_REGISTRY_PORT" in said
    assert "hunter2" not in said


def test_keys_are_made_once_where_there_is_none(tmp_path: Path) -> None:
    environment = {
        "WUXING_REGISTRY_DATABASE_URL": "postgresql+asyncpg://nowhere/none",
        "WUXING_REGISTRY_REDIS_URL": "redis://nowhere",
        "WUXING_REGISTRY_KEYS_DIRECTORY": str(tmp_path / "keys"),
        "WUXING_REGISTRY_SEALING_DIRECTORY": str(tmp_path / "sealing"),
    }
    for _ in range(2):
        code, said = run("keys", "new", "--if-none", **environment)
        assert code == 0, said
    (first,) = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    load_pem_private_key(first.read_bytes(), password=None)
    assert run("keys", "new", **environment)[0] == 0
    assert len(list((tmp_path / "keys").iterdir())) == 2
    assert max((tmp_path / "keys").iterdir()) != first, "the newest key signs"


def test_a_silent_process_is_not_well() -> None:
    code, said = run(
        "health",
        "--target",
        "registry",
        WUXING_REGISTRY_PORT="1",
        WUXING_REGISTRY_DATABASE_URL="postgresql+asyncpg://nowhere/none",
        WUXING_REGISTRY_REDIS_URL="redis://nowhere",
        WUXING_REGISTRY_KEYS_DIRECTORY="keys",
        WUXING_REGISTRY_SEALING_DIRECTORY="sealing",
    )
    assert code == 1
    assert "not well: registry" in said


async def test_the_first_administrator_is_made_once(
    database: DatabaseFactory, tmp_path: Path
) -> None:
    environment = {
        "WUXING_REGISTRY_DATABASE_URL": await database("registry"),
        "WUXING_REGISTRY_REDIS_URL": "redis://nowhere",
        "WUXING_REGISTRY_KEYS_DIRECTORY": str(tmp_path / "keys"),
        "WUXING_REGISTRY_SEALING_DIRECTORY": str(tmp_path / "sealing"),
        "WUXING_ADMIN_PASSWORD": "Xin-Xiang-2026",
    }
    names = ("--username", "root", "--display-name", "管理员")
    assert (await asyncio.to_thread(run, "keys", "new", **environment))[0] == 0
    assert (await asyncio.to_thread(run, "keys", "seal", "registry", **environment))[0] == 0
    code, said = await asyncio.to_thread(run, "admin", "create", *names, **environment)
    assert (code, said) == (0, "root: ok\n")
    code, said = await asyncio.to_thread(run, "admin", "create", *names, **environment)
    assert code == 1
    assert "--force" in said
    weak = environment | {"WUXING_ADMIN_PASSWORD": "short"}
    assert (await asyncio.to_thread(run, "admin", "create", *names, "--force", **weak))[0] == 1


async def test_sealing_keys_are_rotated_by_one_command(
    database: DatabaseFactory, tmp_path: Path
) -> None:
    environment = {
        "WUXING_REGISTRY_DATABASE_URL": await database("registry"),
        "WUXING_REGISTRY_REDIS_URL": "redis://nowhere",
        "WUXING_REGISTRY_KEYS_DIRECTORY": str(tmp_path / "keys"),
        "WUXING_REGISTRY_SEALING_DIRECTORY": str(tmp_path / "sealing"),
    }
    for _ in range(2):
        code, said = await asyncio.to_thread(
            run, "keys", "seal", "registry", "--if-none", **environment
        )
        assert code == 0, said
    (first,) = (tmp_path / "sealing").iterdir()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    code, said = await asyncio.to_thread(run, "keys", "rotate", "registry", **environment)
    assert code == 0, said
    assert len(list((tmp_path / "sealing").iterdir())) == 2
    assert "registry: 0 项已改封" in said
    assert f"{first.name} 已不再使用" in said

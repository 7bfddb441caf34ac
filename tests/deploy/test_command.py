"""The `wuxing` command, as an administrator meets it."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from typer.testing import CliRunner

from services.__main__ import SERVICES, Target, app, write_key

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


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


def test_a_key_is_for_its_owner_alone_and_sorts_last(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first, second = write_key(folder, NOW), write_key(folder, NOW + timedelta(microseconds=1))
    assert sorted(folder.iterdir()) == [first, second]
    assert stat.S_IMODE(second.stat().st_mode) == 0o600
    load_pem_private_key(second.read_bytes(), password=None)


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    write_key(tmp_path, NOW)
    with pytest.raises(FileExistsError):
        write_key(tmp_path, NOW)


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
    }
    for _ in range(2):
        code, said = run("keys", "new", "--if-none", **environment)
        assert code == 0, said
    assert len(list((tmp_path / "keys").iterdir())) == 1
    assert run("keys", "new", **environment)[0] == 0
    assert len(list((tmp_path / "keys").iterdir())) == 2


def test_a_silent_process_is_not_well() -> None:
    code, said = run(
        "health",
        "--target",
        "registry",
        WUXING_REGISTRY_PORT="1",
        WUXING_REGISTRY_DATABASE_URL="postgresql+asyncpg://nowhere/none",
        WUXING_REGISTRY_REDIS_URL="redis://nowhere",
        WUXING_REGISTRY_KEYS_DIRECTORY="keys",
    )
    assert code == 1
    assert "not well: registry" in said

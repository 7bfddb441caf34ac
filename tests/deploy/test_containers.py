"""The containers, checked without an engine: files exist, settings exist, all are given."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from deploy.local.servers import GivenPostgres, GivenRedis
from deploy.local.stack import PORTS, chosen_settings
from services.__main__ import SERVICES, Target
from shared.settings import CommonSettings

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = YAML(typ="safe").load(ROOT / "deploy" / "compose.yaml")
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
# A demonstration moves its clock and asks nobody for a second factor.
ONLY_HERE = ("environment", "movable_clock", "second_factor")
OURS = {name: each for name, each in CONTAINERS.items() if each["image"] == "wuxing"}


def settings_of(service: str) -> type[CommonSettings]:
    module = importlib.import_module(f"services.{service}.settings")
    settings: type[CommonSettings] = module.Settings
    return settings


def fields(service: str) -> dict[str, bool]:
    """Return the variables a service reads, and whether it needs them."""
    return {
        f"WUXING_{service}_{name}".upper(): field.is_required()
        for name, field in settings_of(service).model_fields.items()
    }


@pytest.mark.parametrize("service", SERVICES)
def test_settings_are_read_under_the_services_name(service: str) -> None:
    assert settings_of(service).model_config["env_prefix"] == f"WUXING_{service.upper()}_"


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_a_container_is_a_setting(name: str) -> None:
    known = {"WUXING_TARGET"}.union(*(fields(service) for service in SERVICES))
    assert set(OURS[name]["environment"]) <= known


@pytest.mark.parametrize("process", Target.ALL.processes)
def test_a_container_knows_its_own_secrets_only(process: Target) -> None:
    given = set(OURS[process.value]["environment"]) - {"WUXING_TARGET"}
    assert given <= set(fields(process.service))
    volumes = " ".join(OURS[process.value].get("volumes", []))
    assert ("keys" in volumes) == (process.service == "registry")
    for other in SERVICES:
        kept = f"sealing-{other}" in volumes
        assert kept == (other == process.service != "scoring"), other


@pytest.mark.parametrize("service", SERVICES)
def test_every_needed_setting_is_given(service: str) -> None:
    given = CONTAINERS[service]["environment"]
    assert [name for name, needed in fields(service).items() if needed and name not in given] == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_stack_on_one_machine_gives_the_same_settings(service: str, tmp_path: Path) -> None:
    chosen = chosen_settings(
        tmp_path, GivenPostgres("postgresql://me@db/x"), GivenRedis("redis://r")
    )
    mine = {name: value for name, value in chosen.items() if name in fields(service)}
    assert set(chosen) <= set().union(*(fields(each) for each in SERVICES))
    needed = {name for name, needs in fields(service).items() if needs}
    assert needed <= set(mine)
    containers = {name for name in CONTAINERS[service]["environment"] if name in fields(service)}
    only_here = {f"WUXING_{service}_{name}".upper() for name in ONLY_HERE}
    assert set(mine) - only_here <= containers


def test_there_is_a_container_for_every_process() -> None:
    targets = {each["environment"].get("WUXING_TARGET") for each in OURS.values()} - {None}
    assert targets == {each.value for each in Target.ALL.processes}
    assert all(OURS[target]["environment"]["WUXING_TARGET"] == target for target in targets)


@pytest.mark.parametrize("service", SERVICES)
def test_ports_agree(service: str) -> None:
    port = str(PORTS[service])
    assert settings_of(service).model_fields["port"].default == PORTS[service]
    assert CONTAINERS[service]["environment"][f"WUXING_{service.upper()}_PORT"] == port
    assert CONTAINERS[service]["ports"] == [f"127.0.0.1:{port}:{port}"]


@pytest.mark.parametrize("service", ["scoring", "notifications"])
def test_people_are_sent_to_sign_in_where_a_browser_reaches_registry(service: str) -> None:
    given = CONTAINERS[service]["environment"][f"WUXING_{service.upper()}_REGISTRY_PUBLIC_URL"]
    assert given == f"${{REGISTRY_PUBLIC_URL:-http://127.0.0.1:{PORTS['registry']}}}"


def test_nothing_starts_before_its_schema() -> None:
    for name in (each.value for each in Target.ALL.processes):
        assert "migrate" in OURS[name]["depends_on"], name


def test_production_has_no_movable_clock() -> None:
    given = set().union(*(each["environment"] for each in OURS.values()))
    assert not [name for name in given if name.endswith(("_ENVIRONMENT", "_MOVABLE_CLOCK"))]


def test_secrets_are_asked_for_and_never_written() -> None:
    text = (ROOT / "deploy" / "compose.yaml").read_text()
    for line in text.splitlines():
        if re.search(r"(PASSWORD|SECRET)\b.*:", line) and "{" not in line:
            pytest.fail(f"a secret in plain sight: {line}")
    assert len(re.findall(r"\$\{\w+:\?\}", text)) > 5


def test_every_volume_is_declared() -> None:
    named = {
        volume.split(":")[0]
        for each in CONTAINERS.values()
        for volume in each.get("volumes", [])
        if not volume.startswith((".", "/"))
    }
    assert named == set(COMPOSE["volumes"])


def test_what_the_image_copies_exists() -> None:
    copied = re.findall(r"^COPY (\S+) ", DOCKERFILE, re.MULTILINE)
    assert copied
    assert all((ROOT / path).exists() for path in copied)
    let_through = (ROOT / ".dockerignore").read_text().splitlines()
    assert {f"!{path}" for path in copied} == {line for line in let_through if line.startswith("!")}


def test_the_image_is_pinned_and_without_rights() -> None:
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert DOCKERFILE.index("USER wuxing") < DOCKERFILE.index("ENTRYPOINT")
    assert "HEALTHCHECK" in DOCKERFILE


def test_every_database_is_made() -> None:
    made = re.findall(r"CREATE DATABASE (\w+);", (ROOT / "deploy" / "databases.sql").read_text())
    assert made == [f"wuxing_{service}" for service in SERVICES]
    for service in SERVICES:
        url = CONTAINERS[service]["environment"][f"WUXING_{service.upper()}_DATABASE_URL"]
        assert url.endswith(f"/wuxing_{service}")

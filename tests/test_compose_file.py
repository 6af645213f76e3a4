"""docker-compose.yml and the Dockerfiles, read as they are: no service without what every service must have."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

TEXT = Path("docker-compose.yml").read_text("utf-8")
FILE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, Any] = FILE["services"]
SERVERS = {"broker", "database"}
TO_BECOME_ANOTHER_USER = {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}
ONCE = {name for name in SERVICES if name.endswith("-prepare") or name == "replica-set"}
OURS = {path.parent.name.replace("-", "_"): path.parent for path in Path("services").glob("*/pyproject.toml")}
IMAGES = {**OURS, "gateway": Path("gateway"), "sandbox": Path("sandbox")}


def from_the_image(name: str) -> str:
    return (IMAGES[name] / "Dockerfile").read_text("utf-8")


def test_every_service_is_in_it_with_its_preparation() -> None:
    assert set(IMAGES) <= set(SERVICES)
    assert {f"{name}-prepare" for name in OURS} <= ONCE
    assert set(SERVICES) == set(IMAGES) | SERVERS | ONCE


def test_docker_compose_1_29_reads_it() -> None:
    assert "name" not in FILE
    assert "version" not in FILE
    for dockerfile in map(from_the_image, IMAGES):
        assert "--mount" not in dockerfile
        assert "--chmod" not in dockerfile


@pytest.mark.parametrize("name", sorted(IMAGES))
def test_an_image_is_built_in_stages_and_runs_as_nobody_in_particular(name: str) -> None:
    stages = re.split(r"^FROM ", from_the_image(name), flags=re.MULTILINE)[1:]
    assert len(stages) >= 2
    assert all(":" in stage.split()[0] for stage in stages)
    assert "--require-hashes" in stages[-2]
    assert "pip install" not in stages[-1]
    assert re.search(r"^USER 10001$", stages[-1], re.MULTILINE)
    assert "org.opencontainers.image.revision" in stages[-1]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - SERVERS))
def test_what_is_ours_writes_nowhere(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["tmpfs"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nothing_may_gain_rights_and_logs_are_bounded(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert set(service.get("cap_add", ())) <= (
        {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"} if name in SERVERS else set()
    )
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])
    assert not service.get("privileged")


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_what_stays_up_is_watched_and_bounded(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"
    assert {"mem_limit", "cpus"} <= set(service)


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_starts_when_the_broker_is_there_and_its_data_are_prepared(name: str) -> None:
    needs = {need: told["condition"] for need, told in SERVICES[name]["depends_on"].items()}
    assert needs == {"broker": "service_healthy", f"{name}-prepare": "service_completed_successfully"}
    prepared_after = SERVICES[f"{name}-prepare"]["depends_on"]
    assert prepared_after == {"replica-set": {"condition": "service_completed_successfully"}}
    assert SERVICES[name]["deploy"]["replicas"] >= 2


def test_only_the_gateway_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["gateway"]
    assert [name for name, service in SERVICES.items() if "front" in service["networks"]] == ["gateway"]
    assert SERVICES["gateway"]["ports"] == ["${GATEWAY_BIND:-127.0.0.1:8000}:8000"]
    assert FILE["networks"]["back"] == {"internal": True}
    assert all("network_mode" not in service for service in SERVICES.values())


def test_stand_ins_are_for_a_demonstration_only() -> None:
    assert SERVICES["sandbox"]["profiles"] == ["demo"]
    assert [name for name, service in SERVICES.items() if "profiles" in service] == ["sandbox"]
    for name in OURS:
        assert SERVICES[name]["environment"]["DEMO"] == "${DEMO:-0}"
    assert SERVICES["accounts"]["environment"]["SMS_URL"].startswith("${SMS_URL:?")


def test_images_have_a_version_and_ours_a_name_of_their_own() -> None:
    for name, service in SERVICES.items():
        tag = service["image"].rpartition(":")[2]
        assert tag not in ("latest", "") and "/" not in tag, name


def test_no_secret_is_in_the_environment() -> None:
    for name, service in SERVICES.items():
        for variable in service.get("environment", {}):
            secret = re.search("PASSWORD|SECRET|TOKEN|KEY|AMQP_URL|MONGO_URL|COOKIE", variable)
            assert not secret or variable.endswith("_FILE"), f"{name}: {variable}"
    for dockerfile in map(from_the_image, IMAGES):
        assert "AMQP_URL" not in dockerfile
    assert not re.search(r"://[^/\s{}]*:[^/\s{}]*@", TEXT)

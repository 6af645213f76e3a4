"""What the engine really does with the file: who runs, what may be written, what is reachable."""

import json

import pytest
from deployed import Deployed

from kit.testing import Stack

OURS = ("accounts", "petition", "news", "services_hub", "local", "gateway")
INSIDE = """
id -u
grep -E 'CapEff|NoNewPrivs' /proc/1/status
touch /app/here 2>/dev/null || touch /usr/here 2>/dev/null || touch /tmp/here && echo writes to /tmp only
command -v gcc cc g++ make || echo compiles nothing
"""
EXPECTED = """10001
CapEff:\t0000000000000000
NoNewPrivs:\t1
writes to /tmp only
compiles nothing
"""


@pytest.mark.parametrize("service", OURS)
def test_as_many_instances_as_stated_with_no_rights_and_no_password_told(deployed: Deployed, service: str) -> None:
    found = deployed.inspected(service)
    assert len(found) == deployed.replicas(service)
    assert deployed.docker("exec", found[0]["Id"], "sh", "-c", INSIDE) == EXPECTED
    for told in found:
        assert told["HostConfig"]["ReadonlyRootfs"]
        assert told["HostConfig"]["CapDrop"] == ["ALL"]
        assert "://" not in "".join(value for value in told["Config"]["Env"] if not value.startswith("SMS_URL="))


def test_only_the_gateway_is_reached_from_outside_and_only_some_reach_out(deployed: Deployed) -> None:
    networks = {service: set[str]() for service in (*OURS, "broker", "database", "sandbox")}
    for service, joined in networks.items():
        for told in deployed.inspected(service):
            published = [one["HostIp"] for many in told["NetworkSettings"]["Ports"].values() for one in many or ()]
            assert published == (["127.0.0.1"] if service == "gateway" else []), service
            joined |= set(told["NetworkSettings"]["Networks"])
    inner = {name for name in set.union(*networks.values()) if _is_internal(deployed, name)}
    assert [name for name in sorted(networks) if networks[name] - inner] == ["accounts", "gateway"]


def _is_internal(deployed: Deployed, network: str) -> bool:
    return bool(json.loads(deployed.docker("network", "inspect", network))[0]["Internal"])


def test_a_service_reads_its_own_secrets_only(deployed: Deployed) -> None:
    (petition, *_) = deployed.inspected("petition")
    held = deployed.docker("exec", petition["Id"], "sh", "-c", "cd /run/connect && stat -c '%n %a %u' *").splitlines()
    names, modes, owners = zip(*(line.split() for line in held), strict=True)
    assert sorted(names) == ["amqp_url", "mongo_url", "sealing.json", "signing.pem", "trusted"]
    assert set(modes) <= {"400", "500", "600"}
    assert set(owners) == {"10001"}


def test_secrets_are_made_once_and_never_told(stack: Stack, deployed: Deployed) -> None:
    def held() -> dict[str, bytes]:
        folder = stack.path.parent
        return {
            str(file.relative_to(folder)): file.read_bytes()
            for file in (folder / "secrets").rglob("*")
            if file.is_file()
        }

    before = held()
    told = deployed.dev("secrets")
    assert held() == before
    assert {line.split("secrets/")[1] for line in told.splitlines()} >= {"petition/signing.pem", "petition/mongo_url"}
    passwords = json.loads(before["secrets/broker-passwords.json"])
    assert passwords["petition"] not in told

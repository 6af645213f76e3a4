"""One service deployed, and rolled back, while everybody works: nobody notices."""

import os
import re
import sys

import pytest
import requests
from deployed import Deployed
from visitors import Load, Visitors

from kit.testing import Stack


@pytest.mark.timeout(600)
def test_a_service_is_deployed_and_rolled_back_under_load(
    stack: Stack, deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    first, visitors = deployed.instances("petition"), Visitors.arrive(stack)
    assert len(first) == deployed.replicas("petition") == 2
    with visitors.at_work():
        told = deployed.dev("deploy", "petition")
        second, image = deployed.instances("petition"), deployed.image("petition")
        assert "instance 2 of 2 replaced" in told
        told += deployed.dev("deploy", "petition", "--rollback")
    with capsys.disabled():
        sys.stdout.write(f"\n{told}{visitors.answered} rounds of requests were answered meanwhile\n")
    third = deployed.instances("petition")
    assert len(second) == len(third) == len(first)
    assert not (first & second or second & third or first & third)
    assert deployed.image("petition") != image
    visitors.check_nothing_failed()


@pytest.mark.timeout(600)
def test_two_ports_and_a_proxy_that_knows_both_hide_a_gateways_deployment(
    stack: Stack, deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    proxy, load = Proxy(deployed), Load()
    load.go(proxy.get, 0.1)
    try:
        told = deployed.dev("deploy", "gateway")
        assert proxy.port_in_use() == proxy.ports[1]
        told += deployed.dev("deploy", "gateway", "--rollback")
    finally:
        load.end()
    with capsys.disabled():
        sys.stdout.write(f"\n{told}{load.answered} requests were answered meanwhile\n")
    assert load.failures == []
    assert load.answered > 50
    assert stack["base_url"].endswith(f":{proxy.port_in_use()}")


class Proxy:
    """As the proxy in front: tries the other port when one gives no answer."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        first, last = re.findall(r"(\d+)-(\d+)", os.environ["GATEWAY_BIND"])[0]
        self.ports = [int(first), int(last)]

    def port_in_use(self) -> int:
        (gateway,) = self._deployed.inspected("gateway")
        return int(gateway["NetworkSettings"]["Ports"]["8000/tcp"][0]["HostPort"])

    def get(self) -> None:
        for port in self.ports:
            try:
                answer = requests.get(f"http://127.0.0.1:{port}/api/v1/cases", timeout=20)
            except requests.ConnectionError:
                continue
            assert answer.status_code == 200, answer.text
            return
        raise AssertionError("neither port answers")

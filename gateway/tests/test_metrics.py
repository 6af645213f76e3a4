"""The process that serves the figures."""

import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from pathlib import Path

import requests

from kit.testing import wait_until
from span_collector import Collector

from .conftest import OwnGateway, free_port


def start(bind: str, folder: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen([sys.executable, "-m", "gateway.metrics", bind], env=environment)


def answers(bind: str) -> bool:
    try:
        return requests.get(f"http://{bind}/metrics", timeout=2).status_code == 200
    except requests.RequestException:
        return False


def test_it_takes_the_port_over_from_one_that_has_not_quite_gone(tmp_path: Path) -> None:
    bind = f"127.0.0.1:{free_port()}"
    old = start(bind, tmp_path)
    wait_until(lambda: answers(bind))
    new = start(bind, tmp_path)
    try:
        wait_until(lambda: new.poll() is None and answers(bind))
        old.kill()
        old.wait()
        wait_until(lambda: answers(bind))
        assert new.poll() is None
    finally:
        new.kill()
        new.wait()


def test_it_ends_with_the_process_that_began_it_and_leaves_nothing(tmp_path: Path) -> None:
    bind = f"127.0.0.1:{free_port()}"
    script = f"""
import subprocess, sys, time
subprocess.Popen([sys.executable, "-m", "gateway.metrics", "{bind}", "{tmp_path}"])
time.sleep(60)
"""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen([sys.executable, "-c", script], env=environment)
    wait_until(lambda: answers(bind))
    parent.kill()
    parent.wait()
    wait_until(lambda: not answers(bind))
    wait_until(lambda: not tmp_path.exists())


def test_a_request_is_a_span_of_the_callers_trace(start_gateway: Callable[..., OwnGateway]) -> None:
    collector = Collector()
    gateway = start_gateway(
        OTEL_EXPORTER_OTLP_ENDPOINT=collector.address, OTEL_SERVICE_NAME="gateway", OTEL_BSP_SCHEDULE_DELAY="200"
    )
    trace, above = uuid.uuid4().hex, "2" * 16
    answer = gateway.client().get("/api/v1/columns?limit=3", headers={"traceparent": f"00-{trace}-{above}-01"})
    assert answer.status_code == 200
    wait_until(lambda: collector.named("GET /api/v1/columns"))
    (span,) = collector.named("GET /api/v1/columns")
    assert (span.trace_id.hex(), span.parent_span_id.hex()) == (trace, above)
    assert answer.headers["traceparent"] == f"00-{trace}-{span.span_id.hex()}-01"
    collector.close()

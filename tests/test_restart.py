"""A service restarted under load: nobody notices."""

import os
import subprocess
from pathlib import Path

import pytest
from visitors import Visitors

from kit.testing import Stack

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.alone


@pytest.mark.timeout(300)
@pytest.mark.parametrize("service", ["petition", "accounts"])
def test_a_restart_under_load_fails_no_request(stack: Stack, service: str) -> None:
    visitors = Visitors.arrive(stack)
    before = stack["pids"][service]
    with visitors.at_work():
        restart(stack, service)
    assert stack["pids"][service] != before
    visitors.check_nothing_failed()


def restart(stack: Stack, service: str) -> None:
    own = {name: value for name, value in os.environ.items() if name not in ("AMQP_URL", "MONGO_URL")}
    done = subprocess.run(
        ["./dev", "restart", service],
        cwd=ROOT,
        env={**own, "DEV_HOME": str(stack.path.parent)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

"""A minute of residents and staff at the deployed stack: nothing acknowledged is lost or double."""

import sys

import pytest
from deployed import Deployed

from kit.testing import Stack


@pytest.mark.timeout(300)
def test_a_minute_of_load(stack: Stack, deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    told = deployed.dev("load", "smoke", "--minutes", "1", "--stack", str(stack.path))
    with capsys.disabled():
        sys.stdout.write(f"\n{told}")
    assert " acknowledged, 0 lost, 0 double" in told

"""Tests of the deployed stack: ./dev test-compose runs them, ./dev test does not."""

import os

import pytest
from deployed import Deployed

from kit.testing import Stack

collect_ignore_glob = [] if "COMPOSE_STACK" in os.environ else ["test_*.py"]


@pytest.fixture(scope="session")
def deployed(stack: Stack) -> Deployed:
    return Deployed(stack)

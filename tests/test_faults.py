"""The story while parts are killed. What was acknowledged is there afterwards, once."""

import pytest
from parts import Ledger, arm, fired, kill_and_wait, wait_until_ready
from pymongo import MongoClient

from kit.testing import Stack, wait_until
from story import Desk, Story

pytestmark = [pytest.mark.faults, pytest.mark.alone, pytest.mark.timeout(420)]

PARTS = ("petition", "accounts", "gateway", "broker", "database")
POINTS = ("outbox.before_publish", "outbox.after_publish", "rpc.before_reply", "rpc.before_ack")


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Desk:
    return Desk.open(stack)


@pytest.fixture
def ledger(stack: Stack, mongo_client: MongoClient) -> Ledger:
    return Ledger(stack, mongo_client)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_killed_in_the_middle(stack: Stack, desk: Desk, ledger: Ledger, part: str) -> None:
    story = Story.begin(stack, desk)
    story.submit(with_picture=False)
    kill_and_wait(stack, part)
    story.take_in()
    story.reply()
    story.rate()
    ledger.settle()
    story.check_seen_by_everyone()
    story.check_kept_once(ledger)


@pytest.mark.parametrize("point", POINTS)
def test_a_service_dies_at_a_fault_point(stack: Stack, desk: Desk, ledger: Ledger, point: str) -> None:
    story = Story.begin(stack, desk)
    story.submit(with_picture=False)
    before = stack["pids"]["petition"]
    arm(stack, point)
    story.take_in()
    story.reply()
    story.rate()
    wait_until(lambda: fired(stack, point))
    assert stack["pids"]["petition"] != before
    wait_until_ready(stack)
    ledger.settle()
    story.check_seen_by_everyone()
    story.check_kept_once(ledger)

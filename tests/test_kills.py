"""Many stories at once while parts are killed at random, or one stays away for long."""

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from parts import SERVICES, Ledger, events, kill, wait_until_ready
from pymongo import MongoClient
from test_news import ARTICLE, review

from devtools import manager
from devtools.home import Home
from kit.testing import Stack, wait_until
from people import Person
from story import Desk, Story

pytestmark = [pytest.mark.faults, pytest.mark.alone, pytest.mark.large, pytest.mark.timeout(420)]

KILLS = 50
DOWN_SECONDS = 60


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Desk:
    return Desk.open(stack)


@pytest.fixture
def ledger(stack: Stack, mongo_client: MongoClient) -> Ledger:
    return Ledger(stack, mongo_client)


def test_fifty_kills_at_random_times(stack: Stack, desk: Desk, ledger: Ledger) -> None:
    chance = random.Random(20261123)
    victims = [*("broker", "database") * 3, *(chance.choice((*SERVICES, "gateway")) for _ in range(KILLS - 6))]
    chance.shuffle(victims)
    with _stories_told(stack, desk, ledger) as stories:
        for victim in victims:
            _wait_for_a_step(stories)
            time.sleep(chance.uniform(0, 1))
            wait_until(lambda name=victim: _kill(stack, name), 60, every=0.1)


def test_the_broker_is_down_for_a_minute_while_cases_are_dispatched(stack: Stack, desk: Desk, ledger: Ledger) -> None:
    home = Home(stack.path.parent)
    with _stories_told(stack, desk, ledger) as stories:
        _wait_for_a_step(stories)
        manager.stop_part(home, "broker")
        time.sleep(DOWN_SECONDS)
        manager.start_part(home, "broker")
        wait_until_ready(stack)
        _wait_for_a_step(stories)


def test_what_is_due_while_the_broker_is_down_goes_out_and_is_told_once(stack: Stack, ledger: Ledger) -> None:
    reporter, editor = (
        Person(stack, token=stack.token("staff", f"s_news_{role}", (role,))) for role in ("reporter", "editor")
    )
    article = reporter.do("/desk/articles", ARTICLE)["id"]
    review(stack, article)
    at = datetime.now(UTC) + timedelta(seconds=6)
    editor.do(f"/desk/articles/{article}/schedule", {"at": at.isoformat()}, method="PUT")
    home, reader = Home(stack.path.parent), Person(stack)
    with events(stack, "news", "news.article_published.v1") as told:
        manager.stop_part(home, "broker")
        wait_until(lambda: ledger.article(article)["state"] == "published", 60)
        assert ledger.article(article)["_outbox"], "committed with its event"
        manager.start_part(home, "broker")
        wait_until_ready(stack)
        wait_until(lambda: article in [row["id"] for row in reader.get("/articles")["items"]], 60)
        ledger.settle()
        assert [event["subject"] for event in told()].count(article) == 1


@contextmanager
def _stories_told(stack: Stack, desk: Desk, ledger: Ledger) -> Iterator[list[Story]]:
    """Three residents tell one story after the other; at the end each is looked for in all that is shown and kept."""
    stories: list[Story] = []
    over = threading.Event()
    with ThreadPoolExecutor(3) as residents:
        telling = [residents.submit(_tell_until, over, stack, desk, stories) for _ in range(3)]
        try:
            yield stories
        finally:
            over.set()
        for resident in telling:
            resident.result()
    wait_until_ready(stack)
    ledger.settle()
    print(f"{len(stories)} stories told")  # noqa: T201 - shown by pytest -rP
    for story in stories:
        story.check_seen_by_everyone()
        story.check_kept_once(ledger)


def _tell_until(over: threading.Event, stack: Stack, desk: Desk, stories: list[Story]) -> None:
    while not over.is_set():
        story = Story.begin(stack, desk)
        stories.append(story)
        story.tell(with_picture=False)


def _wait_for_a_step(stories: list[Story]) -> None:
    """Waits until one more step is acknowledged: the next blow shall hit work, not a part that is still rising."""
    before = sum(len(story.acknowledged) for story in stories)
    wait_until(lambda: sum(len(story.acknowledged) for story in stories) > before, 120)


def _kill(stack: Stack, part: str) -> bool:
    """Whether there was something to kill: a part that is down from its last blow is waited for."""
    try:
        kill(stack, part)
    except (KeyError, ProcessLookupError):
        return False
    return True

"""The front page, on a real database: chosen once, by one editor at a time, and never what nobody may read."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.contract import Empty
from kit.errors import Conflict, Invalid
from kit.testing import new_key
from news import fronting
from news.contract.front import ChooseFront
from news.contract.reading import Front


def choose(newsroom: Any, *articles: str, key: str | None = None, **fields: Any) -> int:
    given = {"idempotency_key": key or new_key(), "articles": articles, **fields}
    return fronting.choose_front(newsroom.parts, ChooseFront.model_validate(given), newsroom.editor).version


def shown(newsroom: Any, limit: int = 6) -> list[str]:
    return [row.id for row in fronting.front(newsroom.parts, Front(limit=limit)).items]


def test_what_is_chosen_stands_first_then_the_newest(newsroom: Any) -> None:
    first, second, third = (newsroom.published() for _ in range(3))
    assert shown(newsroom) == [third, second, first]
    choose(newsroom, first, third)
    assert shown(newsroom) == [first, third, second]
    assert shown(newsroom, 1) == [first]
    choose(newsroom)
    assert shown(newsroom) == [third, second, first]


def test_what_is_withdrawn_goes_and_what_is_not_out_cannot_come(newsroom: Any) -> None:
    first, second, draft = newsroom.published(), newsroom.published(), newsroom.create()
    choose(newsroom, first, second)
    newsroom.withdraw(first)
    assert shown(newsroom) == [second]
    assert [row.id for row in fronting.get_front_choice(newsroom.parts, Empty()).articles] == [second]
    for wrong in (draft, first, "CPN20261127-000000"):
        with pytest.raises(Invalid, match="第2篇"):
            choose(newsroom, second, wrong)


def test_an_old_choice_gives_way_to_what_is_new(newsroom: Any) -> None:
    first, second = newsroom.published(), newsroom.published()
    choose(newsroom, first)
    newsroom.db.fronts.update_one({}, {"$set": {"at": utcnow() - timedelta(hours=72)}})
    assert shown(newsroom) == [second, first]


def test_the_front_page_is_untrue_when_the_choice_lapses_and_says_so(newsroom: Any) -> None:
    first, _ = newsroom.published(), newsroom.published()
    assert fronting.front(newsroom.parts, Front()).valid_until is None
    choose(newsroom, first)
    until = fronting.get_front_choice(newsroom.parts, Empty()).holds_until
    assert until is not None and fronting.front(newsroom.parts, Front()).valid_until == until
    newsroom.db.fronts.update_one({}, {"$set": {"at": utcnow() - timedelta(hours=72)}})
    assert fronting.front(newsroom.parts, Front()).valid_until is None
    choose(newsroom)
    assert fronting.front(newsroom.parts, Front()).valid_until is None


def test_one_editor_at_a_time_and_each_request_once(newsroom: Any) -> None:
    first, second = newsroom.published(), newsroom.published()

    def attempt(article: str) -> str:
        try:
            choose(newsroom, article, version=0)
        except Conflict:
            return "second"
        return "first"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, [first, second] * 2)) == ["first", "second", "second", "second"]
    key = new_key()
    assert choose(newsroom, second, key=key) == choose(newsroom, second, key=key) == 2
    assert [(e["type"], e["seq"]) for e in newsroom.db.fronts.find_one()["_outbox"]] == [
        ("news.front_changed.v1", 1),
        ("news.front_changed.v1", 2),
    ]

"""The front page: what editors chose, for a time, and the newest behind it."""

from datetime import UTC, datetime, timedelta

from news.domain.front import HOLDS, Front, filled

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


def test_what_was_chosen_stands_first_and_nothing_stands_twice() -> None:
    assert filled(["b", "d"], ["a", "b", "c", "d"], 3) == ["b", "d", "a"]
    assert filled([], ["a", "b"], 3) == ["a", "b"]
    assert filled(["a", "b", "c"], [], 2) == ["a", "b"]


def test_a_choice_lapses_by_itself_and_each_article_has_one_place() -> None:
    chosen = Front().chosen(["a", "b", "a"], "s_editor", NOW)
    assert (chosen.articles, chosen.version) == (("a", "b"), 1)
    assert chosen.standing(NOW + HOLDS - timedelta(seconds=1)) == ("a", "b")
    assert chosen.standing(NOW + HOLDS) == ()
    assert Front().standing(NOW) == ()

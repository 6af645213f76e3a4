"""Search in the database: every document that holds the bigrams is found once, by reading little else."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kit import search, text
from kit.clock import utcnow
from kit.mongo import Db
from kit.search import Words


@pytest.fixture
def skewed(database: Db) -> Db:
    """Half of the documents speak of 幼儿园, half of 施工; few and old ones of 幼儿园施工."""
    database.cases.create_indexes([search.GRAMS_INDEX])
    began = utcnow()
    titles = [("施工何时结束", "幼儿园招生")[n % 2] for n in range(3000)]
    titles[0:1500:150] = ["崔村镇幼儿园施工"] * 10
    rows = [
        {"_id": n, "title": t, "grams": text.grams(t), "created": began + timedelta(minutes=n)}
        for n, t in enumerate(titles)
    ]
    database.cases.insert_many(rows)
    return database


def found(database: Db, query: str, limit: int = 5, cursor: str | None = None) -> tuple[list[int], str | None]:
    grams = text.query_grams(query)
    rows, following = Words(database.cases).page(grams, {}, limit, cursor)
    return [row["_id"] for row in rows], following


def test_pages_lead_from_the_newest_to_the_oldest_each_once(skewed: Db) -> None:
    first, on = found(skewed, "幼儿园施工")
    second, after = found(skewed, "幼儿园施工", cursor=on)
    assert first + second == list(range(1350, -1, -150))
    assert on is not None
    assert after is None or found(skewed, "幼儿园施工", cursor=after) == ([], None)


def test_it_reads_what_it_shows_and_the_rest_off_the_index(skewed: Db) -> None:
    first, on = found(skewed, "幼儿园施工")
    assert first == [1350, 1200, 1050, 900, 750]
    skewed.command("profile", 2)
    found(skewed, "幼儿园施工", cursor=on)
    found(skewed, "幼儿园 施工", cursor=on)
    skewed.command("profile", 0)
    asked = list(skewed.system.profile.find({"ns": f"{skewed.name}.cases"}))
    by_number = [row["docsExamined"] for row in asked if row["command"].get("hint") == "_id_"]
    assert by_number[0] == 5
    assert sum(by_number) == sum(row["docsExamined"] for row in asked) <= 15
    assert sum(row["keysExamined"] for row in asked) <= 2 * (7 * search.FAR + 2 * sum(search.REACHES) * search.OTHERS)


def test_the_rarest_bigrams_are_those_of_where_the_page_begins(skewed: Db) -> None:
    grams = text.query_grams("幼儿园施工")
    words = Words(skewed.cases)
    assert words.by_rarity(grams)[0] == text.query_grams("园施")[0]
    assert set(words.by_rarity(grams)) == set(grams)
    latest = skewed.cases.find_one({"_id": 2999})["created"]
    ours = [{"_id": 5000 + n, "grams": [1 + n % 3 // 2], "created": latest - timedelta(n)} for n in range(900)]
    skewed.cases.insert_many([*ours, *({"_id": 9000 + n, "grams": [2], "created": latest} for n in range(500))])
    assert words.by_rarity([2, 1]) == [1, 2]  # of 2 there is less, but the newest
    assert words.by_rarity([2, 1], latest - timedelta(hours=1)) == [2, 1]


def test_what_holds_most_of_some_bigrams_is_met_in_a_time_off_the_index(skewed: Db) -> None:
    grams, words = text.query_grams("崔村镇幼儿园施工"), Words(skewed.cases)
    first, last = (skewed.cases.find_one({"_id": n})["created"] for n in (300, 900))
    skewed.command("profile", 2)
    met = words.meeting(grams, first, last, each=50, least=4)
    skewed.command("profile", 0)
    assert met == {900: 7, 750: 4, 600: 4, 450: 4, 300: 4}, "a frequent bigram tells of the newest alone"
    asked = list(skewed.system.profile.find({"ns": f"{skewed.name}.cases"}))
    assert sum(row["docsExamined"] for row in asked) == 0
    assert sum(row["keysExamined"] for row in asked) <= len(grams) * 60
    assert words.meeting([], first, last, each=50, least=1) == {}


def test_words_that_are_frequent_and_hardly_ever_meet_cost_a_bounded_page(skewed: Db) -> None:
    skewed.command("profile", 2)
    seen, on = found(skewed, "幼儿园 施工")
    skewed.command("profile", 0)
    assert (seen, on is not None) == ([1350, 1200, 1050], True)  # where the lists of both reach
    assert sum(row["docsExamined"] for row in skewed.system.profile.find({"command.find": "cases"})) <= search.READ
    for _ in range(60):
        numbers, on = found(skewed, "幼儿园 施工", cursor=on)
        seen += numbers
        if on is None:
            break
    assert (seen, on) == (list(range(1350, -1, -150)), None)


def test_documents_of_one_moment_are_all_found_once(database: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "REACHES", (2, 4))
    monkeypatch.setattr(search, "READ", 4)
    database.cases.create_indexes([search.GRAMS_INDEX])
    at = utcnow()
    titles = ["道路照明", "道路", "照明"] * 7
    database.cases.insert_many(
        [{"_id": n, "title": t, "grams": text.grams(t), "created": at} for n, t in enumerate(titles)]
    )
    seen, on = found(database, "道路 照明", 2)
    while on:
        numbers, on = found(database, "道路 照明", 2, on)
        seen += numbers
    assert seen == list(range(18, -1, -3))


def test_a_bigram_that_nothing_holds_ends_the_search(skewed: Db) -> None:
    assert found(skewed, "幼儿园路灯") == ([], None)


@given(st.lists(st.sampled_from(["甲乙", "乙丙", "甲乙丙", "丙丁", "甲乙丁", "丁"]), max_size=30), st.integers(1, 7))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_together_are_what_a_look_at_everything_finds(database: Db, titles: list[str], limit: int) -> None:
    database.cases.drop()
    database.cases.create_indexes([search.GRAMS_INDEX])
    at = utcnow()
    rows = [
        {"_id": n, "title": t, "grams": text.grams(t), "created": at + timedelta(seconds=n // 3)}
        for n, t in enumerate(titles)
    ]
    if rows:
        database.cases.insert_many(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "REACHES", (3, 5))
        patch.setattr(search, "READ", 3)
        seen, on = found(database, "甲乙 乙丙", limit)
        while on:
            numbers, on = found(database, "甲乙 乙丙", limit, on)
            seen += numbers
    assert seen == [n for n in reversed(range(len(titles))) if titles[n] == "甲乙丙"]

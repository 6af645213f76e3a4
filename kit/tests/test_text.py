"""Search by bigrams: what must be found is found, in the database too, and by a walk that is short."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import text
from kit.clock import utcnow
from kit.mongo import Db

chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), min_size=2, max_size=30)


@given(chinese, st.data())
def test_every_part_of_a_title_finds_it(title: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(title) - 2))
    end = data.draw(st.integers(start + 2, len(title)))
    query = title[start:end]
    assert set(text.query_grams(query)) <= set(text.grams(title))
    assert text.matches(query, title)


@given(st.text(max_size=400), st.text(max_size=400))
def test_a_document_never_holds_more_than_its_share(one: str, other: str) -> None:
    found = text.grams(one, other)
    assert len(found) == len(set(found)) <= text.MOST_GRAMS
    assert all(-(2**31) <= gram < 2**31 for gram in found)


@pytest.mark.parametrize(
    ("query", "title", "found"),
    [
        ("ＡＰＰ", "北京昌平app上线", True),
        ("崔村 幼儿园", "崔村镇幼儿园何时施工", True),
        ("崔村幼儿园", "崔村镇幼儿园何时施工", False),
        ("幼儿园", "回龙观小学", False),
        ("", "回龙观小学", False),
        ("，。！", "回龙观小学", False),
    ],
)
def test_queries_as_people_write_them(query: str, title: str, found: bool) -> None:
    assert text.matches(query, title) is found


def test_one_character_has_no_bigram() -> None:
    assert text.query_grams("园") == []


def test_the_newest_come_first_by_the_index(database: Db) -> None:
    database.cases.create_indexes([text.GRAMS_INDEX])
    titles = ["崔村镇幼儿园施工", "崔村镇道路照明", "南口镇幼儿园招生"] * 20
    now = utcnow()
    database.cases.insert_many(
        [{"_id": n, "title": t, "grams": text.grams(t), "created": now} for n, t in enumerate(titles)]
    )
    query = text.holding(database.cases, text.query_grams("幼儿园"), within={})
    cursor = database.cases.find(query).hint("grams").sort([("created", -1), ("_id", -1)]).limit(5)
    assert [row["_id"] for row in cursor] == [59, 57, 56, 54, 53]
    plan = cursor.explain()
    assert "COLLSCAN" not in str(plan)
    assert "'stage': 'SORT'" not in str(plan["queryPlanner"]["winningPlan"])


@pytest.fixture
def skewed(database: Db) -> Db:
    """Half of the documents speak of 幼儿园, half of 施工; few and old ones of 幼儿园施工."""
    database.cases.create_indexes([text.GRAMS_INDEX])
    began = utcnow()
    titles = [("施工何时结束", "幼儿园招生")[n % 2] for n in range(3000)]
    titles[0:1500:150] = ["崔村镇幼儿园施工"] * 10
    rows = [
        {"_id": n, "title": t, "grams": text.grams(t), "created": began + timedelta(minutes=n)}
        for n, t in enumerate(titles)
    ]
    database.cases.insert_many(rows)
    return database


def walk(database: Db, query: str, **within: Any) -> tuple[list[int], dict[str, Any]]:
    """What the newest page holds, and what the database did for it, by all plans that it tried."""
    condition = text.holding(database.cases, text.query_grams(query), within=within)
    find = {
        "find": "cases",
        "filter": {**condition, **within},
        "hint": "grams",
        "sort": {"created": -1, "_id": -1},
        "limit": 5,
    }
    found = [row["_id"] for row in database.command(find)["cursor"]["firstBatch"]]
    return found, database.command("explain", find, verbosity="allPlansExecution")


def test_a_walk_goes_by_the_rarest_bigram_alone(skewed: Db) -> None:
    found, told = walk(skewed, "幼儿园施工")
    assert found == [1350, 1200, 1050, 900, 750]
    assert told["queryPlanner"]["rejectedPlans"] == []
    assert told["executionStats"]["totalDocsExamined"] <= text.FAR


def test_rare_is_what_is_rare_where_the_walk_begins(skewed: Db) -> None:
    old = {"$lte": skewed.cases.find_one({"_id": 900})["created"]}
    found, told = walk(skewed, "幼儿园施工", created=old)
    assert found == [900, 750, 600, 450, 300]
    assert told["executionStats"]["totalDocsExamined"] <= text.FAR


def test_how_rare_a_bigram_is_is_read_off_the_index(skewed: Db) -> None:
    skewed.command("profile", 2)
    text.holding(skewed.cases, text.query_grams("幼儿园施工"), within={})
    skewed.command("profile", 0)
    asked = list(skewed.system.profile.find({"command.aggregate": "cases"}))
    assert asked
    assert sum(row["docsExamined"] for row in asked) == 0
    assert sum(row["keysExamined"] for row in asked) <= 4 * text.FAR


def test_a_page_looks_through_a_bounded_number_of_documents(skewed: Db) -> None:
    held = text.holding(skewed.cases, text.query_grams("幼儿园 施工"), within={})
    end = text.end_of_walk(skewed.cases, held, within={})
    assert end is not None
    assert skewed.cases.count_documents({text.FIELD: held[text.FIELD], "created": {"$gte": end}}) == text.WALKED
    alone = text.holding(skewed.cases, text.query_grams("园招"), within={})
    assert text.end_of_walk(skewed.cases, alone, within={}) is None
    older = {"created": {"$lt": end}}
    assert text.end_of_walk(skewed.cases, {**held, **older}, within=older) is None

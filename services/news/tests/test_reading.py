"""What the public reads: lists, pages, the front page, search."""

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from kit.contract import Empty, PageRequest
from kit.errors import Invalid
from news import fronting, reading
from news.contract.reading import Front, ListArticles, Search
from news.contract.shapes import OneArticle
from news.domain.district import Topic


def ids(page: Any) -> list[str]:
    return [row.id for row in page.items]


def listed(newsroom: Any, **asked: Any) -> list[str]:
    return ids(reading.list_articles(newsroom.parts, ListArticles(**asked)))


def found(newsroom: Any, query: str) -> list[str]:
    return ids(reading.search(newsroom.parts, Search(q=query)))


def test_columns_come_in_their_order_page_by_page(newsroom: Any) -> None:
    whole = reading.list_columns(newsroom.parts, PageRequest())
    assert len(whole.items) == 10
    assert whole.next_cursor is None
    assert {"新闻", "科技", "文化", "教育", "旅游", "农业"} <= {column.name for column in whole.items}
    pages, cursor = [], None
    while True:
        page = reading.list_columns(newsroom.parts, PageRequest(limit=3, cursor=cursor))
        pages += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert pages == whole.items


def test_a_changed_row_of_a_column_changes_the_page(newsroom: Any) -> None:
    article = newsroom.published()
    newsroom.db.columns.update_one({"_id": "livelihood"}, {"$set": {"name": "百姓生活"}})
    assert "百姓生活" in [column.name for column in reading.list_columns(newsroom.parts, PageRequest()).items]
    (row,) = reading.list_articles(newsroom.parts, ListArticles()).items
    assert (row.id, row.column.name) == (article, "百姓生活")


def test_lists_hold_what_is_published_newest_first_by_column_and_town(newsroom: Any) -> None:
    first = newsroom.published(column="culture", town=None)
    second = newsroom.published(column="culture", town="110114112")
    third = newsroom.published(column="science", town="110114112")
    newsroom.create(column="culture")
    newsroom.withdraw(newsroom.published(column="culture"))
    assert listed(newsroom) == [third, second, first]
    assert listed(newsroom, column="culture") == [second, first]
    assert listed(newsroom, town="110114112") == [third, second]
    assert listed(newsroom, town="110114112", column="culture") == [second]
    assert listed(newsroom, column="no_such") == []
    assert ids(fronting.front(newsroom.parts, Front(limit=2))) == [third, second]


def with_topics(newsroom: Any, *codes: str) -> None:
    """The district has these topics, called so."""
    topics = {code: Topic(code=code, name=f"话题{code}") for code in codes}
    directory = newsroom.parts.directory.model_copy(update={"topics": topics})
    newsroom.parts = replace(newsroom.parts, directory=directory)


def test_a_topic_has_articles_of_all_columns_newest_first_page_by_page(newsroom: Any) -> None:
    with_topics(newsroom, "parking", "transit")
    made = [newsroom.published(column=column, topics=["parking"]) for column in ("news", "culture", "news")]
    newsroom.published(topics=["transit"])
    newsroom.withdraw(newsroom.published(topics=["parking"]))
    newsroom.create(topics=["parking"])
    first = reading.list_articles(newsroom.parts, ListArticles(topic="parking", limit=2))
    assert ids(first) == [made[2], made[1]]
    assert listed(newsroom, topic="parking", cursor=first.next_cursor) == [made[0]]
    assert listed(newsroom, topic="no_such") == []
    assert [topic.code for topic in reading.get_topics(newsroom.parts, Empty()).items] == ["parking", "transit"]
    for other in ({"column": "news"}, {"town": "110114112"}):
        with pytest.raises(ValidationError):
            ListArticles.model_validate({"topic": "parking", **other})


def test_an_article_outlives_a_topic_that_the_district_gives_up(newsroom: Any) -> None:
    with_topics(newsroom, "parking", "transit")
    article = newsroom.published(topics=["parking", "transit"])
    with_topics(newsroom, "transit")
    (view,) = [reading.get_article(newsroom.parts, OneArticle(id=article))]
    assert [(topic.code, topic.name) for topic in view.topics] == [("transit", "话题transit")]
    assert listed(newsroom, topic="transit") == [article]
    newsroom.save(article, topics=None, correction="一个旧页面保存的更正")
    assert newsroom.parts.articles.article(article).words.topics == ("parking", "transit")
    newsroom.save(article, topics=["transit"], correction="更正")
    newsroom.restore(article, newsroom.db.articles.find_one({"_id": article})["version"] - 1, correction="恢复")
    with pytest.raises(Invalid) as refused:
        newsroom.create(topics=["parking"])
    assert refused.value.errors[0]["field"] == "topics"


def test_an_article_has_at_most_five_topics_each_once(newsroom: Any) -> None:
    with_topics(newsroom, *"abcdef")
    newsroom.create(topics=[*"abcde"])
    for wrong in ([*"abcdef"], ["a", "a"]):
        with pytest.raises(ValidationError):
            newsroom.create(topics=wrong)


def test_pages_lose_and_repeat_nothing_while_articles_are_added(newsroom: Any) -> None:
    made = [newsroom.published() for _ in range(7)]
    at = newsroom.db.articles.find_one({"_id": made[3]})["created"]
    newsroom.db.articles.update_many({"_id": {"$in": made[2:5]}}, {"$set": {"created": at}})  # published at one moment
    seen, cursor = [], None
    for _ in range(10):
        page = reading.list_articles(newsroom.parts, ListArticles(limit=2, cursor=cursor))
        seen += ids(page)
        newsroom.published()
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == 7
    assert set(seen) == set(made)


@pytest.mark.parametrize("cursor", ["nonsense", "W10", "eyIkZ3QiOiIifQ", "WzEsMl0" * 40])
def test_a_cursor_that_we_did_not_make_is_named(newsroom: Any, cursor: str) -> None:
    with pytest.raises(Invalid) as caught:
        reading.list_articles(newsroom.parts, ListArticles(cursor=cursor))
    assert caught.value.errors[0]["field"] == "cursor"


def test_search_finds_titles_and_leads_of_what_is_published(newsroom: Any) -> None:
    canteen = newsroom.published()
    lamp = newsroom.published(title="多条道路无照明", lead="路灯何时能亮，ＬＥＤ改造有了时限。")
    newsroom.create(title="道路照明的草稿")
    newsroom.withdraw(newsroom.published(title="撤回的道路报道"))
    assert found(newsroom, "道路") == [lamp]
    assert found(newsroom, "路灯 照明") == [lamp]
    assert found(newsroom, "led改造") == [lamp]
    assert found(newsroom, "社区食堂") == [canteen]
    for nothing in ("食堂社区", "道", "，。", "不存在的词", "<script>", "$where"):
        assert found(newsroom, nothing) == []
    newsroom.save(lamp, title="多条道路已经点亮", correction="更新进展")
    assert found(newsroom, "无照明") == []
    assert found(newsroom, "点亮") == [lamp]


def test_search_goes_on_page_by_page(newsroom: Any) -> None:
    made = [newsroom.published() for _ in range(5)]
    first = reading.search(newsroom.parts, Search(q="食堂", limit=3))
    second = reading.search(newsroom.parts, Search(q="食堂", limit=3, cursor=first.next_cursor))
    assert ids(first) + ids(second) == made[::-1]
    assert second.next_cursor is None
    assert first.items[0].path == f"/articles/{made[-1]}"


def test_what_only_looks_alike_by_its_pairs_is_not_found(newsroom: Any) -> None:
    newsroom.published(title="食堂开门，开门迎客，客食", lead="")
    assert found(newsroom, "客食堂") == []

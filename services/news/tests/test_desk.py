"""The desk: each step once, by whom it is for, on what was read."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import ValidationError

from kit.errors import Conflict, Forbidden, Invalid, NotFound
from news import desk, publishing, reading
from news.contract.desk import CreateArticle, ListDeskArticles, PublishArticle
from news.contract.shapes import OneArticle
from news.store.articles import index_titles

TITLES = ("社区食堂明天开门", "社区食堂今天开门", "社区食堂临时停业", "便民早餐点今天开门")


def test_from_a_draft_to_its_readers_a_correction_and_a_withdrawal(newsroom: Any) -> None:
    article = newsroom.create()
    newsroom.save(article, 1, newsroom.reporter, title="社区食堂今天开门")
    with pytest.raises(NotFound):
        reading.get_article(newsroom.parts, OneArticle(id=article))
    assert newsroom.release(article).state == "published"
    newsroom.save(article, title="社区食堂昨天开门", correction="日期有误，应为昨天")
    seen = reading.get_article(newsroom.parts, OneArticle(id=article))
    assert (seen.title, seen.column.name, seen.town and seen.town.name) == ("社区食堂昨天开门", "民生", "崔村镇")
    assert [correction.note for correction in seen.corrections] == ["日期有误，应为昨天"]
    assert [block.kind for block in seen.blocks] == ["paragraph", "quote"]
    newsroom.withdraw(article, reason="事实有误")
    with pytest.raises(NotFound) as gone:
        reading.get_article(newsroom.parts, OneArticle(id=article))
    assert "事实有误" in gone.value.detail
    assert gone.value.extra["reason"] == "事实有误"
    assert newsroom.told(article) == [
        ("news.article_published.v1", 7),
        ("news.article_corrected.v1", 8),
        ("news.headline_corrected.v1", 8),
        ("news.article_withdrawn.v1", 9),
    ]


def test_the_desk_is_searched_by_title_and_by_number_in_every_state(newsroom: Any) -> None:
    draft, out, gone, other = (newsroom.create(title=title) for title in TITLES)
    for article in (out, gone):
        newsroom.release(article)
    newsroom.withdraw(gone, reason="事实有误")

    def found(caller: Any = newsroom.editor, **asked: Any) -> set[str]:
        return {row.id for row in desk.list_desk_articles(newsroom.parts, ListDeskArticles(**asked), caller).items}

    assert found(q="社区食堂") == {draft, out, gone}
    assert found(q="社区食堂", state="published") == {out}
    assert found(q="社区食堂", stage="writing") == {draft}
    assert found(q="食堂 停业") == {gone}
    assert found(q="社区停业") == set(), "its pieces lie apart"
    assert found(q=other.lower()) == {other}
    assert found(q=out, state="published") == {out} and found(q=out, stage="published") == {out}
    assert found(q=other, state="published") == found(q=gone, state="published") == set(), "only what is chosen"
    assert found(q=out, stage="writing") == found(q=draft, returned=True) == set()
    assert found(q="CPN20260101-AAAAAA") == found(q="食") == set()
    assert found(newsroom.colleague, q="社区食堂") == found(newsroom.colleague, q=other) == set()
    newsroom.save(draft, 1, newsroom.reporter, title="便民早餐点开门")
    assert found(q="社区食堂") == {out, gone}
    assert found(q="早餐点") == {draft, other}


def test_a_search_of_the_desk_goes_on_page_by_page(newsroom: Any) -> None:
    numbers = {newsroom.create(title=f"社区食堂第{at}家开门") for at in range(5)}
    seen, cursor = set(), None
    for _ in range(3):
        page = desk.list_desk_articles(
            newsroom.parts, ListDeskArticles(q="食堂", limit=2, cursor=cursor), newsroom.chief
        )
        seen |= {row.id for row in page.items}
        cursor = page.next_cursor
    assert (seen, cursor) == (numbers, None)


def test_an_article_of_an_instance_of_before_is_found_after_the_migration(newsroom: Any) -> None:
    article = newsroom.create(title="社区食堂今天开门")
    newsroom.db.articles.update_one({"_id": article}, {"$unset": {"title_grams": ""}})
    asked = ListDeskArticles(q="社区食堂")
    assert desk.list_desk_articles(newsroom.parts, asked, newsroom.editor).items == []
    index_titles(newsroom.db)
    assert [row.id for row in desk.list_desk_articles(newsroom.parts, asked, newsroom.editor).items] == [article]


def test_a_stale_version_is_told_what_stands(newsroom: Any) -> None:
    article = newsroom.create()
    newsroom.save(article, 1, title="第一位编辑的标题")
    with pytest.raises(Conflict) as late:
        newsroom.save(article, 1, newsroom.second_editor, title="第二位编辑的标题")
    assert (late.value.extra["version"], late.value.extra["state"]) == (2, "draft")
    assert (late.value.extra["by"], late.value.extra["changed"]) == (newsroom.editor.id, ["title"])
    with pytest.raises(Conflict):
        newsroom.submit(article, version=1)
    reviewed = newsroom.pass_reviews(article)
    newsroom.publish(article, version=reviewed)
    with pytest.raises(Conflict) as twice:
        newsroom.release(article)
    assert twice.value.extra["state"] == "published"


def test_of_editors_who_save_at_once_one_wins(newsroom: Any) -> None:
    article = newsroom.create()

    def save(number: int) -> bool:
        try:
            return bool(newsroom.save(article, 1, title=f"第{number}位编辑的标题"))
        except Conflict:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(save, range(8))) == 1
    assert newsroom.db.articles.find_one({"_id": article})["version"] == 2


def test_the_same_request_at_once_makes_one_draft(newsroom: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: newsroom.create(key="one"), range(20)))
    assert len(made) == newsroom.db.articles.count_documents({}) == 1
    with pytest.raises(Conflict):
        newsroom.create(key="one", title="另一个标题")


def test_a_repeated_step_gets_its_first_answer_and_is_told_once(newsroom: Any) -> None:
    article = newsroom.create()
    newsroom.pass_reviews(article)
    request = PublishArticle(idempotency_key="publish", id=article)
    first = publishing.publish_article(newsroom.parts, request, newsroom.editor)
    newsroom.withdraw(article)
    assert publishing.publish_article(newsroom.parts, request, newsroom.editor) == first
    assert len(newsroom.told(article)) == 2
    other = newsroom.create()
    with pytest.raises(Conflict):
        publishing.publish_article(newsroom.parts, request.model_copy(update={"id": other}), newsroom.editor)


def test_a_repeated_save_gets_its_first_answer_also_when_its_column_is_gone(newsroom: Any) -> None:
    article = newsroom.create()
    first = newsroom.save(article, 1, idempotency_key="save")
    newsroom.db.columns.delete_one({"_id": "livelihood"})
    assert newsroom.save(article, 1, idempotency_key="save") == first


def test_a_reporter_works_on_his_own_drafts_and_publishes_nothing(newsroom: Any) -> None:
    mine, other = newsroom.create(), newsroom.create(newsroom.colleague)
    rows = desk.list_desk_articles(newsroom.parts, ListDeskArticles(), newsroom.reporter).items
    assert [row.id for row in rows] == [mine]
    with pytest.raises(NotFound):
        newsroom.save(other, 1, newsroom.reporter)
    with pytest.raises(NotFound):
        newsroom.publish(other, newsroom.reporter)
    with pytest.raises(NotFound):
        desk.get_desk_article(newsroom.parts, OneArticle(id=other), newsroom.reporter)
    with pytest.raises(Forbidden):
        newsroom.hurry(mine, newsroom.reporter)
    newsroom.release(mine)
    with pytest.raises(Forbidden):
        newsroom.save(mine, None, newsroom.reporter, correction="改一个字")
    assert desk.get_desk_article(newsroom.parts, OneArticle(id=mine), newsroom.reporter).actions == []


def test_an_editor_sees_every_draft_by_state(newsroom: Any) -> None:
    draft, published, withdrawn = newsroom.create(), newsroom.published(), newsroom.published()
    newsroom.withdraw(withdrawn)
    for state, expected in (("draft", draft), ("published", published), ("withdrawn", withdrawn)):
        rows = desk.list_desk_articles(newsroom.parts, ListDeskArticles(state=state), newsroom.editor).items
        assert [row.id for row in rows] == [expected]
    assert len(desk.list_desk_articles(newsroom.parts, ListDeskArticles(), newsroom.chief).items) == 3
    whole = desk.get_desk_article(newsroom.parts, OneArticle(id=withdrawn), newsroom.editor)
    assert (whole.withdrawal, whole.state_name, whole.actions) == ("内容有误", "已撤回", [])


def test_a_published_article_is_not_changed_without_a_note(newsroom: Any) -> None:
    article = newsroom.published()
    with pytest.raises(Invalid) as silent:
        newsroom.save(article, title="悄悄换个标题")
    assert silent.value.errors[0]["field"] == "correction"


@pytest.mark.parametrize(("field", "value"), [("column", "no_such"), ("town", "999999999")])
def test_columns_and_towns_must_exist(newsroom: Any, field: str, value: str) -> None:
    with pytest.raises(Invalid) as unknown:
        newsroom.create(**{field: value})
    assert unknown.value.errors[0]["field"] == field
    article = newsroom.create()
    with pytest.raises(Invalid):
        newsroom.save(article, 1, **{field: value})


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> &lt; \"' ${7*7} {{7*7}}"


def test_markup_is_text_and_comes_back_as_it_was_typed(newsroom: Any) -> None:
    article = newsroom.published(title=HOSTILE[:60], lead=HOSTILE, blocks=[{"kind": "paragraph", "text": HOSTILE}])
    seen = reading.get_article(newsroom.parts, OneArticle(id=article))
    assert (seen.title, seen.lead, seen.blocks[0].text) == (HOSTILE[:60], HOSTILE, HOSTILE)


def test_what_hides_or_reorders_text_is_taken_out(newsroom: Any) -> None:
    article = newsroom.published(title="社区\u202e食堂\u200b开门\x00")
    assert reading.get_article(newsroom.parts, OneArticle(id=article)).title == "社区食堂开门"


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "短"},
        {"title": "长" * 61},
        {"title": "\u200b\u200b\u200b\u200b"},
        {"lead": "长" * 201},
        {"blocks": []},
        {"blocks": [{"kind": "html", "text": "<b>"}]},
        {"blocks": [{"kind": "heading", "text": "长" * 61}]},
        {"blocks": [{"kind": "paragraph", "text": "长" * 3001}]},
        {"blocks": [{"kind": "paragraph", "text": "长" * 2900}] * 7},
        {"blocks": [{"kind": "paragraph", "text": "x", "href": "javascript:alert(1)"}]},
        {"desk": ""},
        {"example": True},
        {"column": {"$ne": ""}},
    ],
)
def test_what_is_too_long_empty_or_unknown_is_refused(words: Any, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CreateArticle.model_validate({"idempotency_key": "k", **words(**fields)})

"""三审三校 as people go through it, and what stands in the database of before and after."""

from typing import Any

import pytest

from kit.errors import Conflict, Forbidden, Invalid, NotFound
from news import desk, reading
from news.contract.desk import ListDeskArticles
from news.contract.shapes import OneArticle


def read(newsroom: Any, article: str, by: Any = None) -> Any:
    return desk.get_desk_article(newsroom.parts, OneArticle(id=article), by or newsroom.editor)


def test_from_the_reporter_through_three_reviews_with_a_return_to_the_readers(newsroom: Any) -> None:
    article = newsroom.create()
    assert newsroom.submit(article).stage_name == "待一审"
    newsroom.approve(article, newsroom.editor)
    newsroom.send_back(article, newsroom.duty, {"block": 1, "text": "引语请核实"}, note="补充部门答复")
    seen = read(newsroom, article, newsroom.reporter)
    assert (seen.stage_name, seen.returned) == ("退回修改", True)
    assert seen.course[-1].remarks[0].quoted == "饭菜又软又热。"
    newsroom.save(article, None, newsroom.reporter, title="社区食堂今天开门")
    newsroom.submit(article)
    for reviewer in (newsroom.editor, newsroom.duty, newsroom.chief):
        with pytest.raises(Conflict):
            newsroom.publish(article)
        newsroom.approve(article, reviewer)
    assert newsroom.publish(article).stage == "published"
    assert len(newsroom.told(article)) == 1
    assert [step.action for step in read(newsroom, article).course].count("approve") == 4


def test_each_review_is_for_its_role_and_never_for_the_writer(newsroom: Any) -> None:
    article = newsroom.create(newsroom.editor)
    newsroom.submit(article, newsroom.editor)
    for wrong in (newsroom.editor, newsroom.duty, newsroom.chief):
        with pytest.raises(Forbidden):
            newsroom.approve(article, wrong)
    with pytest.raises(NotFound):
        newsroom.approve(article, newsroom.reporter)
    newsroom.approve(article, newsroom.second_editor)
    assert set(read(newsroom, article, newsroom.duty).may) == {"approve", "return", "embargo", "publish_urgently"}
    assert read(newsroom, article, newsroom.editor).may == ["embargo"]


def test_under_review_nobody_changes_the_words(newsroom: Any) -> None:
    article = newsroom.create()
    newsroom.submit(article)
    for by in (newsroom.reporter, newsroom.editor):
        with pytest.raises(Conflict):
            newsroom.save(article, None, by)


def test_two_reviewers_at_once_make_one_step(newsroom: Any) -> None:
    article = newsroom.create()
    newsroom.submit(article)
    version = newsroom.approve(article, newsroom.editor, version=2).version
    with pytest.raises(Conflict):
        newsroom.approve(article, newsroom.second_editor, version=2)
    assert (read(newsroom, article).version, read(newsroom, article).stage) == (version, "second_review")


def test_in_haste_it_is_published_at_once_and_reviewed_later(newsroom: Any) -> None:
    article = newsroom.create()
    newsroom.hurry(article, newsroom.duty, "暴雨红色预警")
    assert reading.get_article(newsroom.parts, OneArticle(id=article)).title
    assert newsroom.told(article) == [("news.article_published.v1", 2)]
    rows = desk.list_desk_articles(newsroom.parts, ListDeskArticles(stage="later_review"), newsroom.chief).items
    assert [row.id for row in rows] == [article]
    assert read(newsroom, article, newsroom.chief).may == ["save", "review_later", "withdraw"]


def test_what_must_be_changed_is_shown_and_stays_only_with_a_reason(newsroom: Any) -> None:
    article = newsroom.create(title="残疾人与瞎子", lead="回龙观镇的事。")
    found = read(newsroom, article).findings
    assert [(one.place, one.text) for one in found] == [("title", "瞎子"), ("lead", "回龙观镇")]
    with pytest.raises(Invalid) as refused:
        newsroom.submit(article)
    assert refused.value.errors[0]["field"] == "note"
    assert newsroom.submit(article, note="引用书名").stage == "first_review"
    assert read(newsroom, article).title == "残疾人与瞎子"


HARSH = {"title": "残疾人与瞎子", "lead": "回龙观镇的事。"}


def refused_field(call: Any, *given: Any, **fields: Any) -> str:
    with pytest.raises(Invalid) as refused:
        call(*given, **fields)
    return str(refused.value.errors[0]["field"])


def test_in_haste_what_must_be_changed_stays_only_with_a_reason(newsroom: Any) -> None:
    article = newsroom.create(**HARSH)
    assert refused_field(newsroom.hurry, article, newsroom.duty) == "note"
    assert newsroom.hurry(article, newsroom.duty, note="引用书名").stage == "later_review"
    assert read(newsroom, article, newsroom.chief).findings, "who reviews it sees them"


def test_a_correction_is_checked_for_what_it_brings_and_reviewed_by_another(newsroom: Any) -> None:
    article = newsroom.published()
    first = read(newsroom, article).version
    assert refused_field(newsroom.save, article, correction="改题", **HARSH) == "note"
    assert newsroom.save(article, correction="改题", note="引用书名", **HARSH).stage == "later_review"
    assert newsroom.save(article, correction="改署名", desk="新的署名", **HARSH).version, "it was heard already"
    assert refused_field(newsroom.restore, article, first) == "correction"
    assert newsroom.restore(article, first, correction="改回").version, "better words need no reason"
    shown = reading.get_article(newsroom.parts, OneArticle(id=article))
    assert [one.note for one in shown.corrections] == ["改题", "改署名", "改回"]
    with pytest.raises(Forbidden):
        newsroom.review_later(article, newsroom.editor)
    assert newsroom.review_later(article, newsroom.chief).stage == "published"


def test_an_earlier_version_with_what_must_be_changed_comes_back_only_with_a_reason(newsroom: Any) -> None:
    article = newsroom.create(**HARSH)
    newsroom.save(article, None, newsroom.reporter)
    newsroom.release(article)
    assert refused_field(newsroom.restore, article, 1, correction="改回") == "note"
    assert newsroom.restore(article, 1, correction="改回", note="引用书名").stage == "later_review"


def test_the_desk_lists_by_stage(newsroom: Any) -> None:
    draft, submitted = newsroom.create(), newsroom.create()
    newsroom.submit(submitted)
    old = newsroom.create()
    newsroom.db.articles.update_one({"_id": old}, {"$unset": {"stage": ""}})

    def listed(stage: str) -> set[str]:
        rows = desk.list_desk_articles(newsroom.parts, ListDeskArticles(stage=stage), newsroom.editor).items
        return {row.id for row in rows}

    assert listed("first_review") == {submitted}
    assert listed("writing") == {draft, old}


@pytest.mark.parametrize(("state", "stage"), [("published", "published"), ("withdrawn", "withdrawn")])
def test_an_instance_that_knows_no_stages_may_have_moved_it(newsroom: Any, state: str, stage: str) -> None:
    article = newsroom.create()
    newsroom.submit(article)
    newsroom.db.articles.update_one({"_id": article}, {"$set": {"state": state}})
    assert read(newsroom, article).stage == stage


def test_an_article_of_before_is_being_written_or_out(newsroom: Any) -> None:
    article = newsroom.published()
    newsroom.db.articles.update_one({"_id": article}, {"$unset": {"stage": "", "course": "", "returned": ""}})
    assert (read(newsroom, article).stage, read(newsroom, article).course) == ("published", [])

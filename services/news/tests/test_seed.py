"""The district's columns and example articles: brought once, kept as they were changed, another district as well."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from kit.clock import utcnow
from kit.contract import PageRequest
from news import reading, scenery, tip_desk
from news.contract.desk import CreateArticle
from news.contract.reading import ListArticles, Search
from news.contract.shapes import OneArticle
from news.contract.tips import ListDeskTips, OneTip
from news.district import read_columns, read_demo, read_demo_tips, read_directory
from news.domain.district import Scene
from news.parts import assemble
from news.seed import seed_columns, seed_demo, seed_tips

DISTRICT = Path("district")


def test_the_columns_are_brought_once_and_a_change_in_the_database_stays(newsroom: Any) -> None:
    given = read_columns(DISTRICT)
    assert len(given.columns) == 10
    assert seed_columns(newsroom.parts, given) == 0
    newsroom.db.columns.update_one({"_id": "culture"}, {"$set": {"name": "文博"}})
    assert seed_columns(newsroom.parts, given) == 0
    assert newsroom.parts.columns.names()["culture"] == "文博"


def test_a_changed_row_of_the_file_reaches_the_database(newsroom: Any) -> None:
    given = read_columns(DISTRICT)
    changed = given.columns[3].model_copy(update={"about": "新的说明"})
    newer = given.model_copy(update={"columns": (*given.columns[:3], changed, *given.columns[4:])})
    assert seed_columns(newsroom.parts, newer) == 1
    assert reading.list_columns(newsroom.parts, PageRequest()).items[3].about == "新的说明"


def test_examples_are_published_once_over_all_columns(newsroom: Any) -> None:
    given = read_demo(DISTRICT)
    assert seed_demo(newsroom.parts, given, utcnow()) == 40
    assert seed_demo(newsroom.parts, given, utcnow()) == 0
    rows = reading.list_articles(newsroom.parts, ListArticles(limit=100)).items
    counted = Counter(row.column.code for row in rows)
    assert set(counted) == {column.code for column in read_columns(DISTRICT).columns}
    assert all(row.example and row.published_at < utcnow() for row in rows)
    drawn = {row.key for part in given for row in part.articles if row.picture}
    assert len({row.picture.picture for row in rows if row.picture}) == len(drawn) >= 10
    assert all(len(row.picture.widths) == 2 for row in rows if row.picture)
    assert [row.published_at for row in rows] == sorted((row.published_at for row in rows), reverse=True)


def test_a_picture_of_an_example_is_the_same_whenever_it_is_drawn() -> None:
    first, second, other = (scenery.drawn(Scene.RIVER, name) for name in ("a", "a", "b"))
    assert first == second != other


def test_the_topics_of_examples_exist_in_their_district() -> None:
    for district in (DISTRICT, Path("tests/other_district")):
        topics = read_directory(district).topics
        named = {code for part in read_demo(district) for row in part.articles for code in row.topics}
        assert named
        assert named <= topics.keys()


@pytest.mark.parametrize(
    "topics", [[{"code": "a", "name": "甲"}] * 2, [{"code": "a", "name": "甲"}, {"code": "b", "name": "甲"}]]
)
def test_topics_are_told_apart_and_may_be_none(elsewhere: Path, topics: Any) -> None:
    assert read_directory(elsewhere).topics == {}
    (elsewhere / "topics.yml").write_text(yaml.safe_dump({**FACT, "topics": topics}), "utf-8")
    with pytest.raises(ValidationError):
        read_directory(elsewhere)


def test_an_example_that_was_edited_or_withdrawn_is_left_as_it_is(newsroom: Any) -> None:
    seed_demo(newsroom.parts, read_demo(DISTRICT), utcnow())
    first, second = (row.id for row in reading.list_articles(newsroom.parts, ListArticles(limit=2)).items)
    newsroom.save(first, title="编辑改过的标题", correction="改标题")
    newsroom.withdraw(second)
    assert seed_demo(newsroom.parts, read_demo(DISTRICT), utcnow()) == 0
    assert reading.get_article(newsroom.parts, OneArticle(id=first)).title == "编辑改过的标题"
    assert newsroom.db.articles.find_one({"_id": second})["state"] == "withdrawn"


@pytest.mark.parametrize("topic", ["垃圾围村", "道路无照明"])
def test_the_two_reports_are_there_and_marked_as_examples(newsroom: Any, topic: str) -> None:
    seed_demo(newsroom.parts, read_demo(DISTRICT), utcnow())
    (hit,) = reading.search(newsroom.parts, Search(q=topic)).items
    report = reading.get_article(newsroom.parts, OneArticle(id=hit.id))
    assert report.example
    assert report.column.name == "民生"
    assert {"paragraph", "heading", "quote"} == {block.kind for block in report.blocks}


def test_every_example_could_have_been_written_at_the_desk(newsroom: Any) -> None:
    for part in read_demo(DISTRICT):
        assert not part.verified
        for row in part.articles:
            words = row.words(part.column, part.source, newsroom.parts.directory.district, date(2026, 11, 23))
            fields = words.model_dump(exclude={"example", "blocks"})
            body = [block.model_dump(mode="json") for block in words.blocks]
            request = CreateArticle.model_validate({"idempotency_key": row.key, **fields, "body": body})
            assert request.town is None or request.town in newsroom.parts.directory.towns


def test_the_tips_room_has_an_example_at_each_stage(newsroom: Any) -> None:
    given, now = read_demo_tips(DISTRICT), utcnow()
    seed_demo(newsroom.parts, read_demo(DISTRICT), now)
    assert (seed_tips(newsroom.parts, given, now), seed_tips(newsroom.parts, given, now)) == (4, 0)
    rows = tip_desk.list_desk_tips(newsroom.parts, ListDeskTips(), newsroom.editor).items
    assert [row.state for row in rows] == ["received", "checking", "declined", "adopted"]
    assert all(row.town and "示例" in row.opening for row in rows)
    adopted = tip_desk.get_desk_tip(newsroom.parts, OneTip(no=rows[3].no), newsroom.editor)
    assert "垃圾围村" in adopted.articles[0].title
    assert [entry.kind for entry in adopted.entries] == ["assign", "message", "adopt", "report"]
    assert all(entry.at < now for row in rows for entry in newsroom.parts.tips.tip(row.no).entries)
    declined = tip_desk.get_desk_tip(newsroom.parts, OneTip(no=rows[2].no), newsroom.editor)
    assert declined.entries[-1].title == "不采用：涉及个人纠纷或他人隐私，不宜报道"


def test_no_example_tip_has_a_number_that_could_be_called() -> None:
    for row in read_demo_tips(DISTRICT):
        assert not any(character.isdigit() for character in row.contact.phone) if row.contact else True


BOX = {"west": 115.8, "south": 40.0, "east": 116.5, "north": 40.4}
COUNTY = {"name": "示例县", "code": "999901", "number_prefix": "SL", "timezone": "Asia/Shanghai", "bbox": BOX}
FACT = {"source": "示例", "checked_on": "2026-01-01", "verified": False}
ARTICLE = {
    "key": "first-day",
    "town": "999901001",
    "title": "示例县第一天",
    "lead": "",
    "desk": "编辑部",
    "hours_ago": 1,
    "body": [{"paragraph": "今天开通。"}],
}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A tiny district of another name."""
    files: dict[str, Any] = {
        "district": COUNTY,
        "towns": {"towns": [{"code": "999901001", "name": "东镇"}]},
        "tips": yaml.safe_load(Path("tests/other_district/tips.yml").read_text("utf-8")),
        "likeness": yaml.safe_load(Path("tests/other_district/likeness.yml").read_text("utf-8")),
        "columns": {**FACT, "columns": [{"code": "all", "name": "要闻", "about": "县里的事"}]},
        "checking": {**FACT, "town_names": "must", "titles": "must", "dates": "must"},
        "demo/articles/all": {**FACT, "column": "all", "articles": [ARTICLE]},
    }
    (tmp_path / "demo" / "articles").mkdir(parents=True)
    for name in ("alerts", "comments", "departments", "wording"):
        shutil.copy(Path("tests/other_district") / f"{name}.yml", tmp_path)
    for name, content in files.items():
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return tmp_path


def test_another_district_has_its_own_columns_towns_and_numbers(newsroom: Any, elsewhere: Path) -> None:
    newsroom.db.columns.delete_many({})
    parts = assemble(newsroom.db, newsroom.settings.model_copy(update={"district_dir": elsewhere}), wake=lambda: None)
    assert seed_columns(parts, read_columns(elsewhere)) == 1
    assert seed_demo(parts, read_demo(elsewhere), utcnow()) == 1
    (row,) = reading.list_articles(parts, ListArticles()).items
    assert row.id.startswith("SLN")
    assert (row.column.name, row.town and row.town.name) == ("要闻", "东镇")


def test_a_district_without_examples_is_a_district(elsewhere: Path) -> None:
    shutil.rmtree(elsewhere / "demo")
    assert read_demo(elsewhere) == []


@pytest.mark.parametrize(
    "columns",
    [
        {**FACT, "columns": []},
        {**FACT, "columns": [{"code": "a", "name": "甲", "about": "甲"}] * 2},
        {**FACT, "columns": [{"code": "a", "name": "甲", "abuot": "甲"}]},
        {"columns": [{"code": "a", "name": "甲", "about": "甲"}]},
    ],
)
def test_a_file_that_does_not_fit_is_refused(elsewhere: Path, columns: Any) -> None:
    (elsewhere / "columns.yml").write_text(yaml.safe_dump(columns, allow_unicode=True), "utf-8")
    with pytest.raises(ValidationError):
        read_columns(elsewhere)

"""Blocks of every kind, saved while typing, by one writer at a time; earlier words seen and restored."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from PIL import Image
from pydantic import ValidationError

from kit.clock import utcnow
from kit.errors import Conflict, Forbidden, Invalid, NotFound
from kit.identity import Caller
from kit.testing import new_key
from kit.transfers import FinishUpload, PutChunk, StartUpload
from news import comparing, desk, locking, pictures, reading
from news.contract.desk import CreateArticle, GetDifference, ListVersions, LockArticle, UnlockArticle
from news.contract.media import ReadPicture
from news.contract.shapes import OneArticle

VISITOR = Caller("service", "gateway")
CASE, ITEM = {"kind": "case", "no": "CP20261123-7K3F9Q"}, {"kind": "item", "code": "marriage_registration"}
HOSTILE = "<script>alert(1)</script><svg onload=alert(1)>"


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(out, "PNG")
    return out.getvalue()


def sent(newsroom: Any, by: Caller | None = None) -> str:
    """A picture of the newsroom."""
    by, data = by or newsroom.reporter, photo()
    start = StartUpload(content_type="image/png", size=len(data), idempotency_key=new_key())
    upload = pictures.start_upload(newsroom.parts, start, by).id
    pictures.put_chunk(newsroom.parts, PutChunk(id=upload, number=0, data=data), by)
    finish = FinishUpload(id=upload, size=len(data), sha256=sha256(data).hexdigest())
    assert pictures.finish_upload(newsroom.parts, finish, by) == pictures.finish_upload(newsroom.parts, finish, by)
    return upload


def body(picture: str) -> list[dict[str, Any]]:
    shown = {"kind": "picture", "picture": picture, "alt": HOSTILE, "credit": "张三摄", "caption": "新灯"}
    return [{"kind": "heading", "text": "怎么改"}, {"kind": "paragraph", "text": HOSTILE}, shown, CASE, ITEM]


def read(newsroom: Any, article: str) -> Any:
    return desk.get_desk_article(newsroom.parts, OneArticle(id=article), newsroom.editor)


def lock(newsroom: Any, article: str, by: Caller, take_over: bool = False) -> bool:
    request = LockArticle(id=article, take_over=take_over, idempotency_key=new_key())
    return locking.lock_article(newsroom.parts, request, by).held


def test_every_kind_of_block_comes_back_as_it_was_written(newsroom: Any) -> None:
    picture = sent(newsroom)
    article = newsroom.published(blocks=[], body=body(picture))
    newsroom.parts.followed.follow([CASE["no"]], utcnow())
    newsroom.parts.followed.keep(CASE["no"], None, public=True)
    seen = reading.get_article(newsroom.parts, OneArticle(id=article))
    assert [block.kind for block in seen.body] == ["heading", "paragraph", "picture", "case", "item"]
    shown = seen.body[2]
    assert (shown.width, shown.height, shown.alt) == (64, 48, HOSTILE)
    assert [block.kind for block in seen.blocks] == ["heading", "paragraph", "paragraph", "paragraph", "paragraph"]
    assert seen.blocks[1].text == HOSTILE


@pytest.mark.parametrize(
    "block",
    [
        {"kind": "html", "text": "<b>"},
        {"kind": "paragraph", "text": "字", "html": "<b>"},
        {"kind": "picture", "picture": "a" * 32, "alt": "", "credit": "张三摄"},
        {"kind": "picture", "picture": "a" * 32, "alt": "路灯亮起", "credit": ""},
        {"kind": "picture", "picture": "javascript:alert(1)", "alt": "路灯亮起", "credit": "张三摄"},
        {"kind": "case", "no": "../../desk"},
        {"kind": "item", "code": "<script>"},
        {"kind": "paragraph", "text": "长" * 3001},
        {"kind": "heading", "text": "长" * 61},
    ],
)
def test_a_block_that_does_not_fit_is_refused(words: Any, block: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        CreateArticle.model_validate({**words(blocks=[], body=[block]), "idempotency_key": "one"})


def test_a_text_without_anything_or_beyond_measure_is_refused(words: Any) -> None:
    for given in ([], [{"kind": "paragraph", "text": "长" * 3000}] * 7):
        with pytest.raises(ValidationError):
            CreateArticle.model_validate({**words(blocks=[], body=given), "idempotency_key": "one"})


def test_a_picture_must_have_been_sent(newsroom: Any) -> None:
    with pytest.raises(Invalid) as missing:
        newsroom.create(blocks=[], body=body("a" * 32))
    assert missing.value.errors[0]["field"] == "body.2"


def test_a_picture_is_seen_outside_only_while_an_article_that_shows_it_is_out(newsroom: Any) -> None:
    picture = sent(newsroom)
    article = newsroom.create(blocks=[], body=body(picture))
    asked = ReadPicture(id=picture, size="thumb")
    with pytest.raises(NotFound):
        pictures.read_picture(newsroom.parts, asked, VISITOR)
    assert not pictures.read_picture(newsroom.parts, asked, newsroom.editor).public
    newsroom.release(article)
    seen = pictures.read_picture(newsroom.parts, asked, VISITOR)
    assert seen.public
    assert sha256(seen.data).hexdigest() == seen.sha256
    newsroom.withdraw(article)
    with pytest.raises(NotFound):
        pictures.read_picture(newsroom.parts, asked, VISITOR)
    with pytest.raises(NotFound):
        pictures.read_picture(newsroom.parts, ReadPicture(id="b" * 32), newsroom.editor)


def test_an_article_from_before_has_its_text_as_blocks(newsroom: Any) -> None:
    article = newsroom.create()
    fields = ("body", "by_pictures", "writers", "written_at", "milestone")
    newsroom.db.articles.update_one({"_id": article}, {"$unset": dict.fromkeys(fields, "")})
    assert [block.kind for block in read(newsroom, article).body] == ["paragraph", "quote"]
    newsroom.save(article, 1, title="社区食堂今天开门")
    rows = comparing.list_versions(newsroom.parts, ListVersions(id=article), newsroom.editor)
    assert [(row.version, row.by) for row in rows.items] == [(1, newsroom.reporter.id)]


def test_what_an_earlier_release_saved_last_counts(newsroom: Any) -> None:
    article = newsroom.create(blocks=[], body=body(sent(newsroom)))
    kept = newsroom.db.articles.find_one({"_id": article})
    assert {block["kind"] for block in kept["words"]["blocks"]} <= {"paragraph", "heading", "quote"}
    assert all(set(block) == {"kind", "text"} for block in kept["words"]["blocks"])
    change = {"words.blocks.1.text": "旧版本写下的话。", "version": 2}
    newsroom.db.articles.update_one({"_id": article}, {"$set": change})
    assert read(newsroom, article).body[1].text == "旧版本写下的话。"


def test_saving_while_typing_keeps_one_version_a_sitting_and_every_other_words(newsroom: Any) -> None:
    article = newsroom.create(auto=True)
    for version, title in enumerate(("社区食堂开", "社区食堂开门", "社区食堂开门了"), start=1):
        newsroom.save(article, version, newsroom.reporter, title=title, auto=True)
    newsroom.save(article, 4, newsroom.editor, title="社区食堂今起开门")
    newsroom.save(article, 5, newsroom.editor, title="社区食堂今天开门")
    rows = comparing.list_versions(newsroom.parts, ListVersions(id=article, limit=1), newsroom.reporter)
    more = comparing.list_versions(newsroom.parts, ListVersions(id=article, cursor=rows.next_cursor), newsroom.editor)
    titles = [(row.title, row.by) for row in (*rows.items, *more.items)]
    assert titles == [("社区食堂今起开门", newsroom.editor.id), ("社区食堂开门了", newsroom.reporter.id)]
    assert (rows.present.version, rows.present.title) == (6, "社区食堂今天开门")


def test_a_comparison_names_the_topics_that_were_added_and_taken_away(newsroom: Any) -> None:
    article = newsroom.create(topics=["parking", "transit"])
    newsroom.db.articles.update_one({"_id": article}, {"$set": {"topics": ["parking", "given_up"]}})
    newsroom.save(article, 1, topics=["transit"])
    found = comparing.get_difference(newsroom.parts, GetDifference(id=article, earlier=1), newsroom.reporter)
    (field,) = found.fields
    pieces = {(piece.mark, piece.text) for piece in field.pieces}
    assert (field.field, pieces) == ("topics", {("added", "公交出行"), ("removed", "停车"), ("removed", "given_up")})


def test_an_earlier_version_is_compared_and_restored(newsroom: Any) -> None:
    article = newsroom.create(title="社区食堂开门迎客")
    newsroom.save(article, 1, title="社区食堂关门谢客")
    asked = GetDifference(id=article, earlier=1)
    found = comparing.get_difference(newsroom.parts, asked, newsroom.reporter)
    assert "".join(piece.text for piece in found.fields[0].pieces if piece.mark != "added") == "社区食堂开门迎客"
    assert newsroom.restore(article, 1).version == 3
    assert read(newsroom, article).title == "社区食堂开门迎客"
    assert newsroom.restore(article, 2, version=3).version == 4
    for missing in (GetDifference(id=article, earlier=9), GetDifference(id=article, earlier=1, later=9)):
        with pytest.raises(NotFound):
            comparing.get_difference(newsroom.parts, missing, newsroom.editor)
    with pytest.raises(NotFound):
        newsroom.restore(article, 9)
    with pytest.raises(NotFound):
        comparing.get_difference(newsroom.parts, asked, newsroom.colleague)


def test_restoring_what_is_published_is_a_correction_and_for_editors(newsroom: Any) -> None:
    article = newsroom.create()
    newsroom.save(article, 1, title="社区食堂今天开门")
    newsroom.release(article)
    with pytest.raises(Invalid):
        newsroom.restore(article, 1)
    with pytest.raises(Forbidden):
        newsroom.restore(article, 1, newsroom.reporter, correction="改回")
    newsroom.restore(article, 1, correction="标题有误")
    seen = reading.get_article(newsroom.parts, OneArticle(id=article))
    assert (seen.title, [one.note for one in seen.corrections]) == ("社区食堂开门迎客", ["标题有误"])


def test_of_writers_who_save_at_once_each_ones_words_are_there_or_told_lost(newsroom: Any) -> None:
    article = newsroom.create()

    def save(number: int) -> bool:
        try:
            return bool(newsroom.save(article, 1, title=f"第{number}位编辑的标题"))
        except Conflict:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(save, range(4))) == 1
    assert newsroom.db.versions.count_documents({}) == 1


def test_one_writes_at_a_time_until_another_takes_over(newsroom: Any) -> None:
    article = newsroom.create()
    assert lock(newsroom, article, newsroom.reporter)
    assert lock(newsroom, article, newsroom.reporter)
    assert not lock(newsroom, article, newsroom.editor)
    with pytest.raises(Conflict) as held:
        newsroom.save(article, 1, newsroom.editor)
    assert held.value.extra["locked_by"] == newsroom.reporter.id
    assert read(newsroom, article).lock.by == newsroom.reporter.id
    assert lock(newsroom, article, newsroom.editor, take_over=True)
    with pytest.raises(Conflict):
        newsroom.save(article, 1, newsroom.reporter)
    newsroom.save(article, 1, newsroom.editor)
    done = UnlockArticle(id=article, idempotency_key=new_key())
    locking.unlock_article(newsroom.parts, done, newsroom.reporter)
    assert read(newsroom, article).lock.mine
    locking.unlock_article(newsroom.parts, done, newsroom.editor)
    newsroom.save(article, 2, newsroom.reporter)


def test_a_lock_lapses_by_the_databases_time_whatever_this_processs_clock_says(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = newsroom.create()
    assert lock(newsroom, article, newsroom.reporter)
    assert not lock(newsroom, article, newsroom.editor)
    monkeypatch.setattr(type(newsroom.parts.articles), "now", lambda self: utcnow() + timedelta(minutes=2))
    assert read(newsroom, article).lock is None
    assert lock(newsroom, article, newsroom.editor)
    with pytest.raises(Conflict):
        newsroom.save(article, None, newsroom.reporter)


def test_a_lock_without_a_sign_of_its_holder_lapses(newsroom: Any) -> None:
    article = newsroom.create()
    lock(newsroom, article, newsroom.reporter)
    ended = {"lock.until": utcnow() - timedelta(seconds=1)}
    newsroom.db.articles.update_one({"_id": article}, {"$set": ended})
    assert read(newsroom, article).lock is None
    newsroom.save(article, 1, newsroom.editor)
    assert lock(newsroom, article, newsroom.editor)


def test_of_two_who_lock_at_once_one_holds(newsroom: Any) -> None:
    article = newsroom.create()
    people = [newsroom.editor, newsroom.second_editor, newsroom.chief, newsroom.reporter]
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda by: lock(newsroom, article, by), people)) == 1


def test_nobody_locks_what_is_not_on_his_desk(newsroom: Any) -> None:
    article = newsroom.create()
    with pytest.raises(NotFound):
        lock(newsroom, article, newsroom.colleague)
    with pytest.raises(NotFound):
        locking.unlock_article(newsroom.parts, UnlockArticle(id=article, idempotency_key=new_key()), newsroom.colleague)


def test_another_headline_of_a_published_article_is_told_once(newsroom: Any) -> None:
    article = newsroom.create()
    newsroom.save(article, 1, title="社区食堂今天开门")
    newsroom.release(article)
    newsroom.save(article, correction="更正正文", title="社区食堂今天开门", lead="老人吃上热饭。")
    assert "news.headline_corrected.v1" not in [kind for kind, _ in newsroom.told(article)]
    version = newsroom.save(article, correction="更正标题", title="社区食堂下月开门").version
    events = newsroom.db.articles.find_one({"_id": article})["_outbox"]
    (told,) = [event for event in events if event["type"] == "news.headline_corrected.v1"]
    assert told["data"] == {"article": article, "headline": "社区食堂下月开门", "version": version}
    assert (told["subject"], told["seq"]) == (f"{article}/headline", version)

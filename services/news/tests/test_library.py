"""The newsroom's pictures: their copies, the right to show them, where they are used."""

import io
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pikepdf
import pytest
from PIL import Image
from pydantic import ValidationError

from kit.clock import utcnow
from kit.contract import Empty
from kit.errors import Conflict, Invalid, NotFound
from kit.identity import Caller
from kit.testing import new_key
from kit.transfers import FinishUpload, PutChunk, StartUpload
from news import desk, feeding, fronting, keeping, library, pictures, ranking, reading
from news.contract.desk import CreateArticle
from news.contract.feeds import GetFeed
from news.contract.keeping import KeepArticle, ListFavourites
from news.contract.media import ListMedia, OneMedium, ReadPicture, StateRights
from news.contract.reading import Front, ListArticles, Search
from news.contract.shapes import OneArticle
from news.domain.media import EXPIRED, RightStanding

from .conftest import WORDS, sent, staff

VISITOR = Caller("service", "gateway")
RESIDENT = Caller("resident", "r_reader", frozenset({"resident"}))
TODAY = date.today()  # noqa: DTZ011 - a day more or less does not matter here


def showing(*ids: str, alt: str = "食堂开门当天的午饭") -> dict[str, Any]:
    """The words of an article that shows these pictures."""
    shown = [{"kind": "picture", "picture": one, "alt": alt, "credit": "张三摄", "caption": "新灶台"} for one in ids]
    return {"blocks": [], "body": [{"kind": "paragraph", "text": "食堂今天开门。"}, *shown]}


def state(newsroom: Any, picture: str, last_day: date | None, licence: str = "") -> Any:
    given = {"id": picture, "last_day": last_day, "licence": licence, "idempotency_key": new_key()}
    return library.state_rights(newsroom.parts, StateRights.model_validate(given), newsroom.editor)


def listed(newsroom: Any, by: Caller | None = None, **chosen: Any) -> Any:
    return library.list_media(newsroom.parts, ListMedia(**chosen), by or newsroom.editor)


def ids(page: Any) -> list[str]:
    return [row.id for row in page.items]


def delete(newsroom: Any, picture: str) -> None:
    library.delete_picture(newsroom.parts, OneMedium(id=picture, idempotency_key=new_key()), newsroom.editor)


def seen(newsroom: Any, article: str) -> Any:
    return reading.get_article(newsroom.parts, OneArticle(id=article))


def test_a_picture_has_copies_that_are_made_once_and_tell_nothing(newsroom: Any) -> None:
    picture = sent(newsroom, 1200, 900)
    article = newsroom.published(**showing(picture))
    shown = seen(newsroom, article).body[1]
    assert (shown.widths, shown.expired) == ([480, 960, 1600], False)
    for size, form, wide in (("webp480", "WEBP", 480), ("jpeg960", "JPEG", 960), ("webp1600", "WEBP", 1200)):
        read = pictures.read_picture(newsroom.parts, ReadPicture(id=picture, size=size), VISITOR)
        assert read.content_type == f"image/{form.lower()}"
        assert b"SECRET" not in read.data
        copy = Image.open(io.BytesIO(read.data))
        assert (copy.format, copy.width, dict(copy.getexif())) == (form, wide, {})
    small = sent(newsroom)
    with pytest.raises(NotFound):
        pictures.read_picture(newsroom.parts, ReadPicture(id=small, size="webp960"), newsroom.editor)


def test_pictures_of_before_get_their_copies_and_are_found(newsroom: Any) -> None:
    picture = sent(newsroom, 800, 600)
    article = newsroom.published(**showing(picture))
    later = ("created", "library", "widths", "webp480", "jpeg480", "webp960", "jpeg960", "alt", "credit", "caption")
    newsroom.db.pictures.update_one({"_id": picture}, {"$unset": dict.fromkeys((*later, "grams"), "")})
    newsroom.db.pictures.insert_one({"_id": "b" * 32, "owner": "tips"})
    assert seen(newsroom, article).body[1].widths == []
    assert ids(listed(newsroom)) == []
    assert library.take_in(newsroom.parts) == 2
    assert library.take_in(newsroom.parts) == 0
    assert seen(newsroom, article).body[1].widths == [480, 960]
    assert pictures.read_picture(newsroom.parts, ReadPicture(id=picture, size="webp480"), VISITOR).public
    assert ids(listed(newsroom, q="食堂开门")) == ids(listed(newsroom)) == [picture]


def test_a_picture_whose_right_has_ended_is_nowhere_and_its_words_stay(newsroom: Any) -> None:
    picture = sent(newsroom)
    article = newsroom.published(**showing(picture))
    before = feeding.get_feed(newsroom.parts, GetFeed())
    assert state(newsroom, picture, TODAY - timedelta(days=2), "新华社，仅限一个月").standing is RightStanding.EXPIRED
    view = seen(newsroom, article)
    assert view.body[1].expired
    assert view.body[1].licence == "新华社，仅限一个月"
    assert view.blocks[1].text == f"（{EXPIRED}：食堂开门当天的午饭）"
    feed = feeding.get_feed(newsroom.parts, GetFeed())
    assert feed.items[0].body[1].expired
    assert feed.updated > before.updated
    with pytest.raises(NotFound) as gone:
        pictures.read_picture(newsroom.parts, ReadPicture(id=picture), VISITOR)
    assert "withdrawn_at" in gone.value.extra
    assert not pictures.read_picture(newsroom.parts, ReadPicture(id=picture), newsroom.editor).public
    state(newsroom, picture, None)
    assert not seen(newsroom, article).body[1].expired
    assert pictures.read_picture(newsroom.parts, ReadPicture(id=picture), VISITOR).public_seconds is None


def in_lists(newsroom: Any, article: str) -> list[Any]:
    """The article in every list that everyone reads, and in what a reader keeps."""
    parts = newsroom.parts
    request = KeepArticle(id=article, idempotency_key=new_key())
    keeping.keep_article(parts, request, RESIDENT)
    parts.readings.keep_ranking([article], utcnow())
    return [
        reading.list_articles(parts, ListArticles()),
        reading.list_articles(parts, ListArticles(topic="parking")),
        fronting.front(parts, Front()),
        ranking.get_most_read(parts, Empty()),
        reading.search(parts, Search(q="社区食堂")),
        keeping.list_favourites(parts, ListFavourites(), RESIDENT),
    ]


def pictures_in(page: Any) -> list[str | None]:
    items = [getattr(item, "article", item) for item in page.items]
    return [item.picture and item.picture.picture for item in items]


def test_lists_show_the_first_picture_as_long_as_it_may_be_shown(newsroom: Any) -> None:
    first, second = sent(newsroom, 1200, 900), sent(newsroom)
    article = newsroom.published(**showing(first, second), topics=["parking"])
    for page in in_lists(newsroom, article):
        assert pictures_in(page) == [first]
    (row,) = reading.list_articles(newsroom.parts, ListArticles()).items
    expected = {"picture": first, "width": 1200, "height": 900, "alt": "食堂开门当天的午饭", "widths": [480, 960, 1600]}
    assert row.picture.model_dump() == {**expected, "until": None}
    state(newsroom, second, TODAY + timedelta(days=1))
    state(newsroom, first, TODAY + timedelta(days=3))
    until = newsroom.db.pictures.find_one({"_id": first})["shown_until"]
    *kept_by_gateways, own = in_lists(newsroom, article)
    assert [page.valid_until for page in kept_by_gateways] == [until] * 5  # the second one is not in lists
    assert own.items[0].article.picture.until == until
    state(newsroom, first, TODAY - timedelta(days=2))
    for page in in_lists(newsroom, article):
        assert pictures_in(page) == [None]
    assert reading.list_articles(newsroom.parts, ListArticles()).valid_until is None
    state(newsroom, first, None)
    for page in in_lists(newsroom, article):
        assert pictures_in(page) == [first]


def test_a_picture_that_a_correction_takes_out_is_in_no_list(newsroom: Any) -> None:
    article = newsroom.published(**showing(sent(newsroom)))
    newsroom.save(article, correction="撤下图片")
    for page in in_lists(newsroom, article)[2:]:
        assert pictures_in(page) == [None]


def test_an_answer_says_when_its_next_picture_goes_and_a_file_how_long_it_stays(newsroom: Any) -> None:
    soon, late = sent(newsroom), sent(newsroom)
    article = newsroom.published(**showing(late, soon))
    assert seen(newsroom, article).valid_until is None
    state(newsroom, late, TODAY + timedelta(days=30))
    state(newsroom, soon, TODAY + timedelta(days=3))
    until = seen(newsroom, article).valid_until
    assert until == newsroom.db.pictures.find_one({"_id": soon})["shown_until"]
    assert feeding.get_feed(newsroom.parts, GetFeed()).valid_until == until
    left = pictures.read_picture(newsroom.parts, ReadPicture(id=soon), VISITOR).public_seconds
    assert abs(left - (until - utcnow()).total_seconds()) < 5


def test_a_change_of_rights_is_told_of_each_published_article_once(newsroom: Any) -> None:
    picture = sent(newsroom)
    article = newsroom.published(**showing(picture))
    newsroom.create(**showing(picture))
    for _ in range(2):
        state(newsroom, picture, TODAY, "示例图库")
    waiting = newsroom.db.pictures.find_one({"_id": picture})["_outbox"]
    assert [(one["type"], one["subject"], one["seq"]) for one in waiting] == [
        ("news.picture_rights_changed.v1", f"{article}/{picture}", 1)
    ]


def test_the_library_lists_by_right_and_by_use(newsroom: Any) -> None:
    unused, going, gone, held = (sent(newsroom) for _ in range(4))
    for picture, last_day in ((going, TODAY + timedelta(days=2)), (gone, TODAY - timedelta(days=2))):
        state(newsroom, picture, last_day)
    state(newsroom, held, TODAY + timedelta(days=60))
    article = newsroom.published(**showing(going, gone, held))
    assert ids(listed(newsroom)) == [held, gone, going, unused]
    assert ids(listed(newsroom, only="expiring")) == [going]
    assert ids(listed(newsroom, only="expired")) == [gone]
    assert ids(listed(newsroom, only="unused")) == [unused]
    (row,) = listed(newsroom, only="expiring").items
    assert (row.used, [use.id for use in row.uses], row.last_day) == (1, [article], TODAY + timedelta(days=2))
    first = listed(newsroom, limit=3)
    assert ids(listed(newsroom, limit=3, cursor=first.next_cursor)) == [unused]


def test_unused_pictures_are_looked_for_in_bounded_steps(newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "LOOKED_THROUGH", 2)
    last = sent(newsroom)
    newsroom.create(**showing(*(sent(newsroom) for _ in range(3))))
    found, cursor = [], None
    for _ in range(3):
        page = listed(newsroom, only="unused", limit=1, cursor=cursor)
        found += ids(page)
        cursor = page.next_cursor
        if cursor is None:
            break
    assert (found, cursor) == ([last], None)


def test_pictures_are_found_by_how_they_were_described_last(newsroom: Any) -> None:
    picture = sent(newsroom)
    article = newsroom.create(**showing(picture))
    assert ids(listed(newsroom, q="午饭")) == [picture]
    newsroom.save(article, **showing(picture, alt="夜里的新路灯"))
    assert ids(listed(newsroom, q="午饭")) == []
    for words in ("新路灯", "张三摄", "新灶台"):
        assert ids(listed(newsroom, q=words)) == [picture]
    assert ids(listed(newsroom, q="灯")) == []


def test_a_reporter_reads_no_titles_of_colleagues_drafts_there(newsroom: Any) -> None:
    picture = sent(newsroom)
    newsroom.create(newsroom.colleague, **showing(picture))
    own = newsroom.create(**showing(picture))
    (row,) = listed(newsroom, newsroom.reporter).items
    assert (row.used, [use.id for use in row.uses]) == (2, [own])


def test_a_reporter_reads_no_caption_of_a_draft_that_is_not_his(newsroom: Any) -> None:
    picture = sent(newsroom)

    def shows(caption: str, by: Any, **fields: Any) -> str:
        block = {
            "kind": "picture",
            "picture": picture,
            "alt": f"{caption}的画面",
            "credit": "张三摄",
            "caption": caption,
        }
        return str(newsroom.create(by, blocks=[], body=[block], **fields))

    def seen(by: Any, **asked: Any) -> list[str]:
        return [row.caption for row in library.list_media(newsroom.parts, ListMedia(**asked), by).items]

    draft = shows("未公开的罚单", newsroom.reporter)
    for who in (newsroom.reporter, newsroom.editor):
        assert seen(who) == seen(who, q="未公开的") == ["未公开的罚单"]
    assert seen(newsroom.colleague) == [""]
    assert seen(newsroom.colleague, q="未公开的") == [], "nor finds out what it says"
    row = library.list_media(newsroom.parts, ListMedia(), newsroom.colleague).items[0]
    assert (row.alt, row.credit, row.used, row.uses) == ("", "", 1, [])
    own = shows("路灯亮了", newsroom.colleague)
    shows("仍未公开的罚单", newsroom.reporter)
    assert seen(newsroom.colleague) == ["路灯亮了"], "he reads his own words"
    assert seen(newsroom.colleague, only="unused") == []
    newsroom.db.pictures.update_one({"_id": picture}, {"$unset": {"described_in": ""}})  # as it was before
    assert seen(newsroom.colleague) == ["路灯亮了"] and seen(newsroom.editor) == ["仍未公开的罚单"]
    for article in (own, draft):
        newsroom.release(article)
    assert seen(staff("third", "reporter"))[0] in ("路灯亮了", "未公开的罚单")


def test_a_picture_in_use_is_not_deleted_and_the_error_says_where(newsroom: Any) -> None:
    picture = sent(newsroom)
    article = newsroom.create(**showing(picture))
    with pytest.raises(Invalid) as refused:
        delete(newsroom, picture)
    assert "《社区食堂开门迎客》" in refused.value.errors[0]["message"]
    newsroom.save(article, 1)
    delete(newsroom, picture)
    assert ids(listed(newsroom)) == []
    with pytest.raises(NotFound):
        delete(newsroom, picture)
    with pytest.raises(NotFound):
        state(newsroom, picture, None)
    with pytest.raises(Invalid):
        newsroom.create(**showing(picture))
    with pytest.raises(Conflict):
        newsroom.restore(article, 1)


def test_files_of_a_deleted_picture_go_later_unless_an_article_took_it_meanwhile(newsroom: Any) -> None:
    picture, taken = sent(newsroom), sent(newsroom)
    for one in (picture, taken):
        delete(newsroom, one)
    assert library.remove_deleted(newsroom.parts) == 0
    article = newsroom.create()
    newsroom.db.articles.update_one({"_id": article}, {"$set": {"by_pictures": [taken]}})  # saved in the same moment
    past = {"deleted_at": utcnow() - library.AWAY_FOR - timedelta(seconds=1)}
    newsroom.db.pictures.update_many({"_id": {"$in": [picture, taken]}}, {"$set": past})
    assert library.remove_deleted(newsroom.parts) == 1
    assert ids(listed(newsroom)) == [taken]
    assert newsroom.db["images.files"].count_documents({"_id": {"$regex": f"^{picture}"}}) == 0
    assert newsroom.db["images.chunks"].count_documents({"files_id": {"$regex": f"^{picture}"}}) == 0


def test_the_desk_sees_which_pictures_have_gone(newsroom: Any) -> None:
    picture = sent(newsroom)
    article = newsroom.create(**showing(picture))
    state(newsroom, picture, TODAY - timedelta(days=2))
    found = desk.get_desk_article(newsroom.parts, OneArticle(id=article), newsroom.editor)
    assert found.body[1].expired


def paper(*, hostile: bool = False) -> bytes:
    """A PDF of one page."""
    made, out = pikepdf.Pdf.new(), io.BytesIO()
    made.add_blank_page()
    if hostile:
        made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    made.save(out)
    return out.getvalue()


def uploaded(newsroom: Any, data: bytes, content_type: str) -> Any:
    """What became of a file that a reporter sends as this."""
    start = StartUpload(content_type=content_type, size=len(data), idempotency_key=new_key())
    upload = pictures.start_upload(newsroom.parts, start, newsroom.reporter).id
    pictures.put_chunk(newsroom.parts, PutChunk(id=upload, number=0, data=data), newsroom.reporter)
    finish = FinishUpload(id=upload, size=len(data), sha256=sha256(data).hexdigest())
    return pictures.finish_upload(newsroom.parts, finish, newsroom.reporter)


def attaching(*files: str) -> dict[str, Any]:
    return {"blocks": [], "body": [{"kind": "file", "file": one, "title": "改造工程公示"} for one in files]}


def test_a_pdf_is_given_out_with_the_article_as_pages_alone(newsroom: Any) -> None:
    sent_file = uploaded(newsroom, paper(hostile=True), "application/pdf")
    article = newsroom.create(**attaching(sent_file.id))
    with pytest.raises(NotFound):
        pictures.read_file(newsroom.parts, ReadPicture(id=sent_file.id), VISITOR)
    newsroom.release(article)
    view = seen(newsroom, article)
    (file,) = view.files
    assert (file.at, file.title, file.pages, file.size) == (0, "改造工程公示", 1, sent_file.size)
    assert view.body[0].text == view.blocks[0].text == "（附件：改造工程公示）"
    read = pictures.read_file(newsroom.parts, ReadPicture(id=sent_file.id), VISITOR)
    assert (read.content_type, read.total, read.name) == ("application/pdf", sent_file.size, "改造工程公示")
    with pikepdf.open(io.BytesIO(read.data)) as opened:
        assert "/OpenAction" not in opened.Root
    assert ids(listed(newsroom)) == []


def test_an_earlier_version_with_a_file_is_restored_with_it(newsroom: Any) -> None:
    file = uploaded(newsroom, paper(), "application/pdf").id
    article = newsroom.create(**attaching(file))
    newsroom.save(article, 1)
    kept = newsroom.db.versions.find_one({"article": article})
    assert [block["kind"] for block in kept["words"]["blocks"]] == ["paragraph"]  # as earlier releases know them
    newsroom.restore(article, 1)
    found = desk.get_desk_article(newsroom.parts, OneArticle(id=article), newsroom.editor)
    assert [(one.at, one.file) for one in found.files] == [(0, file)]


def test_a_file_stands_for_no_picture_and_a_picture_for_no_file(newsroom: Any) -> None:
    file, picture = uploaded(newsroom, paper(), "application/pdf").id, sent(newsroom)
    for words in (showing(file), attaching(picture), attaching("a" * 32)):
        with pytest.raises(Invalid) as refused:
            newsroom.create(**words)
        assert refused.value.errors[0]["field"].startswith("body.")


def test_what_an_earlier_release_sees_of_a_file_is_its_text_and_what_it_writes_counts(newsroom: Any) -> None:
    article = newsroom.create(**attaching(uploaded(newsroom, paper(), "application/pdf").id))
    kept = newsroom.db.articles.find_one({"_id": article})
    assert [block["kind"] for block in kept["body"]] == ["paragraph"]
    text = {"kind": "paragraph", "text": "旧版本写下的话。"}
    gone = {"words.blocks": [text], "body": [text]}
    newsroom.release(article)
    file = kept["files"][0]["file"]
    assert pictures.read_file(newsroom.parts, ReadPicture(id=file), VISITOR).public
    newsroom.db.articles.update_one({"_id": article}, {"$set": gone})
    with pytest.raises(NotFound):
        pictures.read_file(newsroom.parts, ReadPicture(id=file), VISITOR)
    found = desk.get_desk_article(newsroom.parts, OneArticle(id=article), newsroom.editor)
    assert ([block.text for block in found.body], found.files) == (["旧版本写下的话。"], [])


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (SVG, "image/svg+xml"),
        (SVG, "image/png"),
        (SVG, "application/pdf"),
        (b"<html><script>alert(1)</script>", "application/pdf"),
        (b"%PDF-1.7 and nothing that is one", "application/pdf"),
    ],
)
def test_what_is_neither_picture_nor_pdf_is_refused_at_its_field(newsroom: Any, data: bytes, content_type: str) -> None:
    with pytest.raises(Invalid) as refused:
        uploaded(newsroom, data, content_type)
    assert refused.value.errors[0]["field"] in ("content_type", "pictures", "document")


def test_five_megabytes_of_text_are_refused_at_their_field() -> None:
    blocks = [{"kind": "paragraph", "text": "长" * 1_700_000}]
    with pytest.raises(ValidationError) as refused:
        CreateArticle.model_validate({**WORDS, "blocks": [], "body": blocks, "idempotency_key": "one"})
    assert refused.value.errors()[0]["loc"][0] == "body"

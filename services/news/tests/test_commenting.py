"""Comments on a real database: written once, counted right, folded by reports, without author after he has left."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kit.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited, ServiceError
from kit.identity import Caller
from kit.testing import new_key
from news import commenting, moderating
from news.contract.comments import (
    AnswerComment,
    ApproveComment,
    CommentPage,
    CommentReceipt,
    DeleteComment,
    HideComment,
    ListComments,
    ListDeskComments,
    ListOwnComments,
    OwnCommentView,
    RefuseComment,
    ReportComment,
    WriteComment,
)
from news.store import SCHEMA

AUTHOR = Caller("resident", "r_00000000000a1b2c", frozenset({"resident"}))
HANDLER = Caller("staff", "s_handler", frozenset({"handler"}), frozenset({"jw"}))


def resident(number: int) -> Caller:
    return Caller("resident", f"r_{number:016d}", frozenset({"resident"}))


class Comments:
    """Comments below one article; its column shows them at once."""

    def __init__(self, newsroom: Any, column: str = "culture") -> None:
        self.newsroom = newsroom
        self.parts = newsroom.parts
        self.db = newsroom.db
        self.article = newsroom.published(column=column)

    def write(self, text: str = "写得好", by: Caller = AUTHOR, key: str | None = None) -> CommentReceipt:
        given = {"idempotency_key": key or new_key(), "id": self.article, "text": text}
        return commenting.write_comment(self.parts, WriteComment.model_validate(given), by)

    def do(self, method: Callable[..., Any], request: type[Any], comment: str, by: Caller, **fields: Any) -> Any:
        given = {"idempotency_key": new_key(), "id": comment, **fields}
        return method(self.parts, request.model_validate(given), by)

    def delete(self, comment: str, by: Caller = AUTHOR) -> Any:
        return self.do(commenting.delete_comment, DeleteComment, comment, by)

    def report(self, comment: str, by: Caller, reason: str = "spam") -> Any:
        return self.do(commenting.report_comment, ReportComment, comment, by, reason=reason)

    def approve(self, comment: str, **fields: Any) -> Any:
        return self.do(moderating.approve_comment, ApproveComment, comment, self.newsroom.editor, **fields)

    def refuse(self, comment: str, **fields: Any) -> Any:
        given = {"reason": "off_topic", **fields}
        return self.do(moderating.refuse_comment, RefuseComment, comment, self.newsroom.editor, **given)

    def hide(self, comment: str, **fields: Any) -> Any:
        given = {"reason": "abuse", **fields}
        return self.do(moderating.hide_comment, HideComment, comment, self.newsroom.editor, **given)

    def answer(self, comment: str, by: Caller = HANDLER, **fields: Any) -> Any:
        return self.do(moderating.answer_comment, AnswerComment, comment, by, **{"text": "已安排办理。", **fields})

    def page(self, **fields: Any) -> CommentPage:
        return commenting.list_comments(self.parts, ListComments(id=self.article, **fields))

    def desk(self, state: str, by: Caller | None = None) -> list[str]:
        request = ListDeskComments.model_validate({"state": state})
        return [row.id for row in moderating.list_desk_comments(self.parts, request, by or self.newsroom.editor).items]

    def own(self, by: Caller = AUTHOR) -> list[tuple[str, str]]:
        page = commenting.list_own_comments(self.parts, ListOwnComments(id=self.article), by)
        return [(row.state_name, row.reason) for row in page.items]

    def all_own(self, **fields: Any) -> list[OwnCommentView]:
        return commenting.list_own_comments(self.parts, ListOwnComments(**fields), AUTHOR).items

    def counted_anew(self) -> int:
        return int(self.db.comments.count_documents({"article": self.article, "state": "shown"}))

    def told(self, comment: str) -> int:
        """How often everyone was told of it."""
        return sum(event["type"] == "news.comment_changed.v1" for event in self._events(comment))

    def told_author(self, comment: str) -> list[tuple[str, bool]]:
        """What its author was told, and of an answer whether an office gave it."""
        own = [event for event in self._events(comment) if event["subject"].endswith("/author")]
        assert all(set(event["data"]) == {"id", "article", "author", "official"} for event in own)
        assert {event["data"]["author"] for event in own} <= {AUTHOR.id}
        return [(event["type"].split(".")[1].removeprefix("comment_"), event["data"]["official"]) for event in own]

    def _events(self, comment: str) -> list[dict[str, Any]]:
        return list(self.db.comments.find_one({"_id": comment}).get("_outbox", ()))


@pytest.fixture
def below(newsroom: Any) -> Comments:
    return Comments(newsroom)


def outcome(act: Callable[[], Any]) -> str:
    try:
        act()
    except ServiceError as error:
        return error.code
    return "ok"


def test_at_once_or_after_an_editor_as_the_column_has_it(newsroom: Any) -> None:
    after, before = Comments(newsroom), Comments(newsroom, "livelihood")
    assert after.write().state == "shown"
    assert [(row.name, row.text) for row in after.page().items] == [("居民1b2c", "写得好")]
    waiting = before.write()
    assert (before.page().items, before.page().count, before.own()) == ([], 0, [("审核中", "")])
    assert before.desk("waiting") == [waiting.id]
    before.approve(waiting.id)
    assert (before.page().items[0].text, before.page().count) == ("写得好", 1)
    assert before.told(waiting.id) == 1
    other = resident(1)
    refused = before.write("与报道无关的话", other)
    before.refuse(refused.id, note="请另行发表")
    assert before.own(other)[0] == ("未通过审核", "与报道无关：请另行发表")
    assert before.told(refused.id) == 0  # nobody ever saw it
    assert before.write("与报道无关的话", other).state == "waiting"  # said again, it is looked at again


def test_a_word_that_must_be_changed_waits_for_an_editor(below: Comments) -> None:
    comment = below.write("不要叫人盲流")
    assert comment.state == "waiting"
    request = ListDeskComments(state="waiting")
    (row,) = moderating.list_desk_comments(below.parts, request, below.newsroom.editor).items
    assert row.found == ["盲流"]


def test_the_same_request_or_the_same_words_make_one(below: Comments) -> None:
    key = new_key()
    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(lambda _: below.write("同一句话", key=key), range(6)))
    assert len({receipt.id for receipt in receipts}) == 1
    with pytest.raises(Conflict, match="相同"):
        below.write(" 同一句话！")
    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda _: outcome(lambda: below.write("另一句话", resident(1))), range(3)))
    assert sorted(outcomes) == ["conflict", "conflict", "ok"]
    assert below.page().count == below.counted_anew() == 2
    assert below.write("同一句话", resident(2)).state == "shown"


def test_nobody_says_more_than_the_limits_however_many_come_at_once(below: Comments) -> None:
    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(lambda n: outcome(lambda: below.write(f"第{n}条评论")), range(8)))
    assert outcomes.count("rate_limited") >= 8 - 2 * below.parts.directory.comments.per_minute  # a minute may end
    with pytest.raises(RateLimited) as limited:
        for n in range(20):
            below.write(f"又一条{n}", resident(9))
    assert 0 < limited.value.extra["retry_after"] <= 60


def test_counts_stay_right_whoever_does_what_at_once_and_again(below: Comments) -> None:
    numbers = [below.write(f"第{n}条评论", resident(n)).id for n in range(6)]
    acts = [
        *(lambda number=number: below.hide(number) for number in numbers[:4]),
        *(lambda number=number: below.hide(number) for number in numbers[:4]),
        *(lambda number=number: below.delete(number, resident(2)) for number in numbers[2:4]),
        *(lambda n=n: below.write(f"新的第{n}条", resident(20 + n)) for n in range(4)),
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(outcome, acts))
    assert below.page().count == below.counted_anew()
    for number in numbers:
        outcome(lambda number=number: below.approve(number))
        outcome(lambda number=number: below.approve(number))
    assert below.page().count == below.counted_anew() == 9  # of ten, one was deleted by its author


def test_reports_fold_it_once_each_until_an_editor_has_looked(below: Comments) -> None:
    comment = below.write().id
    below.report(comment, resident(1))
    below.report(comment, resident(1))
    assert below.page().items[0].folded is False
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda n: below.report(comment, resident(n)), range(2, 7)))
    (row,) = below.page().items
    assert (row.folded, row.text, below.page().count) == (True, "", 0)
    assert below.desk("reported") == [comment]
    below.approve(comment)
    assert below.page().items[0].text == "写得好"
    for number in range(1, 4):
        below.report(comment, resident(number))  # they have said so before
    assert (below.page().items[0].folded, below.page().count) == (False, 1)
    with pytest.raises(Conflict):
        below.report(comment, AUTHOR)


def test_folded_away_by_an_editor_and_shown_again(below: Comments) -> None:
    comment = below.write().id
    below.hide(comment)
    assert (below.page().items[0].text, below.own()[0]) == ("", ("已折叠", "含有辱骂攻击内容"))
    with pytest.raises(Conflict):
        below.hide(comment)
    with pytest.raises(Conflict, match="已有变动"):
        below.approve(comment, version=1)
    below.approve(comment, version=2)
    assert (below.page().items[0].text, below.page().count, below.told(comment)) == ("写得好", 1, 3)
    with pytest.raises(Invalid):
        below.hide(comment, reason="because")


def test_its_author_is_told_what_others_do_with_it_once_each(newsroom: Any) -> None:
    after, before = Comments(newsroom), Comments(newsroom, "livelihood")
    comment = after.write().id
    after.answer(comment, newsroom.editor)
    key = new_key()
    for _ in range(2):
        after.answer(comment, idempotency_key=key)
    for number in range(1, 5):
        outcome(lambda number=number: after.report(comment, resident(number)))
    after.hide(comment)
    outcome(lambda: after.hide(comment))
    after.approve(comment)
    told = [("answered", False), ("answered", True), ("reported", False), ("hidden", False), ("shown", False)]
    assert after.told_author(comment) == told
    after.delete(comment)
    assert after.told_author(comment) == told
    refused = before.write().id
    assert before.told_author(refused) == []
    before.refuse(refused)
    assert before.told_author(refused) == [("refused", False)]
    assert "写得好" not in str(newsroom.db.comments.find_one({"_id": refused})["_outbox"])


def test_all_of_ones_own_are_found_with_their_articles_as_everyone_may_read_them_now(newsroom: Any) -> None:
    first, second, gone = Comments(newsroom), Comments(newsroom, "livelihood"), Comments(newsroom)
    answered, waiting, orphan = first.write("第一句").id, second.write("第二句").id, gone.write("第三句").id
    first.write("别人的", resident(1))
    first.answer(answered)
    gone.answer(orphan)
    newsroom.withdraw(gone.article)
    title = newsroom.parts.articles.article(first.article).words.title
    found = [
        (row.id, row.article, row.article_title, row.state_name, row.answer is not None) for row in first.all_own()
    ]
    assert found == [
        (orphan, gone.article, None, "已发布", False),
        (waiting, second.article, title, "审核中", False),
        (answered, first.article, title, "已发布", True),
    ]
    assert [row.id for row in first.all_own(limit=2)] == [orphan, waiting]
    cursor = commenting.list_own_comments(first.parts, ListOwnComments(limit=2), AUTHOR).next_cursor
    assert [row.id for row in first.all_own(limit=2, cursor=cursor)] == [answered]
    first.hide(answered)
    first.delete(waiting)
    (_, folded) = first.all_own()
    assert (folded.state_name, folded.reason, folded.answer) == ("已折叠", "含有辱骂攻击内容", None)


def test_its_author_deletes_it_and_nothing_of_it_stays_to_be_read(below: Comments) -> None:
    comment = below.write("说错了的话").id
    with pytest.raises(Forbidden):
        below.delete(comment, resident(1))
    below.delete(comment)
    assert (below.page().items, below.page().count, below.own()) == ([], 0, [])
    assert "说错了的话" not in str(below.db.comments.find_one({"_id": comment}))
    with pytest.raises(NotFound):
        below.report(comment, resident(1))


def test_an_office_answers_marked_and_sees_only_what_everyone_does(below: Comments) -> None:
    comment = below.write().id
    assert below.desk("shown", HANDLER) == [comment]
    with pytest.raises(Forbidden):
        below.desk("waiting", HANDLER)
    below.answer(comment)
    said = below.page().items[0].answer
    assert said
    assert (said.department, said.text) == (below.parts.directory.departments["jw"], "已安排办理。")
    for wrong in ("cgw", "nowhere"):
        with pytest.raises(Invalid):
            below.answer(comment, department=wrong)


def test_the_newsroom_answers_as_the_newsroom_and_never_as_an_office(below: Comments) -> None:
    comment = below.write().id
    for wrong in ("cgw", "jw"):
        with pytest.raises(Invalid):
            below.answer(comment, below.newsroom.editor, department=wrong)
    below.answer(comment, below.newsroom.editor)
    said = below.page().items[0].answer
    assert said and (said.department, said.official) == ("编辑部", False)
    below.answer(comment)
    assert below.page().items[0].answer.official
    with pytest.raises(Conflict):
        below.answer(comment, below.newsroom.editor)


def test_who_has_left_is_nobodys_author_and_the_words_stay(below: Comments) -> None:
    kept, waiting = below.write("留下的话").id, below.write("盲流").id
    reported = below.write("别人的话", resident(1)).id
    below.report(reported, AUTHOR)
    commenting.forget_author(below.parts, AUTHOR.id)
    commenting.forget_author(below.parts, AUTHOR.id)
    assert [(row.name, row.text) for row in below.page().items if row.id == kept] == [("已注销用户", "留下的话")]
    assert below.page().count == below.counted_anew() == 2
    assert waiting not in below.desk("waiting")
    document = below.db.comments.find_one({"_id": waiting})
    assert (document["state"], document["text"], document["found"]) == ("deleted", "", [])
    with pytest.raises(Conflict):
        below.approve(waiting)
    old = {"state": "refused", "text": "没有公开的话", "found": ["盲流"]}  # as an instance of before has left it
    below.db.comments.update_one({"_id": waiting}, {"$set": old})
    migrate = next(one for one in SCHEMA.migrations if "never public" in one.name)
    for _ in range(2):
        migrate.run(below.db)
    document = below.db.comments.find_one({"_id": waiting})
    assert (document["state"], document["text"], document["found"]) == ("deleted", "", [])
    assert below.page().count == below.counted_anew() == 2
    for name in below.db.list_collection_names():
        if not name.startswith("system."):
            assert AUTHOR.id not in str(list(below.db[name].find())), name


def test_a_withdrawn_articles_comments_are_gone_and_a_drafts_are_not_there(below: Comments) -> None:
    below.write()
    draft = below.newsroom.create()
    with pytest.raises(NotFound):
        commenting.list_comments(below.parts, ListComments(id=draft))
    below.newsroom.withdraw(below.article)
    with pytest.raises(NotFound) as gone:
        below.page()
    assert "withdrawn_at" in gone.value.extra
    with pytest.raises(NotFound):
        below.write("晚到的话")


def test_every_query_has_its_index_and_pages_go_on(below: Comments) -> None:
    numbers = [below.write(f"第{n}条评论", resident(n)).id for n in range(7)]
    for n in range(3):
        below.write(f"我的{n}")
    below.newsroom.db.command("profile", 2)
    seen: list[str] = []
    cursor = None
    while True:
        page = below.page(limit=4, cursor=cursor)
        seen += [row.id for row in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert len(seen) == len(set(seen)) == 10
    assert set(numbers) < set(seen)
    own = ListOwnComments(id=below.article, limit=2)
    first = commenting.list_own_comments(below.parts, own, AUTHOR)
    rest = ListOwnComments(id=below.article, limit=2, cursor=first.next_cursor)
    assert len(commenting.list_own_comments(below.parts, rest, AUTHOR).items) == 1
    everywhere = commenting.list_own_comments(below.parts, ListOwnComments(limit=2), AUTHOR)
    assert len(below.all_own(limit=2, cursor=everywhere.next_cursor)) == 1
    for number in range(1, 4):
        below.report(numbers[0], resident(number))
    below.hide(numbers[4])
    below.desk("reported")
    below.answer(numbers[5])
    commenting.forget_author(below.parts, AUTHOR.id)
    below.newsroom.db.command("profile", 0)
    watched = {"ns": {"$regex": r"\.comment"}}
    profile = list(below.newsroom.db.system.profile.find(watched))
    assert len(profile) > 30
    assert [row["command"] for row in profile if "COLLSCAN" in row.get("planSummary", "")] == []
    assert [row["command"] for row in profile if row.get("hasSortStage")] == []

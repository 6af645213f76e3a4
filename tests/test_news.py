"""The news over HTTP: what an editor does is what the next reader sees, also from the cache."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kit.testing import Stack, wait_until
from people import Person, Refused

ARTICLE = {
    "column": "livelihood",
    "title": "夜间路灯改造有了时限",
    "lead": "首批路段本月点亮。",
    "blocks": [{"kind": "heading", "text": "怎么改"}, {"kind": "paragraph", "text": "<b>先亮路口</b>，再亮全段。"}],
    "desk": "民生新闻部",
    "source": "示例内容",
}
SOON_SECONDS = 15  # far less than answers are kept without an event


@pytest.fixture
def editor(stack: Stack) -> Person:
    return Person(stack, token=stack.token("staff", "s_news_editor", ("editor",)))


@pytest.fixture
def reporter(stack: Stack) -> Person:
    return Person(stack, token=stack.token("staff", "s_news_reporter", ("reporter",)))


@pytest.fixture
def reader(stack: Stack) -> Person:
    return Person(stack)


def review(stack: Stack, article: str) -> None:
    """Hands the reporter's article in and brings it through its three reviews."""
    at_desk(stack, "reporter", "s_news_reporter", "submission", article)
    for role in ("editor", "duty_editor", "chief_editor"):
        at_desk(stack, role, f"s_news_{role}", "approval", article)


def at_desk(stack: Stack, role: str, account: str, step: str, article: str) -> None:
    Person(stack, token=stack.token("staff", account, (role,))).do(f"/desk/articles/{article}/{step}")


def ids(reader: Person, **query: Any) -> list[str]:
    return [row["id"] for row in reader.get("/articles", **{"limit": 100, **query})["items"]]


def on_every_reading(reader: object, condition: Callable[[], bool]) -> bool:
    """Whether it becomes true in time and then stays so, whichever process answers."""
    wait_until(condition, SOON_SECONDS)
    time.sleep(1)
    return all(condition() for _ in range(20))


def test_what_is_published_corrected_and_withdrawn_shows_at_once(
    stack: Stack, editor: Person, reporter: Person, reader: Person
) -> None:
    for _ in range(8):  # until every process keeps the list
        ids(reader)
        ids(reader, column="livelihood")
    article = reporter.do("/desk/articles", ARTICLE)["id"]
    assert article not in ids(reader)
    review(stack, article)
    assert article not in ids(reader)
    editor.do(f"/desk/articles/{article}/publication", {"version": 5})
    assert on_every_reading(reader, lambda: article in ids(reader) and article in ids(reader, column="livelihood"))
    assert reader.get(f"/articles/{article}")["blocks"][1]["text"] == "<b>先亮路口</b>，再亮全段。"
    body = {**ARTICLE, "title": "夜间路灯改造提前完成", "version": 6, "correction": "进度有更新"}
    editor.do(f"/desk/articles/{article}", body, method="PUT")
    assert on_every_reading(reader, lambda: reader.get(f"/articles/{article}")["title"] == "夜间路灯改造提前完成")
    editor.do(f"/desk/articles/{article}/withdrawal", {"reason": "事实有误"})
    assert on_every_reading(reader, lambda: reader.ask("GET", f"/articles/{article}").status_code == 410)
    assert on_every_reading(reader, lambda: article not in ids(reader))
    gone = reader.ask("GET", f"/articles/{article}").json()
    assert (gone["code"], gone["extra"]["reason"]) == ("gone", "事实有误")


def test_what_was_set_goes_out_by_itself_and_is_nowhere_before(
    stack: Stack, editor: Person, reporter: Person, reader: Person
) -> None:
    article = reporter.do("/desk/articles", ARTICLE)["id"]
    review(stack, article)
    at = datetime.now(UTC) + timedelta(seconds=10)
    editor.do(f"/desk/articles/{article}/embargo", {"until": at.isoformat()}, method="PUT")
    assert editor.ask("POST", f"/desk/articles/{article}/publication", json={}).status_code == 409
    editor.do(f"/desk/articles/{article}/schedule", {"at": at.isoformat()}, method="PUT")
    while datetime.now(UTC) < at - timedelta(seconds=0.5):
        assert article not in ids(reader)
        assert reader.ask("GET", f"/articles/{article}").status_code == 404
        time.sleep(0.2)
    assert on_every_reading(reader, lambda: article in ids(reader))
    assert datetime.fromisoformat(reader.get(f"/articles/{article}")["published_at"]) >= at.replace(microsecond=0)


def test_a_stale_save_is_refused_with_what_stands(editor: Person, reporter: Person) -> None:
    article = reporter.do("/desk/articles", ARTICLE)["id"]
    etag = editor.ask("GET", f"/desk/articles/{article}").headers["ETag"]
    assert reporter.do(f"/desk/articles/{article}", {**ARTICLE, "version": 1}, method="PUT")["version"] == 2
    stale = editor.ask("PUT", f"/desk/articles/{article}", json=ARTICLE, headers={"If-Match": etag})
    assert stale.status_code == 409
    assert stale.json()["extra"]["version"] == 2


def test_a_draft_is_nobodys_but_the_newsrooms(reporter: Person, reader: Person) -> None:
    article = reporter.do("/desk/articles", ARTICLE)["id"]
    assert reader.ask("GET", f"/articles/{article}").status_code == 404
    with pytest.raises(Refused) as refused:
        reporter.do(f"/desk/articles/{article}/publication")
    assert refused.value.status == 403


def test_the_ten_columns_have_articles_and_an_unknown_number_has_none(reader: Person) -> None:
    columns = [column["code"] for column in reader.get("/columns")["items"]]
    assert len(columns) == 10
    assert all(ids(reader, column=column, limit=1) for column in columns)
    assert reader.ask("GET", "/articles/CPN20261123-000000").status_code == 404
    assert reader.ask("GET", "/articles/..%2f..%2fadmin").status_code in (404, 422)

"""A report and its cases over HTTP: linked, followed up, withdrawn, also without script; of what is private nothing."""

import os
import signal
import time
from typing import Any

import pytest
import requests

from kit.testing import Stack, wait_until
from newsdesk import REPORT, at_desk, publish_report
from people import Person, new_phone
from story import Desk, Story

CASE = {
    "category": "kindergarten",
    "place": "崔村镇",
    "title": "<b>整条路</b>的路灯不亮",
    "text": "小区东侧道路的路灯已有一周不亮。",
}
SECONDS = 15


@pytest.fixture(scope="module")
def author(stack: Stack) -> Person:
    return Person(stack).sign_in_by_phone(new_phone())


def accepted(stack: Stack, author: Person, **fields: Any) -> str:
    town = author.get("/directory")["towns"][-1]["code"]
    no = str(author.do("/cases", {**CASE, "town": town, **fields})["no"])
    at_desk(stack, "clerk").do(f"/desk/cases/{no}/accept", {"urgency": "request"})
    return no


def page(stack: Stack, path: str) -> str:
    return requests.get(f"{stack['base_url']}{path}", timeout=10).text


def test_a_report_is_linked_followed_up_and_withdrawn(stack: Stack, author: Person) -> None:
    reader = Person(stack)
    no, hidden = accepted(stack, author), accepted(stack, author, visibility="private", text="不愿公开的内容。")
    reader.get(f"/cases/{no}")  # every process may keep it
    article = publish_report(stack, no, hidden)
    wait_until(lambda: [one["article"] for one in reader.get(f"/cases/{no}")["coverage"]] == [article], SECONDS)
    told = wait_until(lambda: [item for item in author.get("/me/inbox")["items"] if "报道" in item["title"]], SECONDS)
    assert [item["case_no"] for item in told] == [no]
    (one,) = wait_until(lambda: reader.get(f"/articles/{article}")["follow_ups"], SECONDS)
    assert (one["no"], one["outcome"]) == (no, "unsolved")
    wait_until(
        lambda: article in [row["id"] for row in reader.get("/echoes", outcome="unsolved", limit=100)["items"]], SECONDS
    )
    wait_until(lambda: f"/news/{article}" in page(stack, "/news/echoes"), SECONDS)
    public = [page(stack, path) for path in (f"/news/{article}", "/news/echoes", "/feeds/livelihood.json")]
    public.append(reader.ask("GET", f"/articles/{article}").text)
    assert not any(hidden in text for text in public)
    assert "&lt;b&gt;整条路&lt;/b&gt;的路灯不亮" in public[0] and "尚未解决" in public[0]
    assert f"/news/{article}" in public[1]
    assert requests.get(f"{stack['base_url']}/news/echoes?cursor=nonsense", timeout=10).status_code == 404
    author.do(f"/cases/{no}/withdrawal", {"reason": "问题已经解决"})
    wait_until(lambda: reader.get(f"/articles/{article}")["follow_ups"] == [], SECONDS)
    at_desk(stack, "editor").do(f"/desk/articles/{article}/withdrawal", {"reason": "事实有误"})
    wait_until(lambda: reader.get(f"/cases/{no}")["coverage"] == [], SECONDS)
    assert REPORT["title"] not in reader.ask("GET", f"/cases/{no}/history").text


def test_what_inboxes_say_is_taken_back_with_what_it_quotes(stack: Stack) -> None:
    follower = Person(stack).sign_in_by_phone(new_phone())
    for what in ("column/livelihood", "echoes/all"):
        follower.do(f"/me/follows/{what}", method="PUT")
    story = Story.begin(stack, Desk.open(stack))
    story.submit(with_picture=False)
    story.take_in()
    article = publish_report(stack, story.no)
    wait_until(lambda: Person(stack).get(f"/articles/{article}")["follow_ups"], SECONDS)

    def texts() -> list[str]:
        items = follower.get("/me/inbox", limit=100)["items"]
        return [item["text"] for item in items if item["link"] == f"/news/{article}"]

    story.reply()
    wait_until(lambda: any("已答复“崔村镇幼儿园何时施工改造”" in text for text in texts()), SECONDS)
    hiding = {"passages": ["何时施工改造"], "reason": "accused", "text": "涉及他人，尚未核实。"}
    story.desk.clerk.do(f"/desk/cases/{story.no}/hide", hiding)
    wait_until(lambda: "该诉求的内容已调整，请查看最新情况。" in texts(), SECONDS)
    assert REPORT["title"] in texts() and "何时施工改造" not in str(texts())
    at_desk(stack, "editor").do(f"/desk/articles/{article}/withdrawal", {"reason": "事实有误"})
    wait_until(lambda: texts() == ["该报道已撤回。"] * 2, SECONDS)


@pytest.mark.alone
@pytest.mark.timeout(300)
def test_while_petition_hangs_the_newsroom_publishes_and_the_link_arrives_once(stack: Stack, author: Person) -> None:
    reader, no, petition = Person(stack), accepted(stack, author), stack["pids"]["petition"]
    os.kill(petition, signal.SIGSTOP)
    try:
        article = publish_report(stack, no)
        assert reader.get(f"/articles/{article}")["follow_ups"] == []
        time.sleep(4)  # longer than news waits for an answer
    finally:
        os.kill(petition, signal.SIGCONT)
    wait_until(lambda: [one["no"] for one in reader.get(f"/articles/{article}")["follow_ups"]] == [no])
    wait_until(lambda: [one["article"] for one in reader.get(f"/cases/{no}")["coverage"]] == [article])
    kinds = [entry["kind"] for entry in reader.get(f"/cases/{no}/history")["entries"]]
    assert kinds.count("cover") == 1

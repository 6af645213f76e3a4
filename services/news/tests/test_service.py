"""The running service over RPC: who is let in, and what is told to the others."""

import json
from pathlib import Path
from typing import Any

import pytest

from kit import outbox
from kit.broker import ConfirmedPublisher, Letter
from kit.clock import utcnow
from kit.errors import Invalid
from kit.identity import Caller
from kit.testing import new_key, wait_until

CONTRACT = json.loads(Path("contracts/news.json").read_text(encoding="utf-8"))["rpc"]
VISITOR = Caller("service", "gateway")


def staff(role: str) -> Caller:
    return Caller("staff", f"s_{role}", frozenset({role}))


AUDIENCES = {
    "visitor": VISITOR,
    "resident": Caller("resident", "r_matrix", frozenset({"resident"})),
    **{
        role: staff(role)
        for role in ("reporter", "editor", "duty_editor", "chief_editor", "clerk", "leader", "administrator")
    },
}


@pytest.mark.parametrize("method", sorted(CONTRACT))
def test_each_method_lets_in_whom_the_contract_names_and_nobody_else(rpc: Any, method: str) -> None:
    allow = set(CONTRACT[method]["allow"])
    for name, caller in AUDIENCES.items():
        code = rpc.code(caller, method, nonsense=1)
        if allow & {"anyone", *caller.roles}:
            assert code == "invalid", name  # let in, and refused for what it said
        else:
            assert code == ("unauthenticated" if caller.anonymous else "forbidden"), name


def test_nobody_below_an_editor_publishes() -> None:
    editors = ["chief_editor", "duty_editor", "editor"]
    assert CONTRACT["publish_article"]["allow"] == CONTRACT["withdraw_article"]["allow"] == editors


def test_from_the_reporters_desk_to_the_reader(rpc: Any, mongo_client: Any, words: Any) -> None:
    reporter, editor = staff("reporter"), staff("editor")
    article = rpc.command(reporter, "create_article", **words())["id"]
    rpc.command(reporter, "submit_article", id=article, version=1)
    for reviewer in (editor, staff("duty_editor"), staff("chief_editor")):
        rpc.command(reviewer, "approve_article", id=article)
    rpc.command(editor, "publish_article", id=article, version=5)
    seen = rpc.call(VISITOR, "get_article", id=article)
    assert seen["published_at"].endswith("+08:00")
    assert "author" not in seen
    assert article in [row["id"] for row in rpc.call(VISITOR, "front", limit=20)["items"]]
    assert article in [row["id"] for row in rpc.call(VISITOR, "search", q="社区食堂")["items"]]
    live = mongo_client["news"].articles
    wait_until(lambda: "_outbox" not in live.find_one({"_id": article}))
    rpc.command(editor, "withdraw_article", id=article, reason="测试结束")
    assert rpc.code(VISITOR, "get_article", id=article) == "not_found"


def test_a_tip_hears_of_its_report_and_of_a_closed_account_by_events(
    rpc: Any, mongo_client: Any, stack: Any, words: Any
) -> None:
    author, duty = Caller("resident", f"r_{new_key()}", frozenset({"resident"})), staff("duty_editor")
    rpc.command(author, "send_tip", text=f"夜里有车倾倒垃圾。{new_key()}", contact={"phone": "13800138321"})
    no = rpc.call(author, "list_my_tips")["items"][0]["no"]
    tips = mongo_client["news"].tips
    rpc.command(duty, "assign_tip", no=no, editor=duty.id)
    article = rpc.command(duty, "create_article", **words())["id"]
    rpc.command(duty, "adopt_tip", no=no, articles=[article])
    rpc.command(staff("chief_editor"), "publish_urgently", id=article, reason="暴雨红色预警")
    wait_until(lambda: tips.find_one({"_id": no})["entries"][-1]["kind"] == "report")
    assert [one["id"] for one in rpc.call(author, "list_my_tips")["items"][0]["articles"]] == [article]
    closed = outbox.event("accounts.account_closed.v1", author.id, 1, {"account": author.id}, utcnow())
    letter = Letter("accounts.events", closed["type"], outbox.envelope(closed), {}, closed["id"])
    assert ConfirmedPublisher(stack["amqp_url"]).publish([letter, letter])
    wait_until(lambda: tips.find_one({"_id": no})["author"] is None)
    assert "contact" not in tips.find_one({"_id": no})
    rpc.command(staff("chief_editor"), "withdraw_article", id=article, reason="测试结束")


def test_wrong_fields_are_named_in_words(rpc: Any, words: Any) -> None:
    with pytest.raises(Invalid) as caught:
        rpc.call(staff("reporter"), "create_article", **words(title="短", html="<b>"))
    assert {error["field"] for error in caught.value.errors} == {"title", "html", "idempotency_key"}

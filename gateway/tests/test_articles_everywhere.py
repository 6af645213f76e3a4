"""What the newsroom publishes and withdraws is seen at every gateway process within moments."""

import time
import uuid
from collections.abc import Callable
from typing import Any

from gateway.routes import PREFIX
from kit.testing import Stack, wait_until

from .conftest import Client, OwnGateway

Start = Callable[..., OwnGateway]
ROUNDS = 3
WELL_WITHIN = 5  # seconds, on a machine that does other things too
WORDS = {
    "column": "livelihood",
    "title": "夜间路灯改造今日完成",
    "lead": "首批路段本月点亮。",
    "blocks": [{"kind": "paragraph", "text": "示例正文。"}],
    "desk": "民生新闻部",
    "source": "示例内容",
}


def do(who: Client, step: str, body: dict[str, Any]) -> Any:
    answer = who.post(f"{PREFIX}/desk/articles{step}", json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
    assert answer.ok, answer.text
    return answer.json()


def reviewed(stack: Stack) -> str:
    """An article that may be published."""
    people = {
        role: Client(stack["base_url"], stack.token("staff", f"s_everywhere_{role}", (role,)))
        for role in ("reporter", "editor", "duty_editor", "chief_editor")
    }
    article = str(do(people["reporter"], "", WORDS)["id"])
    do(people["reporter"], f"/{article}/submission", {})
    for role in ("editor", "duty_editor", "chief_editor"):
        do(people[role], f"/{article}/approval", {})
    return article


def seen(reader: Client, article: str) -> set[bool]:
    """Whether the list, the feed and the article's own address show it."""
    listed = [row["id"] for row in reader.get(f"{PREFIX}/articles").json()["items"]]
    fed = article in reader.get("/feeds/livelihood.json").text
    return {article in listed, fed, reader.get(f"{PREFIX}/articles/{article}").status_code == 200}


def test_what_is_published_and_withdrawn_is_seen_at_every_process(stack: Stack, start_gateway: Start) -> None:
    readers = [start_gateway().client(), start_gateway().client()]
    editor = Client(stack["base_url"], stack.token("staff", "s_everywhere_editor", ("editor",)))
    taken: dict[str, list[float]] = {"publication": [], "withdrawal": []}
    for _ in range(ROUNDS):
        article = reviewed(stack)
        for step, body, there in (("publication", {}, True), ("withdrawal", {"reason": "试验结束"}, False)):
            assert all(seen(reader, article) == {not there} for reader in readers)  # and both keep answers that say so
            began = time.monotonic()
            do(editor, f"/{article}/{step}", body)
            wait_until(
                lambda at=article, so=there: all(seen(one, at) == {so} for one in readers), WELL_WITHIN, every=0.01
            )
            taken[step].append(time.monotonic() - began)
    for step, seconds in taken.items():
        print(f"{step} seen by both gateways: slowest of {ROUNDS} {max(seconds):.3f} s")  # noqa: T201 - a measure

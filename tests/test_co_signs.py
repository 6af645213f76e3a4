"""附议 across services: what a neighbour joins tells him too, and everyone sees how many have."""

import uuid

import pytest

from kit.testing import Stack, wait_until
from people import Person, Refused, new_phone
from story import Desk, Story


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Desk:
    return Desk.open(stack)


def test_who_joins_is_told_rates_for_himself_and_leaves_without_a_trace(stack: Stack, desk: Desk) -> None:
    story = Story.begin(stack, desk)
    story.text = f"幼儿园门口没有路灯，孩子放学不安全，请尽快安装。{uuid.uuid4().hex[:6]}"
    story.submit(with_picture=False)
    neighbour, visitor = Person(stack).sign_in_by_phone(new_phone()), Person(stack)
    with pytest.raises(Refused):
        neighbour.do(f"/cases/{story.no}/co-signs", {})
    desk.clerk.do(f"/desk/cases/{story.no}/accept", {"urgency": "request"})
    assert wait_until(lambda: visitor.get(f"/cases/{story.no}"))["co_signs"] == 0
    draft = {"text": "幼儿园门口没有路灯，孩子放学很不安全。", "category": "kindergarten"}
    assert story.no in [row["no"] for row in neighbour.do("/cases/similar", draft)["open"]]

    neighbour.do(f"/cases/{story.no}/co-signs", {"words": "我家孩子也在这里上学。"})
    wait_until(lambda: visitor.get(f"/cases/{story.no}")["co_signs"] == 1)  # the kept page is dropped by the event
    department = desk.handler.account["departments"][0]
    desk.clerk.do(f"/desk/cases/{story.no}/dispatch", {"department": department})
    story.reply()

    items = wait_until(lambda: (found := _notices(neighbour, story.no)) and len(found) == 2 and found, 60)
    assert items == ["附议的问题已答复", "附议的问题已转交"]
    neighbour.do(f"/cases/{story.no}/rating", {"solved": False, "satisfied": 2})
    story.rate()
    page = wait_until(lambda: (p := visitor.get(f"/cases/{story.no}"))["state"] == "closed" and p)
    assert [row["satisfied"] for row in page["ratings"]] == [5]
    assert page["co_signers"] == {"rated": 1, "solved": 0, "satisfied": 2.0}
    for told in (page, visitor.get(f"/cases/{story.no}/history")):
        assert neighbour.account["id"] not in str(told)


def _notices(reader: Person, no: str) -> list[str]:
    return [item["title"] for item in reader.get("/me/inbox", limit=100)["items"] if item["case_no"] == no]

"""The newsroom's numbers: what a badge counts, its list shows, to each role."""

import uuid

import pytest

from kit.testing import Stack, wait_until
from newsdesk import REPORT, at_desk
from people import Person

LISTS = {
    "returned": "/desk/articles?returned=true",
    **{
        stage: f"/desk/articles?stage={stage}"
        for stage in ("first_review", "second_review", "final_review", "approved", "later_review")
    },
    "tips_received": "/desk/tips?state=received",
    "tips_checking": "/desk/tips?state=checking&mine=true",
    "comments_waiting": "/desk/comments?state=waiting",
    "comments_reported": "/desk/comments?state=reported",
    "bundles": "/desk/bundles?state=open",
    "answered": "/desk/investigations?state=answered",
    "overdue": "/desk/investigations?overdue=true",
    "rights_expiring": "/desk/media?only=expiring",
}


@pytest.fixture(scope="module", autouse=True)
def work(stack: Stack) -> None:
    """Something for everyone: sent back, and at each of the reviews."""
    reporter = at_desk(stack, "reporter")
    body = [{"kind": "paragraph", "text": "灯已经坏了一周。"}]
    for passed in range(4):
        article = reporter.do("/desk/articles", {**REPORT, "body": body})["id"]
        reporter.do(f"/desk/articles/{article}/submission")
        for role in ("editor", "duty_editor", "chief_editor")[:passed]:
            at_desk(stack, role).do(f"/desk/articles/{article}/approval")
    back = reporter.do("/desk/articles", {**REPORT, "body": body})["id"]
    reporter.do(f"/desk/articles/{back}/submission")
    at_desk(stack, "editor").do(f"/desk/articles/{back}/return", {"note": "请补充部门答复"})
    Person(stack).do("/tips", {"text": f"路灯又坏了{uuid.uuid4().hex}"})


@pytest.mark.parametrize("role", ["reporter", "editor", "duty_editor", "chief_editor"])
def test_badge_and_list_agree(stack: Stack, role: str) -> None:
    told = at_desk(stack, role).get("/desk/newsroom/counts")["items"]
    assert any(row["count"] for row in told)
    for row in told:
        wait_until(lambda name=row["queue"]: _agree(stack, role, name))  # type: ignore[misc]  # others are at work


def test_what_is_overdue_is_no_state(stack: Stack) -> None:
    assert at_desk(stack, "editor").ask("GET", "/desk/investigations?overdue=true&state=open").status_code == 422


def _agree(stack: Stack, role: str, name: str) -> bool:
    who = at_desk(stack, role)
    counts = who.get("/desk/newsroom/counts")
    badge = next(row["count"] for row in counts["items"] if row["queue"] == name)
    assert badge < counts["counted_to"], "more than a badge says: nothing to compare"
    field = "no" if name.startswith("tips") else "id"
    return len(who.leaf_through(LISTS[name], field)) == badge

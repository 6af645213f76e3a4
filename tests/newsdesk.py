"""The newsroom, for tests of what it shares with others: a report from its first word to its readers."""

from typing import Any

from kit.testing import Stack
from people import Person

REPORT = {
    "column": "livelihood",
    "title": "一条路的灯，什么时候能亮",
    "lead": "记者走访了居民反映的路段。",
    "desk": "民生调查组",
    "source": "示例内容",
}


def at_desk(stack: Stack, role: str, *departments: str) -> Person:
    """Someone of the staff with this role."""
    token = stack.token("staff", f"s_newsdesk_{role}", (role,), departments=list(departments))
    return Person(stack, token=token)


def approve_report(stack: Stack, *cases: str, **fields: Any) -> str:
    """A report that names these cases, after its three reviews; its number."""
    words = {"kind": "paragraph", "text": "灯已经坏了一周。"}
    body = [words, *({"kind": "case", "no": no, "note": "居民来件"} for no in cases)]
    reporter = at_desk(stack, "reporter")
    article = str(reporter.do("/desk/articles", {**REPORT, "body": body, **fields})["id"])
    reporter.do(f"/desk/articles/{article}/submission")
    for role in ("editor", "duty_editor", "chief_editor"):
        at_desk(stack, role).do(f"/desk/articles/{article}/approval")
    return article


def publish_report(stack: Stack, *cases: str, **fields: Any) -> str:
    """The same, published."""
    article = approve_report(stack, *cases, **fields)
    at_desk(stack, "editor").do(f"/desk/articles/{article}/publication")
    return article

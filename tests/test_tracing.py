"""One trace from the browser through calls and events into every service's log."""

import json
import secrets
import uuid

from matrix_world import CASE

from kit.testing import Stack, wait_until
from people import Person, new_phone


def lines(stack: Stack, part: str, trace: str) -> list[str]:
    """The messages of a part's log that belong to the trace."""
    text = (stack.path.parent / "logs" / f"{part}.log").read_text("utf-8", errors="replace")
    found = [json.loads(line) for line in text.splitlines() if trace in line and line.startswith("{")]
    return [row["message"] for row in found if row.get("trace_id") == trace]


def test_a_step_can_be_followed_from_http_to_the_notice_in_the_inbox(stack: Stack) -> None:
    resident = Person(stack).sign_in_by_phone(new_phone())
    town = resident.get("/directory")["towns"][0]["code"]
    no = resident.do("/cases", {**CASE, "town": town})["no"]
    clerk = Person(stack, token=stack.token("staff", "s_trace", ("clerk",)))
    trace = secrets.token_hex(16)
    headers = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01", "Idempotency-Key": uuid.uuid4().hex}
    answer = clerk.ask("POST", f"/desk/cases/{no}/accept", json={"urgency": "request"}, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["traceparent"].split("-")[1] == trace
    wait_until(lambda: lines(stack, "gateway", trace) == ["answered"])  # it is written when the answer has gone
    wait_until(lambda: "accept_case" in lines(stack, "petition", trace))
    wait_until(lambda: "take_case_notice" in lines(stack, "accounts", trace))

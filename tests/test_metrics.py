"""What each service tells Prometheus: its calls, events, queries, and what waits."""

import time
import uuid

import pytest
import requests
from matrix_world import CASE
from prometheus_client.parser import text_string_to_metric_families

from kit.testing import Stack, wait_until
from people import Person, new_phone

SERVICES = ("accounts", "petition", "news", "services_hub", "local")


def figures(stack: Stack, service: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample of the service's process by name and labels."""
    text = requests.get(f"{stack['metrics_urls'][service]}/metrics", timeout=5).text
    families = text_string_to_metric_families(text)
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def one(stack: Stack, service: str, name: str, **labels: str) -> float:
    return figures(stack, service).get((name, frozenset(labels.items())), 0)


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_tells_what_waits(stack: Stack, service: str) -> None:
    found = figures(stack, service)
    assert found[("service_outbox_lag_seconds", frozenset())] >= 0
    queues = {dict(labels)["queue"] for name, labels in found if name == "service_queue_messages"}
    assert {f"rpc-{service}", f"{service}.revocations", f"{service}.revocations.parked"} <= queues


def test_calls_events_and_queries_are_counted(stack: Stack) -> None:
    resident = Person(stack).sign_in_by_phone(new_phone())
    calls = {"method": "submit_case", "outcome": "ok"}
    refused = {"method": "submit_case", "outcome": "invalid"}
    events = {"type": "petition.case_accepted.v1", "outcome": "ok"}
    writes = {"collection": "cases", "command": "insert"}

    def counts() -> list[float]:
        return [
            one(stack, "petition", "service_calls_total", **calls),
            one(stack, "petition", "service_calls_total", **refused),
            one(stack, "petition", "service_query_seconds_count", **writes),
            one(stack, "accounts", "service_events_total", **events),
        ]

    before = counts()
    town = resident.get("/directory")["towns"][0]["code"]
    no = resident.do("/cases", {**CASE, "town": town})["no"]
    key = {"Idempotency-Key": uuid.uuid4().hex}
    assert resident.ask("POST", "/cases", json={**CASE, "town": "nowhere"}, headers=key).status_code == 422
    Person(stack, token=stack.token("staff", "s_x", ("clerk",))).do(f"/desk/cases/{no}/accept", {"urgency": "request"})
    wait_until(lambda: all(now > then for now, then in zip(counts(), before, strict=True)))


def test_a_slow_query_is_counted_and_logged_without_its_values(stack: Stack) -> None:
    from kit.mongo import connect
    from kit.queries import QueryWatch

    client = connect(stack["mongo_url"], [QueryWatch()])
    secret = f"1391102{int(time.time()) % 10000:04}"
    try:
        client.test_slow.things.insert_one({"phone": secret})
        slow = {"$where": f"sleep(300) || this.phone == '{secret}'"}
        assert client.test_slow.things.find_one(slow)
    finally:
        client.drop_database("test_slow")
        client.close()
    assert secret not in (stack.path.parent / "logs" / "database.log").read_text("utf-8", errors="replace")

"""Open311's errors when the house itself has trouble: still in the form that its clients read."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
import requests

from .conftest import OwnGateway

SERVICES = "/open311/v2/services"


def told(answer: requests.Response, format_: str, status: int) -> str:
    """The description, out of an error in this format."""
    assert answer.status_code == status, answer.text
    if format_ == "json":
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        (one,) = answer.json()
        assert one["code"] == status
        return str(one["description"])
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert [root.tag, root.findtext("error/code")] == ["errors", str(status)]
    return str(root.findtext("error/description"))


@pytest.mark.parametrize("format_", ["json", "xml"])
def test_too_many_requests_and_a_stale_token(start_gateway: Callable[..., OwnGateway], format_: str) -> None:
    gateway = start_gateway(RATE_READ_ADDRESS="2/hour", RATE_BULK_ADDRESS="1/hour")
    client = gateway.client()
    lists = [client.get(f"/open311/v2/requests.{format_}") for _ in range(2)]
    assert lists[0].status_code == 200
    assert told(lists[1], format_, 429), "lists of many cases have a limit of their own, kept or not"
    answers = [client.get(f"/open311/v2/tokens/{number}.{format_}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert told(answers[-1], format_, 429)
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert told(gateway.client("nonsense").get(f"{SERVICES}.{format_}"), format_, 401)


@pytest.mark.parametrize("format_", ["json", "xml"])
def test_what_is_kept_is_shown_without_the_broker_and_all_else_is_unavailable(
    start_gateway: Callable[..., OwnGateway], format_: str
) -> None:
    gateway = start_gateway()
    client = gateway.client()
    before = client.get(f"{SERVICES}.{format_}")
    assert before.status_code == 200
    gateway.relay.refuse()
    stale = client.get(f"{SERVICES}.{format_}")
    assert stale.content == before.content
    refused = client.get(f"/open311/v2/requests.{format_}")
    assert told(refused, format_, 503)
    assert refused.headers["Retry-After"]

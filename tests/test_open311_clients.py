"""Clients that others have written for Open311, at the running stack.

`georeport` is the package itself. `three` is Python 2 code and comes as a source archive only, which the locked
environment does not take: what it sends, as its source (0.8.0) has it, is sent here word for word.
"""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from georeport import GeoReport
from test_open311 import FORM, SERVICE, Program, accept, admit, found, words

from kit.testing import Stack, wait_until
from people import Person, at_desk, photo


@pytest.fixture(scope="module")
def desk(stack: Stack) -> dict[str, Person]:
    return {role: at_desk(stack, role) for role in ("clerk", "supervisor")}


@pytest.fixture(scope="module")
def partner(stack: Stack, desk: dict[str, Person]) -> Program:
    return admit(stack, desk)[0]


@pytest.fixture(scope="module")
def reported(partner: Program, desk: dict[str, Person]) -> str:
    no = partner.file()
    accept(desk, no)
    assert found(partner, no)
    return no


@pytest.mark.parametrize("output_format", ["json", "xml"])
def test_georeport_reads_all_there_is(stack: Stack, reported: str, output_format: str) -> None:
    client = GeoReport(f"{stack['base_url']}/open311/v2/", output_format=output_format)
    assert SERVICE in [service["service_code"] for service in client.get_service_list()]
    definition = client.get_service_definition(SERVICE)
    assert definition["service_code"] == SERVICE
    assert client.get_service_request(reported)["service_request_id"] == reported
    day = timedelta(days=1)
    span = {
        "start_date": (datetime.now(UTC) - day).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "end_date": (datetime.now(UTC) + day).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }

    def listed() -> bool:
        rows: Any = client.get_service_requests(service_code=SERVICE, status="open", **span)
        rows = rows if isinstance(rows, list) else [rows]  # of one row in XML the client makes no list
        return reported in [row["service_request_id"] for row in rows]

    assert wait_until(listed, every=0.3)
    with pytest.raises(requests.HTTPError):
        client.get_service_request("CP20200101-000000")


class Three:
    """What `three` sends, and how it reads the answer: as JSON, whatever the status."""

    def __init__(self, stack: Stack, api_key: str = "") -> None:
        self.endpoint = f"{stack['base_url']}/open311/v2/"
        self.api_key = api_key
        self.session = requests.Session()

    def get(self, *path: str, **params: str) -> Any:
        return self.session.get(f"{self.endpoint}{'/'.join(path)}.json", params=params, timeout=20).json()

    def post(self, media: Any = None, **data: str) -> Any:
        form = {**data, "api_key": data.get("api_key", self.api_key)}
        files = {"media": media} if media else None
        return self.session.post(f"{self.endpoint}requests.json", data=form, files=files, timeout=20).json()


def test_three_reads_all_there_is(stack: Stack, reported: str) -> None:
    client = Three(stack)
    assert client.get("discovery")["endpoints"][0]["formats"]
    assert SERVICE in [service["service_code"] for service in client.get("services")]
    assert client.get("services", SERVICE)["service_code"] == SERVICE
    assert client.get("requests", reported)[0]["service_request_id"] == reported
    today = datetime.now(UTC)
    span = {
        "start_date": (today - timedelta(days=7)).strftime("%Y-%m-%dT00:00:00Z"),
        "end_date": (today + timedelta(days=1)).strftime("%Y-%m-%dT00:00:00Z"),
    }
    assert wait_until(lambda: client.get("requests", service_code=SERVICE, page_size="1", **span), every=0.3)
    assert client.get("tokens", "12345")[0]["code"] == 404
    assert client.get("requests", "12345")[0]["code"] == 404


def test_three_files_as_a_form_and_with_a_picture(stack: Stack, partner: Program) -> None:
    client = Three(stack, partner.key)
    person = {"first_name": "张", "last_name": "示例", "phone": "16000000001", "email": "a@example.com"}
    place = {"service_code": SERVICE, "address_string": "崔村镇政府路口", "attribute[town]": "110114112"}
    (first,) = client.post(description=words(), **place, **person)
    assert first["service_request_id"]
    picture = io.BytesIO(photo())
    picture.name = "photo.jpg"
    (second,) = client.post(media=picture, description=words(), **FORM)
    assert second["service_request_id"] != first["service_request_id"]
    assert Three(stack).post(description=words(), **FORM)[0]["code"] == 403

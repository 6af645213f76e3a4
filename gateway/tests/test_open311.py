"""Open311's form: one tree in two formats, what a client asks, and errors."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from werkzeug.datastructures import MultiDict

from gateway.open311 import asked, errors, shown
from gateway.open311.tree import JSON, XML, Node, Repeated, written
from kit.errors import Forbidden, Invalid, NotFound, RateLimited, ServiceError

CONTAINERS = {
    "services", "attributes", "values", "service_requests", "errors", "endpoints", "formats",
}  # fmt: skip
NAMES = some.sampled_from(["status", "lat", "description", "metadata"])
LEAVES = (
    some.none() | some.booleans() | some.integers(-(2**31), 2**31) | some.floats(allow_nan=False, allow_infinity=False)
)
ROW: dict[str, Any] = {
    "no": "CP20261123-7K3F9Q",
    "open": False,
    "state_name": "已答复并评价",
    "note": "已完成招标",
    "category": {"code": "school_place", "name": "入学与学位"},
    "department": None,
    "title": "幼儿园何时开工",
    "text": "请问<何时>开工 & 完工？",
    "place": "",
    "point": {"lat": 40.22, "lon": 116.33},
    "picture": "0" * 32,
    "filed_at": "2026-11-23T10:00:00.000+08:00",
    "updated_at": "2026-11-24T10:00:00.000+08:00",
    "due": None,
}
DIRECTORY: dict[str, Any] = {
    "categories": [{"name": "教育", "items": [{"code": "001", "name": "入学", "department": "jw"}]}],
    "departments": [{"code": "jw", "name": "区教委"}],
    "towns": [{"code": "110114112", "name": "崔村镇"}],
}


def spark(element: ElementTree.Element) -> Any:
    """The XML by the specification's mapping; numbers and truth as the text that XML has for them."""
    if element.tag in CONTAINERS:
        return [spark(child) for child in element]
    if len(element):
        return {child.tag: spark(child) for child in element}
    return element.text


def as_text(value: Any) -> Any:
    """The JSON with its leaves as XML writes them."""
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, dict):
        return {name: as_text(item) for name, item in value.items()}
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()


def both(root: str, node: Node) -> Any:
    """The answer, after both formats were found to say the same."""
    xml = written(root, node, XML)
    assert xml.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    plain = orjson.loads(written(root, node, JSON))
    assert spark(ElementTree.fromstring(xml)) == as_text(plain)
    return plain


slowly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first text reads all characters
rows = some.dictionaries(NAMES, LEAVES | some.text(), min_size=1)


@slowly
@given(some.lists(rows, max_size=4))
def test_json_is_the_xml_by_the_mapping_for_none_one_and_many(items: list[Mapping[str, Any]]) -> None:
    assert len(both("service_requests", Repeated("request", items))) == len(items)


@slowly
@given(some.text())
def test_no_text_breaks_either_format(text: str) -> None:
    ((one,),) = (both("errors", Repeated("error", [{"code": 400, "description": text}])),)
    assert "\x00" not in (one["description"] or "")


@pytest.mark.parametrize("count", [0, 1, 2])
def test_lists_stay_lists(count: int) -> None:
    found = both("service_requests", shown.requests([ROW] * count, "https://example.org/api/v1/media"))
    assert isinstance(found, list)
    assert len(found) == count


def test_a_request_has_all_that_the_specification_names() -> None:
    (row,) = both("service_requests", shown.requests([ROW], "https://example.org/api/v1/media"))
    assert list(row) == [
        "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
        "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime",
        "address", "address_id", "zipcode", "lat", "long", "media_url",
    ]  # fmt: skip
    assert row["status"] == "closed"
    assert row["status_notes"] == "已答复并评价：已完成招标"
    assert row["media_url"] == f"https://example.org/api/v1/media/{'0' * 32}"
    assert [row["address"], row["expected_datetime"], row["lat"]] == [None, None, 40.22]


@pytest.mark.parametrize("provisional", [True, False])
def test_a_provisional_limit_is_said_to_be_one_in_both_formats(*, provisional: bool) -> None:
    told = {**ROW, "due": "2027-01-08T18:00:00.000+08:00", "provisional": provisional}
    (row,) = both("service_requests", shown.requests([told], "https://example.org/api/v1/media"))
    assert row["expected_datetime"] == told["due"]
    assert row["service_notice"] == (
        "expected_datetime为暂定时间：涉及尚未公布的节假日安排，公布后重新计算。" if provisional else None
    )


def test_services_and_definitions_are_those_of_the_directory() -> None:
    (service,) = both("services", shown.services(DIRECTORY))
    assert service["service_code"] == "001"
    assert service["metadata"] is True
    assert [service["group"], service["type"]] == ["教育", "realtime"]
    definition = shown.definition(DIRECTORY, "001")
    told = both("service_definition", definition)
    assert isinstance(told, dict)
    assert [one["code"] for one in told["attributes"]] == ["town", "place", "visibility"]
    assert [one["order"] for one in told["attributes"]] == [1, 2, 3]
    assert told["attributes"][0]["values"] == [{"key": "110114112", "name": "崔村镇"}]
    assert told["attributes"][1]["values"] == []
    assert shown.definition(DIRECTORY, "002") is None


def test_discovery_names_both_formats() -> None:
    told = both("discovery", shown.discovery("示例", "https://example.org/open311/v2", "test"))
    (endpoint,) = told["endpoints"]
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert [endpoint["url"], endpoint["type"]] == ["https://example.org/open311/v2", "test"]
    assert all(told[name] for name in ("changeset", "contact", "key_service"))


def query(**given: str) -> dict[str, Any]:
    return asked.query(MultiDict(given))


def test_an_empty_parameter_is_none() -> None:
    names = dict.fromkeys(asked.QUERY, "")
    assert query(**names) == query(**dict.fromkeys(names, " ")) == query() == {}
    assert query(status=",", service_code=" , ") == {}


def test_a_query_is_read() -> None:
    found = query(
        service_code="a, b", start_date="2026-01-01T00:00:00Z", end_date="2026-01-02T00:00:00 08:00", status="open"
    )
    assert found == {
        "categories": ["a", "b"],
        "since": "2026-01-01T00:00:00+00:00",
        "until": "2026-01-02T00:00:00+08:00",
        "open": True,
    }
    assert query(status="open,closed") == {}
    assert query(status="closed", page="2", page_size="50") == {"open": False, "page": 2, "page_size": 50}
    assert query(service_request_id="A,B", status="nonsense", start_date="x") == {"numbers": ["A", "B"]}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("start_date", "2026-01-01"),
        ("start_date", "2026-01-01T00:00:00"),
        ("end_date", "2026-13-01T00:00:00Z"),
        ("end_date", "yesterday"),
        ("status", "fixed"),
        ("page", "-1"),
        ("page_size", "many"),
    ],
)
def test_what_cannot_be_read_is_named(name: str, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        query(**{name: text})
    assert [one["field"] for one in refused.value.errors] == [name]


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        query(start_date="x", page="x")
    assert len(refused.value.errors) == 2
    with pytest.raises(Invalid) as refused:
        asked.form(MultiDict())
    assert {one["field"] for one in refused.value.errors} == {"lat/long", "description"}


def test_a_form_is_read_and_personal_fields_are_not() -> None:
    found = asked.form(
        MultiDict(
            [
                ("service_code", "001"), ("lat", "40.2"), ("long", "116.2"), ("description", "路灯不亮，请维修。"),
                ("address_string", "路口"), ("attribute[town]", ""), ("attribute[visibility][]", "anonymous"),
                ("email", "a@example.com"), ("phone", "16000000001"), ("first_name", "甲"), ("media_url", "http://x"),
                ("device_id", "d"),
            ]
        )
    )  # fmt: skip
    assert found == {
        "category": "001",
        "text": "路灯不亮，请维修。",
        "place": "路口",
        "point": {"lat": 40.2, "lon": 116.2},
        "visibility": "anonymous",
        "device_id": "d",
    }


@pytest.mark.parametrize(("lat", "long"), [("40", ""), ("north", "116"), ("nan", "116"), ("40", "inf")])
def test_half_a_point_is_none(lat: str, long: str) -> None:
    with pytest.raises(Invalid) as refused:
        asked.form(MultiDict({"lat": lat, "long": long, "description": "路灯不亮，请维修。", "address_string": "x"}))
    assert [one["field"] for one in refused.value.errors] == ["lat/long"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(), 404),
        (Forbidden(), 403),
        (Invalid.field("town", "请选择"), 400),
        (RateLimited(extra={"retry_after": 7}), 429),
        (ServiceError(), 500),
    ],
)
def test_an_error_is_a_list_in_the_format_of_the_address(error: ServiceError, status: int) -> None:
    json, xml = (errors.errors(error, f"/open311/v2/x.{format_}") for format_ in (JSON, XML))
    assert json.status == xml.status == status
    assert json.content_type == "application/json; charset=utf-8"
    assert xml.content_type == "text/xml; charset=utf-8"
    (one,) = orjson.loads(json.body)
    assert one["code"] == status
    assert one["description"]
    assert spark(ElementTree.fromstring(xml.body)) == as_text([one])
    assert (("Retry-After", "7") in json.headers) == (status == 429)


def test_fields_are_called_as_the_specification_calls_them() -> None:
    answer = errors.errors(Invalid.field("town", "请选择"), "/open311/v2/requests.json")
    assert orjson.loads(answer.body)[0]["description"] == "attribute[town]：请选择"


@pytest.mark.parametrize(
    ("path", "below", "format_"),
    [
        ("/open311", True, XML),
        ("/open311/v2/requests", True, XML),
        ("/open311/v2/requests.json", True, JSON),
        ("/open311/v2/a.json/b.xml", True, XML),
        ("/open3110/x.json", False, JSON),
        ("/api/v1/open311/", False, XML),
    ],
)
def test_addresses_and_formats(path: str, below: bool, format_: str) -> None:
    assert errors.is_below(path) is below
    assert errors.format_of(path) == format_

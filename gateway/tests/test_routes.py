"""The table of routes against the services' contracts, and the OpenAPI document made from both."""

import ast
import json
import re
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest

from gateway import contracts, openapi
from gateway.app import served
from gateway.cache import PublicCache
from gateway.invalidation import Invalidation, tag_of
from gateway.routes import AUDIENCES, PREFIX, ROLES, ROUTES, Kept, Part, Route, matrix
from kit.identity import ANYONE

ROOT = Path(__file__).parents[2]
PROMISED = contracts.load(ROOT / "contracts")
OFFICIAL_SCHEMA = json.loads((Path(__file__).parent / "data" / "openapi-3.1.schema.json").read_text("utf-8"))
NAMES = [route.name for route in ROUTES]


@pytest.mark.parametrize("allow", [frozenset(), frozenset({"everybody"}), frozenset({"clerk", "clark"})])
def test_a_route_without_a_known_audience_cannot_be_written(allow: frozenset[str]) -> None:
    with pytest.raises(TypeError):
        Route("GET", "/x", "petition.get_case", allow)


def test_no_address_is_given_twice() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_the_methods_exist_and_admit_exactly_whom_the_route_admits(route: Route) -> None:
    for call in route.calls:
        assert call in PROMISED.methods, "no contract promises it"
        assert PROMISED.methods[call].allow == route.allow


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_what_stands_in_the_path_is_a_field_of_the_request(route: Route) -> None:
    if route.open311 == "definition":  # one entry of the directory, which is asked for whole
        return
    for call in route.calls:
        assert set(route.parameters) <= PROMISED.methods[call].request.get("properties", {}).keys()


PARTS = [(route, part) for route in ROUTES for part in route.parts]


@pytest.mark.parametrize(("route", "part"), PARTS, ids=lambda row: row.name)
def test_a_part_is_shown_to_whom_its_method_admits_and_takes_what_it_is_given(route: Route, part: Part) -> None:
    method = PROMISED.methods.get(part.call)
    if method is None:  # its service is not part of this deployment
        return
    assert method.allow == part.allow
    assert part.kept is None or part.allow == {ANYONE}
    given = {*part.given, *route.asks.model_fields} - {"part"}
    assert given <= method.request["properties"].keys()
    assert set(method.request.get("required", ())) <= given


@pytest.mark.parametrize("route", [r for r in ROUTES if r.kept], ids=lambda route: route.name)
def test_only_what_everybody_may_read_is_kept(route: Route) -> None:
    assert route.kept
    assert route.method == "GET"
    assert ANYONE in route.allow
    assert not route.kept.subject or route.kept.subject in route.parameters


KEPT = [(one.call, one.kept) for one in (*ROUTES, *(part for _, part in PARTS)) if one.kept and one.call]


@pytest.mark.parametrize(("call", "kept"), KEPT, ids=lambda value: value if isinstance(value, str) else "")
def test_what_becomes_untrue_by_itself_is_kept_no_longer(call: str, kept: Kept) -> None:
    if "valid_until" in PROMISED.methods[call].response.get("properties", {}):
        assert kept.until == "valid_until"
        assert {"news.picture_", "news.alert_"} & {*_events(kept)}


def _events(kept: Kept) -> tuple[str, ...]:
    return (kept.dropped_by,) if isinstance(kept.dropped_by, str) else kept.dropped_by


@pytest.mark.parametrize("route", [r for r in ROUTES if r.kept and not r.kept.own], ids=lambda route: route.name)
def test_what_is_kept_for_all_is_the_same_whoever_asks(route: Route) -> None:
    service, name = route.call.split(".")
    (entrypoints,) = (ROOT / "services").glob(f"*/{service}/service.py")
    nodes = ast.walk(ast.parse(entrypoints.read_text("utf-8")))
    (method,) = (node for node in nodes if isinstance(node, ast.FunctionDef) and node.name == name)
    assert "caller" not in ast.unparse(method)


def test_every_method_for_people_has_an_address() -> None:
    inside = {"health", "put_chunk", "finish_upload", "get_partner"}
    inside |= {f"{call}_of_partner" for call in ("start_upload", "put_chunk", "finish_upload")}
    inside |= {f"{call}_of_tip" for call in ("put_chunk", "finish_upload")}
    called = {call for route in ROUTES for call in (*route.calls, *(part.call for part in route.parts))}
    for_people = {name for name, method in PROMISED.methods.items() if method.allow & AUDIENCES}
    assert {name for name in for_people - called if name.split(".")[1] not in inside} == set()


def test_every_method_that_changes_something_takes_an_idempotency_key() -> None:
    for route in ROUTES:
        if not route.reads and not route.special:
            assert all(PROMISED.methods[call].takes("idempotency_key") for call in route.calls), route.name


def test_the_matrix_has_every_cell() -> None:
    cells = list(matrix())
    assert len(cells) == len({cell[:3] for cell in cells}) == len(ROUTES) * (len(ROLES) + 2)
    assert {allowed for *_, allowed in cells} == {True, False}


def test_the_openapi_document_is_valid_and_complete() -> None:
    routes = served(PROMISED)
    document = openapi.document(routes, PROMISED)
    jsonschema.Draft202012Validator(OFFICIAL_SCHEMA).validate(document)
    written = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert written == {(route.method, route.path) for route in routes}
    text = json.dumps(document)
    for reference in re.findall(r'"#/components/schemas/([^"]+)"', text):
        assert reference in document["components"]["schemas"]
    assert "$defs" not in text
    for name, schema in document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name)
    operations = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(set(operations)) == len(operations)


def test_every_address_is_under_the_prefix() -> None:
    """Or where its standard has it."""
    standards = ("/open311/", "/feeds/", "/sitemap")
    for route in ROUTES:
        assert route.path.startswith(standards if route.open311 or route.feed else f"{PREFIX}/")


def test_an_event_drops_what_shows_its_subject_however_the_reader_spelt_it() -> None:
    cache = PublicCache([], stale_seconds=0)
    heard = Invalidation("amqp://nowhere", (), ROUTES, cache).concerned("petition.case_rated.v1", "CP20261123-7K3F9Q")
    case, history, cases = (
        next(route for route in ROUTES if route.path == PREFIX + path)
        for path in ("/cases/{no}", "/cases/{no}/history", "/cases")
    )
    for spelling in ("CP20261123-7K3F9Q", "cp20261123-7k3f9q", " CP20261123-7K3F9Q "):
        assert tag_of(case, {"no": spelling}) in heard
        assert tag_of(history, {"no": spelling}) in heard
    assert tag_of(cases, {}) in heard
    joined = Invalidation("amqp://nowhere", (), ROUTES, cache).concerned(
        "petition.co_sign_added.v1", "CP20261123-7K3F9Q/r_1"
    )
    assert tag_of(case, {"no": "CP20261123-7K3F9Q"}) in joined
    assert tag_of(cases, {}) not in joined
    assert tag_of(case, {"no": "CP20261123-000000"}) not in heard
    directory = next(route for route in ROUTES if route.path == f"{PREFIX}/directory")
    assert tag_of(directory, {}) not in heard

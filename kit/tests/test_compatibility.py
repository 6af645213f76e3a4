"""Contracts before and after a change: what breaks whom."""

from typing import Any, Literal

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, create_model

from kit.compatibility import breaks, misfits
from kit.contract import Request, View


def contract(
    request: Any = None, response: Any = None, event: Any = None, allow: tuple[str, ...] = ("resident",)
) -> Any:
    """A contract with one method and one event of these fields."""
    models = {
        "request": create_model("Asked", __base__=Request, **(request or {"no": (str, ...)})).model_json_schema(),
        "response": create_model("Told", __base__=View, **(response or {"no": (str, ...)})).model_json_schema(
            mode="serialization"
        ),
    }
    data = create_model("Data", __base__=View, **(event or {"no": (str, ...)})).model_json_schema()
    return {
        "service": "stock",
        "rpc": {"sell": {"allow": sorted(allow), **models}},
        "events": {"stock.sold.v1": data},
    }


def text(**limits: Any) -> Any:
    return (str, Field(**limits))


class Tree(View):
    name: str
    children: list["Tree"] | None = None
    parent: "Tree | None" = None


BASE = {"no": (str, ...)}
BROKEN_REQUESTS = {
    "a field was removed": ({**BASE, "note": (str, "")}, BASE, "request.note"),
    "a field was renamed": ({**BASE, "note": (str, "")}, {**BASE, "remark": (str, "")}, "request.note"),
    "a new field is required": (BASE, {**BASE, "town": (str, ...)}, "request.town"),
    "a field became required": ({"no": (str, "")}, BASE, "request.no"),
    "another type": (BASE, {"no": (int, ...)}, "request.no"),
    "null is refused": ({"no": (str | None, ...)}, BASE, "request.no"),
    "shorter": ({"no": text(max_length=60)}, {"no": text(max_length=40)}, "request.no"),
    "a length where none was": (BASE, {"no": text(max_length=40)}, "request.no"),
    "longer at least": ({"no": text(min_length=1)}, {"no": text(min_length=4)}, "request.no"),
    "smaller": ({"n": (int, Field(le=100))}, {"n": (int, Field(le=50))}, "request.n"),
    "another pattern": ({"no": text(pattern="^a$")}, {"no": text(pattern="^b$")}, "request.no"),
    "a value is refused": ({"k": (Literal["a", "b"], ...)}, {"k": (Literal["a"], ...)}, "request.k"),
    "only some values": ({"k": (str, ...)}, {"k": (Literal["a", "b"], ...)}, "request.k"),
    "fewer in a list": ({"l": (list[str], Field(max_length=9))}, {"l": (list[str], Field(max_length=3))}, "request.l"),
    "others in a list": ({"l": (list[str], ...)}, {"l": (list[int], ...)}, "request.l[]"),
    "whole numbers only": ({"n": (float, ...)}, {"n": (int, ...)}, "request.n"),
}
KEPT_REQUESTS = {
    "a new field that may be missing": (BASE, {**BASE, "note": (str | None, None)}),
    "a field need not be there any more": (BASE, {"no": (str, "")}),
    "longer": ({"no": text(max_length=40)}, {"no": text(max_length=60)}),
    "one value more": ({"k": (Literal["a"], ...)}, {"k": (Literal["a", "b"], ...)}),
    "null too": (BASE, {"no": (str | None, ...)}),
    "any number": ({"n": (int, ...)}, {"n": (float, ...)}),
    "another title": (BASE, {"no": text(title="编号", description="…")}),
}
BROKEN_ANSWERS = {
    "a field was removed": ({**BASE, "note": (str, ...)}, BASE, ".note"),
    "a field that could be missing was removed": ({**BASE, "note": (str, "")}, BASE, ".note"),
    "it may be missing": (BASE, {"no": (str, "")}, ".no"),
    "it may be null": (BASE, {"no": (str | None, ...)}, ".no"),
    "one value more": ({"k": (Literal["a"], ...)}, {"k": (Literal["a", "b"], ...)}, ".k"),
    "another type": (BASE, {"no": (int, ...)}, ".no"),
    "others in a mapping": ({"m": (dict[str, int], ...)}, {"m": (dict[str, str], ...)}, ".m.*"),
}
KEPT_ANSWERS = {
    "a new field": (BASE, {**BASE, "note": (str, ...)}),
    "fewer values": ({"k": (Literal["a", "b"], ...)}, {"k": (Literal["a"], ...)}),
    "never null any more": ({"no": (str | None, ...)}, BASE),
}


@pytest.mark.parametrize(("before", "now", "field"), BROKEN_REQUESTS.values(), ids=BROKEN_REQUESTS)
def test_a_request_that_was_taken_and_is_refused_breaks_callers(before: Any, now: Any, field: str) -> None:
    found = breaks(contract(request=before), contract(request=now))
    assert {(b.promise, b.field, b.side) for b in found} == {("method stock.sell", field, "callers")}


@pytest.mark.parametrize(("before", "now"), KEPT_REQUESTS.values(), ids=KEPT_REQUESTS)
def test_taking_more_breaks_nobody(before: Any, now: Any) -> None:
    assert breaks(contract(request=before), contract(request=now)) == []


@pytest.mark.parametrize(("before", "now", "field"), BROKEN_ANSWERS.values(), ids=BROKEN_ANSWERS)
def test_an_answer_or_event_that_readers_cannot_read_breaks_them(before: Any, now: Any, field: str) -> None:
    found = breaks(contract(response=before, event=before), contract(response=now, event=now))
    assert {b.promise: b.field for b in found} == {
        "event stock.sold.v1": f"data{field}",
        "method stock.sell": f"response{field}",
    }
    assert {b.side for b in found} == {"readers"}


@pytest.mark.parametrize(("before", "now"), KEPT_ANSWERS.values(), ids=KEPT_ANSWERS)
def test_telling_more_breaks_nobody(before: Any, now: Any) -> None:
    assert breaks(contract(response=before, event=before), contract(response=now, event=now)) == []


def test_what_is_removed_is_told_by_its_name() -> None:
    gone = {**contract(), "rpc": {}, "events": {}}
    assert [(b.promise, b.side) for b in breaks(contract(), gone)] == [
        ("method stock.sell", "callers"),
        ("event stock.sold.v1", "readers"),
    ]
    assert [b.promise for b in breaks(contract(), {})] == ["method stock.sell", "event stock.sold.v1"]
    assert breaks({"service": "new"}, contract()) == []


@pytest.mark.parametrize(
    ("before", "now", "lost"),
    [
        (("clerk", "handler"), ("clerk",), ["handler"]),
        (("clerk", "resident"), ("staff",), ["resident"]),
        (("clerk", "handler"), ("staff",), []),
        (("resident", "service"), ("anyone",), []),
        (("anyone",), ("resident",), ["anyone"]),
        (("staff",), ("clerk",), ["staff"]),
    ],
)
def test_who_may_call_may_go_on(before: tuple[str, ...], now: tuple[str, ...], lost: list[str]) -> None:
    found = breaks(contract(allow=before), contract(allow=now))
    assert [b.why for b in found] == [f"{audience} may not call it any more" for audience in lost]


def test_a_model_that_holds_itself_is_compared_to_its_end() -> None:
    before = Tree.model_json_schema()
    assert misfits(before, before) == []
    now = Tree.model_json_schema()
    now["$defs"]["Tree"]["properties"]["name"] = {"type": "integer"}
    assert misfits(now, before)


def test_the_message_names_method_field_side_and_way_out() -> None:
    (found,) = breaks(contract(request={"no": text(max_length=60)}), contract(request={"no": text(max_length=40)}))
    assert str(found) == (
        "method stock.sell, request.no: maxLength is 40 and was 60. This breaks callers: give it a new version"
    )


bounds = st.integers(0, 6)
leaves = st.one_of(
    st.builds(
        lambda low, high: {"type": "integer", "minimum": min(low, high), "maximum": max(low, high)}, bounds, bounds
    ),
    st.builds(
        lambda low, high: {"type": "string", "minLength": min(low, high), "maxLength": max(low, high)}, bounds, bounds
    ),
    st.lists(st.sampled_from("abc"), min_size=1, unique=True).map(lambda values: {"type": "string", "enum": values}),
    st.just({"type": "null"}),
    st.just({"type": "number"}),
)


def _object(properties: dict[str, Any], optional: bool, closed: bool) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": [] if optional else sorted(properties)}
    return {**schema, "additionalProperties": False} if closed else schema


schemas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(lambda items: {"type": "array", "items": items}),
        st.lists(inner, min_size=1, max_size=2).map(lambda options: {"anyOf": options}),
        st.builds(_object, st.dictionaries(st.sampled_from("xyz"), inner, max_size=2), st.booleans(), st.booleans()),
    ),
    max_leaves=4,
)
values = st.recursive(
    st.one_of(st.none(), st.integers(0, 6), st.floats(0, 6), st.text("abc", max_size=6)),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("xyz"), inner, max_size=2)),
    max_leaves=4,
)


@given(schemas)
def test_every_schema_keeps_its_own_promises(schema: Any) -> None:
    assert misfits(schema, schema) == []


@given(schemas, schemas, values)
def test_what_fits_one_fits_the_other_unless_a_misfit_is_told(one: Any, other: Any, value: Any) -> None:
    fits = [jsonschema.Draft202012Validator(schema).is_valid(value) for schema in (one, other)]
    if fits == [True, False]:
        assert misfits(one, other)

"""Cursors come back as they went out, and nothing else is accepted."""

import base64
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Invalid
from kit.mongo import Db
from kit.paging import beyond, cut, decode_cursor, encode_cursor, place_of

times = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
plain_text = st.text().filter(lambda s: not s.startswith("t:"))


@given(times, plain_text, st.integers(-(2**53), 2**53))
def test_values_survive(at: datetime, text: str, number: int) -> None:
    assert decode_cursor(encode_cursor(at, text, number), 3) == [at, text, number]


def forged(value: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(value)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "!!",
        "%00",
        "é",
        forged(["a"]),
        forged([{"$gt": ""}, "b"]),
        forged("ab"),
        forged(["t:soon", "b"]),
        forged(["t:0001-01-01T00:00:00+23:00", "b"]),
        forged([2**63, "b"]),
        "A" * 4000,
    ],
)
def test_a_forged_cursor_is_a_mistake_in_the_field(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        decode_cursor(text, 2)
    assert caught.value.errors[0]["field"] == "cursor"


@pytest.mark.parametrize("order", [[("at", 1), ("_id", 1)], [("at", -1), ("_id", -1)], [("at", -1), ("_id", 1)]])
def test_pages_show_every_row_once_in_order_although_many_share_the_first_key(
    database: Db, order: list[tuple[str, int]]
) -> None:
    database.rows.insert_many({"_id": number, "at": number % 3, "odd": number % 5 == 0} for number in range(50))
    query = {"$nor": [{"odd": True}]}
    whole = [row["_id"] for row in database.rows.find(query).sort(order)]
    shown: list[int] = []
    cursor: str | None = None
    while cursor or not shown:
        found = database.rows.find(beyond(query, order, place_of(cursor))).sort(order).limit(8)
        rows, cursor = cut(list(found), 7, order)
        shown += [row["_id"] for row in rows]
    assert shown == whole
    assert len(whole) == 40


def test_a_page_that_is_just_full_is_the_last() -> None:
    rows = [{"at": number, "_id": number} for number in range(3)]
    assert cut(rows, 3, [("at", 1), ("_id", 1)]) == (rows, None)
    assert cut([], 3, [("at", 1), ("_id", 1)]) == ([], None)
    assert cut(rows, 2, [("at", 1), ("_id", 1)]) == (rows[:2], encode_cursor(1, 1))

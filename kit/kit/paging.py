"""Pages by key: where one ended, as opaque text (the cursor), and how the next one is found."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import orjson
from pymongo.collection import Collection

from kit.errors import Invalid
from kit.mongo import Document

Order = Sequence[tuple[str, int]]
"""The two keys that a list is sorted by, each with its direction; the second tells rows apart that share the first."""

Place = Sequence[Any] | None
"""The two keys of the last row that was seen; None at the beginning."""

Row = TypeVar("Row", bound=Mapping[str, Any])

_TIME = "t:"
_LARGEST = 2**63 - 1


def encode_cursor(*values: Any) -> str:
    """The sort key of a page's last row as text for a URL. Times keep their millisecond."""
    plain = [_TIME + v.isoformat() if isinstance(v, datetime) else v for v in values]
    return base64.urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def decode_cursor(text: str, length: int) -> list[Any]:
    """The `length` values that a cursor holds.

    Raises `Invalid` (field `cursor`) for anything that `encode_cursor` cannot have made.
    """
    try:
        values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != length:
            raise ValueError
        return [_value(v) for v in values]
    except (ValueError, OverflowError, binascii.Error):
        raise Invalid.field("cursor", "翻页标记无效，请从第一页重新查看") from None


def place_of(cursor: str | None) -> list[Any] | None:
    """The two keys of the last row that was seen; None at the beginning. Raises `Invalid` (field `cursor`)."""
    return decode_cursor(cursor, 2) if cursor else None


def beyond(query: Mapping[str, Any], order: Order, place: Place) -> dict[str, Any]:
    """The query for what follows the place in this order; None: from the beginning.

    A range of the first key, within the one that the query may have, without what of its end was seen. Not `$or`: that
    would be planned by branch, and sorted.
    """
    if not place:
        return dict(query)
    (first, forward), (second, on) = order
    seen = {first: place[0], second: {"$lte" if on > 0 else "$gte": place[1]}}
    limits = {**query.get(first, {}), "$gte" if forward > 0 else "$lte": place[0]}
    return {**query, first: limits, "$nor": [*query.get("$nor", ()), seen]}


def cut(rows: Sequence[Row], limit: int, order: Order) -> tuple[list[Row], str | None]:
    """The page of `limit` rows, and its cursor when there are more rows than that."""
    last = rows[limit - 1] if len(rows) > limit else None
    return list(rows[:limit]), encode_cursor(*(last[key] for key, _ in order)) if last else None


def page(
    collection: Collection[Document],
    query: Mapping[str, Any],
    order: Order,
    hint: str,
    limit: int,
    cursor: str | None,
    projection: Mapping[str, Any] | None = None,
) -> tuple[list[Document], str | None]:
    """The page of at most `limit` documents that the cursor leads to, and the cursor of the next one.

    `hint` names the index, `projection` what is read of each. Raises `Invalid` (field `cursor`).
    """
    found = collection.find(beyond(query, order, place_of(cursor)), projection).hint(hint).sort(list(order))
    return cut(list(found.limit(limit + 1)), limit, order)


def _value(plain: Any) -> Any:
    if isinstance(plain, dict | list):
        raise ValueError  # an operator smuggled into a query
    if isinstance(plain, int) and plain > _LARGEST:
        raise ValueError  # more than the database can compare with
    if isinstance(plain, str) and plain.startswith(_TIME):
        return datetime.fromisoformat(plain.removeprefix(_TIME)).astimezone(UTC)
    return plain

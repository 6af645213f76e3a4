"""Open data on their way out: a month's rows as CSV, JSON Lines or GeoJSON, a page in memory at a time."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import orjson
from flask import Request, Response

from gateway import arguments
from gateway.dispatch import Dispatcher
from gateway.routes import EXPORTS, Route
from gateway.visitors import Visitor

PAGE = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20")  # in full width too
_UTF8_MARK = "\ufeff"  # without it, spreadsheets take Chinese for something else
Rows = Iterable[Mapping[str, Any]]


def export(dispatcher: Dispatcher, route: Route, request: Request) -> Response:
    """Streams a month. What the first page raises is answered; a later failure breaks the answer off."""
    visitor = dispatcher.admit(route, request)
    asked = arguments.gather(dispatcher.method(route.call), request, {})
    given = {name: value for name, value in asked.items() if name not in ("limit", "cursor")}
    rows = rows_of(dispatcher, route, visitor, given, PAGE)
    kind = route.path.rsplit(".", 1)[-1]
    headers = {"Cache-Control": "public, max-age=60", "Content-Disposition": f'inline; filename="{_name(given, kind)}"'}
    body: Iterable[bytes] = () if request.method == "HEAD" else _FORMATS[kind](rows)
    return Response(body, 200, headers, content_type=EXPORTS[kind])


def as_csv(rows: Rows, columns: Iterable[str] = ()) -> Iterator[bytes]:
    """A line a row below the names of the fields. No cell is a formula; yes and no are true and false.

    With `columns` these are named even where there is no row.
    """
    buffer = io.StringIO(_UTF8_MARK)
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer, lineterminator="\r\n")
    named = list(columns)
    if named:
        writer.writerow(named)
    for number, row in enumerate(rows):
        if not number and not named:
            writer.writerow(row)
        writer.writerow([_cell(value) for value in row.values()])
        yield _taken(buffer)
    yield _taken(buffer)


def as_json_lines(rows: Rows) -> Iterator[bytes]:
    """A JSON object a line."""
    for row in rows:
        yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def as_geojson(rows: Rows) -> Iterator[bytes]:
    """A FeatureCollection (RFC 7946) of the rows that have a point."""
    yield b'{"type":"FeatureCollection","features":['
    separator = b""
    for row in rows:
        if row["lon"] is not None and row["lat"] is not None:
            yield separator + orjson.dumps(_feature(row))
            separator = b",\n"
    yield b"]}"


_FORMATS = {"csv": as_csv, "jsonl": as_json_lines, "geojson": as_geojson}


def rows_of(
    dispatcher: Dispatcher, route: Route, visitor: Visitor, given: Mapping[str, Any], limit: int
) -> Iterator[Mapping[str, Any]]:
    """All rows of a list, read `limit` at a time as they are taken. What the first page raises is raised here."""

    def turn(cursor: str | None) -> dict[str, Any]:
        asked = {**given, "limit": limit, **({"cursor": cursor} if cursor else {})}
        page: dict[str, Any] = dispatcher.call(route.call, asked, visitor, read=True)
        return page

    return _rows(turn(None), turn)


def _rows(page: dict[str, Any], turn: Callable[[str], dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    while True:
        yield from page["items"]
        if not page["next_cursor"]:
            return
        page = turn(page["next_cursor"])


def _feature(row: Mapping[str, Any]) -> dict[str, Any]:
    properties = {name: value for name, value in row.items() if name not in ("lon", "lat")}
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
        "properties": properties,
    }


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _taken(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data


def _name(given: Mapping[str, Any], kind: str) -> str:
    month = "".join(c for c in str(given.get("month", "")) if c.isdigit() or c == "-")
    return f"cases-{month}.{kind}"

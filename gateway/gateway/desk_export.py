"""A queue of the desk as a table: the rows that its list shows, under the same filters, a page in memory at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import Request, Response

from gateway import arguments
from gateway.dispatch import Dispatcher
from gateway.open_data import as_csv, rows_of
from gateway.routes import EXPORTS, Route

PAGE = 100
Row = Mapping[str, Any]
_VISIBILITIES = {"public": "公开", "private": "不公开", "anonymous": "匿名公开"}


def export(dispatcher: Dispatcher, route: Route, request: Request) -> Response:
    """Streams a queue. What the first page raises is answered; a later failure breaks the answer off."""
    visitor = dispatcher.admit(route, request)
    asked = arguments.gather(dispatcher.method(route.call), request, {})
    given = {name: value for name, value in asked.items() if name not in ("limit", "cursor")}
    rows = rows_of(dispatcher, route, visitor, given, PAGE)
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": 'attachment; filename="cases.csv"'}
    body: Iterable[bytes] = () if request.method == "HEAD" else as_csv(map(table_row, once(rows)), COLUMNS)
    return Response(body, 200, headers, content_type=EXPORTS["csv"])


def once(rows: Iterable[Row]) -> Iterator[Row]:
    """Each case once: one whose due time moves while its queue is read may come again further down."""
    seen: set[str] = set()
    for row in rows:
        if row["no"] not in seen:
            seen.add(row["no"])
            yield row


def table_row(row: Row) -> dict[str, Any]:
    """A case under the names of the columns."""
    return {name: value(row) for name, value in COLUMNS.items()}


def _time(field: str) -> Callable[[Row], str]:
    """By the clock that the service tells it in, without its zone: spreadsheets read it as a time."""
    return lambda row: datetime.fromisoformat(row[field]).strftime("%Y-%m-%d %H:%M") if row[field] else ""


def _name(field: str) -> Callable[[Row], str]:
    return lambda row: row[field]["name"] if row[field] else ""


def _plain(field: str) -> Callable[[Row], Any]:
    return lambda row: "" if row[field] is None else row[field]


COLUMNS: Mapping[str, Callable[[Row], Any]] = {
    "编号": _plain("no"),
    "标题": _plain("title"),
    "类别": _name("category"),
    "街镇": _name("town"),
    "主办部门": _name("department"),
    "状态": _plain("state_name"),
    "办理类别": _plain("urgency_name"),
    "公开方式": lambda row: _VISIBILITIES.get(row["visibility"], row["visibility"]),
    "提交时间": _time("filed_at"),
    "当前时限": _plain("due_clock"),
    "到期时间": _time("due"),
    "是否超期": lambda row: "是" if row["overdue"] else "否",
    "督办": _plain("alarm_name"),
    "待整改督办牌": _plain("cards_open"),
    "上报原因": lambda row: "、".join(report["threshold"]["name"] for report in row["reports"]),
    "批示期限": _time("instruction_due"),
    "附议人数": _plain("co_signs"),
    "第几轮": _plain("round"),
    "答复时间": _time("replied_at"),
}

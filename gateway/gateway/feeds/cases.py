"""The feed of public cases and replies as RSS 2.0: what feed readers subscribe to, by town or department."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import orjson
from flask import Request

from gateway import arguments
from gateway.answers import PUBLIC, Answer, with_etag
from gateway.dispatch import Dispatcher
from gateway.feeds.shown import identity, lines, minute
from gateway.feeds.xml import ATOM, add, document
from gateway.rendered import Rendered, validator
from gateway.routes import Route

CONTENT_TYPE = "application/rss+xml; charset=utf-8"
MINUTES = 5


def answer(dispatcher: Dispatcher, rendered: Rendered, route: Route, request: Request) -> Answer:
    """The feed, made of the kept answer, or 304 when the reader has it. Raises what the service raises.

    A case that is hidden or taken back leaves it without a trace: nobody knows since when it reads so.
    """
    visitor = dispatcher.admit(route, request)
    given = arguments.gather(dispatcher.method(route.call), request, {})
    told, age = dispatcher.shared(route, given, visitor, {})
    etag = validator(told, request.url)
    unmade = Answer(headers=PUBLIC if age is None else [*PUBLIC, ("Age", str(age))], content_type=CONTENT_TYPE)
    found = with_etag(unmade, etag, request)
    if found.status != 304:
        home = request.host_url.rstrip("/")
        found.body = rendered.get(etag, lambda: as_rss(orjson.loads(told), home, request.url))
    return found


def as_rss(found: Mapping[str, Any], home: str, own: str) -> bytes:
    """An RSS 2.0 document. `home` is where the pages are, `own` the address of the feed itself."""
    rss = Element("rss", version="2.0")
    channel = SubElement(rss, "channel")
    add(channel, "title", found["title"])
    add(channel, "link", f"{home}/affairs")
    add(channel, "description", "公开的问政和部门答复，按时间排列，最新的在前。")
    add(channel, "language", "zh-cn")
    add(channel, "ttl", str(MINUTES))
    add(channel, f"{{{ATOM}}}link", href=own, rel="self", type="application/rss+xml")
    for item in found["items"]:
        _add_item(channel, item, home)
    return document(rss)


def _add_item(channel: Element, item: Mapping[str, Any], home: str) -> None:
    element = SubElement(channel, "item")
    who = item["department"]["name"] if item["department"] else ""
    add(element, "title", f"{who}答复：{item['title']}" if item["is_reply"] else item["title"])
    add(element, "link", f"{home}/affairs/cases/{item['no']}")
    add(element, "guid", identity(f"case/{item['id']}"), isPermaLink="false")
    add(element, "pubDate", format_datetime(datetime.fromisoformat(item["at"])))
    for name in (item["category"]["name"], item["town"]["name"], *([who] if who else ())):
        add(element, "category", name)
    add(element, "description", lines("\n".join((item["text"], *_limit(item)))))


def _limit(item: Mapping[str, Any]) -> Iterable[str]:
    """Until when a case is to be answered, and whether that may yet be planned anew."""
    if item.get("due"):
        provisional = "（暂定，涉及尚未公布的节假日安排，公布后重新计算）" if item["provisional"] else ""
        yield f"办理时限：{minute(item['due'])} 前{provisional}"

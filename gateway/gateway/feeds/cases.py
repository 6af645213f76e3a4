"""The feed of public cases and replies as RSS 2.0: what feed readers subscribe to, by town or department."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from flask import Request, Response

from gateway import arguments
from gateway.cache import etag_of, matches
from gateway.dispatch import Dispatcher
from gateway.feeds.shown import identity
from gateway.feeds.xml import ATOM, add, document
from gateway.routes import Route

CONTENT_TYPE = "application/rss+xml; charset=utf-8"
SECONDS = 300


def answer(dispatcher: Dispatcher, route: Route, request: Request) -> Response:
    """The feed, or 304 when the reader has it. Raises what the service raises."""
    visitor = dispatcher.admit(route, request)
    given = arguments.gather(dispatcher.method(route.call), request, {})
    found: dict[str, Any] = dispatcher.call(route.call, given, visitor, read=True)
    body = as_rss(found, request.host_url.rstrip("/"), request.url)
    etag = etag_of(body)
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={SECONDS}"}
    if matches(request.headers.get("If-None-Match"), etag):
        return Response(status=304, headers=headers)
    return Response(body, 200, headers, content_type=CONTENT_TYPE)


def as_rss(found: Mapping[str, Any], home: str, own: str) -> bytes:
    """An RSS 2.0 document. `home` is where the pages are, `own` the address of the feed itself."""
    rss = Element("rss", version="2.0")
    channel = SubElement(rss, "channel")
    add(channel, "title", found["title"])
    add(channel, "link", f"{home}/affairs")
    add(channel, "description", "公开的问政和部门答复，按时间排列，最新的在前。")
    add(channel, "language", "zh-cn")
    add(channel, "ttl", str(SECONDS // 60))
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
    add(element, "description", item["text"])

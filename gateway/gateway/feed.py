"""The feed of public cases and replies as RSS 2.0: what feed readers subscribe to, by town or department."""

import re
import xml.etree.ElementTree as ET  # writes only
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import Any

from flask import Request, Response

from gateway import arguments
from gateway.cache import matches
from gateway.dispatch import Dispatcher
from gateway.routes import Route

CONTENT_TYPE = "application/rss+xml; charset=utf-8"
SECONDS = 300
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ET.register_namespace("atom", _ATOM)


def answer(dispatcher: Dispatcher, route: Route, request: Request) -> Response:
    """The feed, or 304 when the reader has it. Raises what the service raises."""
    visitor = dispatcher.admit(route, request)
    given = arguments.gather(dispatcher.method(route.call), request, {})
    found: dict[str, Any] = dispatcher.call(route.call, given, visitor, read=True)
    body = as_rss(found, request.host_url.rstrip("/"), request.url)
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": f"public, max-age={SECONDS}"}
    if matches(request.headers.get("If-None-Match"), etag):
        return Response(status=304, headers=headers)
    return Response(body, 200, headers, content_type=CONTENT_TYPE)


def as_rss(found: Mapping[str, Any], home: str, own: str) -> bytes:
    """An RSS 2.0 document. `home` is where the pages are, `own` the address of the feed itself."""
    rss = ET.Element("rss", version="2.0")
    channel = ET.SubElement(rss, "channel")
    _add(channel, "title", found["title"])
    _add(channel, "link", f"{home}/affairs")
    _add(channel, "description", "公开的问政和部门答复，按时间排列，最新的在前。")
    _add(channel, "language", "zh-cn")
    _add(channel, "ttl", str(SECONDS // 60))
    ET.SubElement(channel, f"{{{_ATOM}}}link", href=own, rel="self", type="application/rss+xml")
    for item in found["items"]:
        _add_item(channel, item, home)
    return ET.tostring(rss, encoding="utf-8", xml_declaration=True)


def _add_item(channel: ET.Element, item: Mapping[str, Any], home: str) -> None:
    element = ET.SubElement(channel, "item")
    who = item["department"]["name"] if item["department"] else ""
    _add(element, "title", f"{who}答复：{item['title']}" if item["is_reply"] else item["title"])
    _add(element, "link", f"{home}/affairs/cases/{item['no']}")
    _add(element, "guid", f"urn:changping-connect:{item['id']}").set("isPermaLink", "false")
    _add(element, "pubDate", format_datetime(datetime.fromisoformat(item["at"])))
    for name in (item["category"]["name"], item["town"]["name"], *([who] if who else ())):
        _add(element, "category", name)
    _add(element, "description", item["text"])


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    """What a resident wrote may have characters that XML has no way to write."""
    element = ET.SubElement(parent, name)
    element.text = _NOT_XML.sub("", text)
    return element

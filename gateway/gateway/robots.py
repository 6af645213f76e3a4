"""What search engines' programs are asked: to find what is published, and to leave alone what is somebody's own."""

from collections.abc import Mapping
from typing import Any

from werkzeug import Request

from gateway.answers import Answer, with_etag
from gateway.rendered import validator
from gateway.routes import PREFIX

ADDRESS = "/robots.txt"
PRIVATE = ("/desk", "/me", "/api")
SHOWN = ("/article-pictures/", "/article-files/")
"""What articles show, which lies among the addresses of the app's own questions."""
_DAY = (("Cache-Control", "public, max-age=86400"),)


def answer(request: Request, path: Mapping[str, Any]) -> Answer:
    """The rules, and where the map of all articles is."""
    origin = str(request.host_url).rstrip("/")
    told = Answer(_rules(origin).encode(), headers=_DAY, content_type="text/plain; charset=utf-8")
    return with_etag(told, validator(origin), request)


def _rules(origin: str) -> str:
    allowed = [f"Allow: {PREFIX}{address}" for address in SHOWN]  # first, for those who take the first that fits
    refused = [f"Disallow: {address}" for address in PRIVATE]
    return "\n".join(("User-agent: *", *allowed, *refused, "", f"Sitemap: {origin}/sitemap.xml", ""))

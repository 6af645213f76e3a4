"""The feed as others read it: by a parser that is not ours."""

from html import unescape
from typing import Any

import feedparser
import pytest

from gateway.feeds.cases import as_rss
from gateway.feeds.shown import identity
from gateway.routes import PREFIX

from .conftest import Client

ITEM = {
    "id": "CP20261128-7K3F9Q/reply/1795800000", "no": "CP20261128-7K3F9Q", "is_reply": True,
    "title": "路灯 <b>不亮</b> & 没人管\x00\x0b", "text": "水压<b时断水，a<b 请看]]><script>x</script>末\n第二行",
    "category": {"code": "broken_lamps", "name": "路灯故障"}, "town": {"code": "1", "name": "崔村镇"},
    "department": {"code": "cgw", "name": "区城管委"}, "at": "2026-11-28T09:30:00+08:00",
}  # fmt: skip


def test_whatever_residents_write_is_a_feed_that_others_read() -> None:
    case = {**ITEM, "id": ITEM["no"], "is_reply": False, "department": None}
    document = as_rss({"title": "问政", "items": [ITEM, case]}, "https://example.org", "https://example.org/f.rss")
    found = feedparser.parse(document, sanitize_html=False)
    assert (found.bozo, found.version, found.feed.title) == (False, "rss20", "问政")
    reply, filed = found.entries
    assert reply.title == "区城管委答复：路灯 <b>不亮</b> & 没人管"
    assert reply.id == identity("case/CP20261128-7K3F9Q/reply/1795800000")
    assert not reply.guidislink
    assert reply.link == filed.link == "https://example.org/affairs/cases/CP20261128-7K3F9Q"
    assert tuple(reply.published_parsed[:5]) == (2026, 11, 28, 1, 30)
    assert [tag.term for tag in reply.tags] == ["路灯故障", "崔村镇", "区城管委"]
    assert unescape(reply.summary.replace("<br />", "\n")) == ITEM["text"]
    assert reply.summary.count("<") == 1, "it is HTML, of which nothing is markup"
    assert filed.id == identity("case/CP20261128-7K3F9Q")


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ({"due": "2026-12-08T18:00:00+08:00", "provisional": False}, "<br />办理时限：2026-12-08 18:00 前"),
        (
            {"due": "2027-01-08T18:00:00+08:00", "provisional": True},
            "<br />办理时限：2027-01-08 18:00 前（暂定，涉及尚未公布的节假日安排，公布后重新计算）",
        ),
        ({"due": None, "provisional": False}, ""),
        ({}, ""),
    ],
)
def test_a_case_at_work_says_until_when(limit: dict[str, Any], said: str) -> None:
    case = {**ITEM, "id": ITEM["no"], "is_reply": False, "text": "灯不亮", **limit}
    document = as_rss({"title": "问政", "items": [case]}, "https://example.org", "https://example.org/f.rss")
    (filed,) = feedparser.parse(document, sanitize_html=False).entries
    assert filed.summary == f"灯不亮{said}"


def test_an_empty_feed_is_one_too() -> None:
    found = feedparser.parse(as_rss({"title": "问政", "items": []}, "https://example.org", "https://example.org/f.rss"))
    assert (found.bozo, found.entries) == (False, [])


def test_it_is_served_with_a_validator_and_for_places_that_are_there(client: Client) -> None:
    path = f"{PREFIX}/feeds/cases.rss"
    answer = client.get(path)
    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert not feedparser.parse(answer.content).bozo
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get(f"{path}?department=jw").status_code == 200
    assert client.get(f"{path}?department=nobody").status_code == 404
    assert client.get(f"{path}?town=110114112&department=jw").status_code == 422
    assert client.get(f"{path}?author=x").status_code == 422

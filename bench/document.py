"""The one answer that every contender gives: 2 KB of JSON, half of it Chinese, as a page of cases would be."""

from typing import Any

import orjson

_ROW = {
    "no": "CP20261123-7K3F9Q",
    "title": "崔村镇幼儿园什么时候开始施工改造",
    "category": {"code": "kindergarten", "name": "幼儿园建设与入园"},
    "town": {"code": "110114112", "name": "崔村镇"},
    "state": "dispatched",
    "state_name": "办理中",
    "filed_at": "2026-11-23T09:30:00.000+08:00",
    "solved": None,
}
DOCUMENT: dict[str, Any] = {"items": [{**_ROW, "no": f"CP20261123-7K3F{n:02}"} for n in range(6)], "next_cursor": None}
BODY = orjson.dumps(DOCUMENT)

"""What the petition service tells, in the words of the specification."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.open311.tree import FORMATS, MEDIA_TYPES, Leaf, Node, Repeated

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CHANGED = "2026-11-27T00:00:00+08:00"
"""When these answers last changed their form."""

VISIBILITIES = {"public": "公开", "anonymous": "公开，不显示位置", "private": "不公开"}
PROVISIONAL = "expected_datetime为暂定时间：涉及尚未公布的节假日安排，公布后重新计算。"

Told = Mapping[str, Any]


def discovery(app: str, url: str, kind: str) -> Node:
    """What there is, and where; `kind` is production or test."""
    formats = Repeated("format", [MEDIA_TYPES[format_] for format_ in reversed(FORMATS)])
    endpoint: Node = {
        "specification": SPECIFICATION,
        "url": url,
        "changeset": CHANGED,
        "type": kind,
        "formats": formats,
    }
    return {
        "changeset": CHANGED,
        "contact": f"{app}：请通过“我要问政”联系问政受理中心。",
        "key_service": f"{app}：请向问政受理中心说明用途和每日件数，申请接口密钥。",
        "endpoints": Repeated("endpoint", [endpoint]),
    }


def services(directory: Told) -> Repeated:
    """The leaves of the category tree."""
    departments = {one["code"]: one["name"] for one in directory["departments"]}
    return Repeated("service", [_service(one, group, departments) for group, one in _leaves(directory)])


def definition(directory: Told, code: str) -> Node | None:
    """What else a report of this service is asked; None when there is no such service."""
    if code not in {one["code"] for _, one in _leaves(directory)}:
        return None
    towns = [(one["code"], one["name"]) for one in directory["towns"]]
    attributes: list[Node] = [
        _attribute(1, "town", "所在街道或镇", "不填时按经纬度判断；只填地址时必填", towns),
        _attribute(2, "place", "具体地点", "不填时用address_string；最多100个字"),
        _attribute(3, "visibility", "公开方式", "不填时公开；不公开的诉求不能用本接口查询", list(VISIBILITIES.items())),
    ]
    return {"service_code": code, "attributes": Repeated("attribute", attributes)}


def requests(rows: Iterable[Told], media: str) -> Repeated:
    """Cases, as everyone may see them; `media` is where pictures are."""
    return Repeated("request", [_request(row, media) for row in rows])


def receipt(no: str, notice: str) -> Repeated:
    """The answer to a report: its number at once, and no token."""
    return Repeated("request", [{"service_request_id": no, "service_notice": notice, "account_id": None}])


def _leaves(directory: Told) -> Iterable[tuple[str, Told]]:
    return ((category["name"], one) for category in directory["categories"] for one in category["items"])


def _service(one: Told, group: str, departments: Mapping[str, str]) -> Node:
    department = departments.get(one["department"], one["department"])
    return {
        "service_code": one["code"],
        "service_name": one["name"],
        "description": f"{group}：{one['name']}，一般由{department}办理",
        "metadata": True,
        "type": "realtime",
        "keywords": f"{group},{one['name']}",
        "group": group,
    }


def _attribute(order: int, code: str, words: str, hint: str, values: Sequence[tuple[str, str]] = ()) -> Node:
    return {
        "variable": True,
        "code": code,
        "datatype": "singlevaluelist" if values else "string",
        "required": False,
        "datatype_description": hint,
        "order": order,
        "description": words,
        "values": Repeated("value", [{"key": key, "name": name} for key, name in values]),
    }


def _request(row: Told, media: str) -> Node:
    point = row["point"] or {}
    department = row["department"]
    return {
        "service_request_id": row["no"],
        "status": "open" if row["open"] else "closed",
        "status_notes": _joined("：", row["state_name"], row["note"]),
        "service_name": row["category"]["name"],
        "service_code": row["category"]["code"],
        "description": _words(row["title"], row["text"]),
        "agency_responsible": department["name"] if department else None,
        "service_notice": PROVISIONAL if row.get("provisional") else None,
        "requested_datetime": row["filed_at"],
        "updated_datetime": row["updated_at"],
        "expected_datetime": row["due"],
        "address": row["place"],
        "address_id": None,
        "zipcode": None,
        "lat": point.get("lat"),
        "long": point.get("lon"),
        "media_url": f"{media}/{row['picture']}" if row["picture"] else None,
    }


def _words(title: str, text: str) -> Leaf:
    """The words of a case; a title that only begins them is not said twice."""
    return text if text.startswith(title.rstrip("…")) else _joined("\n", title, text)


def _joined(mark: str, *parts: str) -> str:
    return mark.join(part for part in parts if part)

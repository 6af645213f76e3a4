"""What a client asks, as petition is asked it: an empty parameter counts as none, an unknown one is passed by."""

import math
import re
from datetime import datetime
from typing import Any

from werkzeug.datastructures import CombinedMultiDict, MultiDict

from kit.errors import Invalid

Given = MultiDict[str, str] | CombinedMultiDict[str, str]

QUERY = ("service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size")
MOST_WORDS = 4000  # characters of a description (GeoReport v2)

_DATE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$")
_STATUS = ("open", "closed")


def query(given: Given) -> dict[str, Any]:
    """The arguments of `petition.search_requests`. Raises `Invalid` naming every parameter that cannot be read."""
    if numbers := _listed(given, "service_request_id"):
        return {"numbers": numbers}
    problems: list[Invalid] = []

    def read(name: str, convert: Any) -> Any:
        try:
            text = value(given, name)
            return convert(name, text) if text else None
        except Invalid as problem:
            problems.append(problem)
            return None

    asked = {
        "categories": _listed(given, "service_code") or None,
        "since": read("start_date", _date),
        "until": read("end_date", _date),
        "open": read("status", _is_open),
        "page": read("page", _number),
        "page_size": read("page_size", _number),
    }
    _raise_all(problems)
    return {name: found for name, found in asked.items() if found is not None}


def form(given: Given) -> dict[str, Any]:
    """The arguments of `petition.file_partner_case`, beside key and pictures. Raises `Invalid` naming what is wrong.

    Names, phone and mail address are not read: nobody needs them.
    """
    place = attribute(given, "place") or value(given, "address_string")
    problems: list[Invalid] = []
    point = _point(given, problems)
    if point is None and not problems and not place:
        problems.append(_wrong("lat/long", "请提供经纬度(lat、long)或地址(address_string)"))
    text = value(given, "description")
    if not text:
        problems.append(_wrong("description", "请填写description，说明要反映的问题"))
    elif len(text) > MOST_WORDS:
        problems.append(_wrong("description", f"最多{MOST_WORDS}个字"))
    _raise_all(problems)
    asked = {
        "category": value(given, "service_code"),
        "text": text,
        "place": place,
        "point": point,
        "town": attribute(given, "town"),
        "visibility": attribute(given, "visibility"),
        "device_id": value(given, "device_id"),
        "account_id": value(given, "account_id"),
    }
    return {name: found for name, found in asked.items() if found}


def value(given: Given, name: str) -> str:
    """The first value of this name that says something."""
    return next((text.strip() for text in given.getlist(name) if text.strip()), "")


def attribute(given: Given, code: str) -> str:
    """The value of one of our attributes, written as one or as a list."""
    return value(given, f"attribute[{code}]") or value(given, f"attribute[{code}][]")


def _listed(given: Given, name: str) -> list[str]:
    """What stands between commas, without the empty."""
    return [part.strip() for text in given.getlist(name) for part in text.split(",") if part.strip()]


def _date(name: str, text: str) -> str:
    """W3C's date and time with its zone; a plus sign that was sent unescaped arrives as a blank."""
    plain = text.replace(" ", "+")
    try:
        if not _DATE.match(plain):
            raise ValueError
        return datetime.fromisoformat(plain).isoformat()
    except ValueError:
        raise _wrong(name, "时间应写作 2026-01-31T00:00:00+08:00 或 2026-01-31T00:00:00Z") from None


def _is_open(name: str, text: str) -> bool | None:
    wanted = {part.strip().lower() for part in text.split(",") if part.strip()}
    if wanted - set(_STATUS):
        raise _wrong(name, "只能是 open、closed")
    return None if len(wanted) != 1 else wanted == {"open"}


def _number(name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise _wrong(name, "应为不小于0的整数")
    return int(text)


def _point(given: Given, problems: list[Invalid]) -> dict[str, float] | None:
    lat, long = value(given, "lat"), value(given, "long")
    if not lat and not long:
        return None
    try:
        point = {"lat": float(lat), "lon": float(long)}
        if not all(map(math.isfinite, point.values())):
            raise ValueError
    except ValueError:
        problems.append(_wrong("lat/long", "经纬度应为WGS-84的十进制度数，lat和long都要提供"))
        return None
    return point


def _wrong(name: str, message: str) -> Invalid:
    return Invalid(message, errors=[{"field": name, "message": message}])


def _raise_all(problems: list[Invalid]) -> None:
    if problems:
        raise Invalid(errors=[one for problem in problems for one in problem.errors])

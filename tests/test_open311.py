"""Open311 on the running stack: read and filed by other programs, and nothing told that is nobody's business."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from xml.etree import ElementTree

import pytest
import requests
from pymongo import MongoClient

from kit.testing import Stack, wait_until
from people import Person, at_desk, photo

PLACE = "/open311/v2"
FORMATS = ("json", "xml")
ATTEMPTS = 6  # other tests file and publish meanwhile
SERVICE = "broken_lamps"
FORM = {"service_code": SERVICE, "lat": "40.218", "long": "116.331", "address_string": "崔村镇政府路口"}
CONTAINERS = {"services", "attributes", "values", "service_requests", "errors", "endpoints", "formats"}


class Program:
    """A program of somebody's, at an address of its own."""

    def __init__(self, stack: Stack, key: str = "") -> None:
        self.base = stack["base_url"]
        self.key = key
        self.http = requests.Session()
        self.http.headers["X-Forwarded-For"] = f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"

    def ask(self, path: str, method: str = "GET", **options: Any) -> requests.Response:
        return self.http.request(method, f"{self.base}{path}", timeout=30, **options)

    def read(self, path: str, **query: Any) -> Any:
        """The answer, which both formats give, once nobody changes it between the two."""
        for _ in range(ATTEMPTS):
            json, xml, again = (self.ask(f"{PLACE}{path}.{kind}", params=query) for kind in (*FORMATS, FORMATS[0]))
            if json.content == again.content:
                break
        return self.same(json, xml)

    def same(self, json: requests.Response, xml: requests.Response, status: int = 200) -> Any:
        assert (json.status_code, xml.status_code) == (status, status), (json.text, xml.text)
        assert json.headers["Content-Type"] == "application/json; charset=utf-8"
        assert xml.headers["Content-Type"] == "text/xml; charset=utf-8"
        plain = json.json()
        assert spark(ElementTree.fromstring(xml.content)) == as_text(plain)
        return plain

    def refused(self, status: int, path: str, method: str = "GET", **options: Any) -> list[str]:
        """The descriptions of a refusal, which both formats give."""
        json, xml = (self.ask(f"{path}.{format_}", method, **options) for format_ in FORMATS)
        found = self.same(json, xml, status)
        assert found
        assert {one["code"] for one in found} == {status}
        return [one["description"] for one in found]

    def post(self, files: Any = None, format_: str = "json", **form: Any) -> requests.Response:
        given = {"api_key": self.key, **FORM, "description": words(), **form}
        return self.ask(f"{PLACE}/requests.{format_}", "POST", data=given, files=files)

    def file(self, files: Any = None, **form: Any) -> str:
        answer = self.post(files, **form)
        assert answer.status_code == 200, answer.text
        (receipt,) = answer.json()
        assert receipt["service_notice"]
        assert receipt.keys() == {"service_request_id", "service_notice", "account_id"}
        return str(receipt["service_request_id"])


def spark(element: ElementTree.Element) -> Any:
    """The XML by the specification's mapping."""
    if element.tag in CONTAINERS:
        return [spark(child) for child in element]
    return {child.tag: spark(child) for child in element} if len(element) else element.text


def as_text(value: Any) -> Any:
    """The JSON with its leaves as XML writes them."""
    if isinstance(value, list):
        return [as_text(item) for item in value]
    if isinstance(value, dict):
        return {name: as_text(item) for name, item in value.items()}
    return str(value).lower() if isinstance(value, bool) else value if value is None else str(value)


def words() -> str:
    """What nobody has said before."""
    return f"路口的路灯不亮，编号{uuid.uuid4().hex[:12]}，请维修。"


@pytest.fixture(scope="module")
def desk(stack: Stack) -> dict[str, Person]:
    return {role: at_desk(stack, role) for role in ("clerk", "supervisor", "administrator")}


@pytest.fixture
def visitor(stack: Stack) -> Program:
    return Program(stack)


def admit(stack: Stack, desk: dict[str, Person], quota: int = 1000) -> tuple[Program, dict[str, Any]]:
    body = {"name": "示例接入方", "contact": "partner@example.com", "quota": quota}
    made = desk["supervisor"].do("/desk/partners", body)
    return Program(stack, made["key"]), made["partner"]


@pytest.fixture(scope="module")
def partner(stack: Stack, desk: dict[str, Person]) -> Program:
    return admit(stack, desk)[0]


def accept(desk: dict[str, Person], no: str) -> None:
    desk["clerk"].do(f"/desk/cases/{no}/accept", {"urgency": "request"})


def found(program: Program, no: str) -> Any:
    """The request, as soon as it is to be seen."""
    path = f"{PLACE}/requests/{no}.json"
    return wait_until(lambda: (answer := program.ask(path)).status_code == 200 and answer.json()[0])


def test_what_is_reported_appears_once_a_clerk_has_let_it_through(
    partner: Program, visitor: Program, desk: dict[str, Person]
) -> None:
    text = words()
    no = partner.file(description=f"{text}联系电话13800138000。", email="a@example.com", phone="13800138000")
    visitor.refused(404, f"{PLACE}/requests/{no}")
    assert visitor.read("/requests", service_request_id=no) == []
    accept(desk, no)
    row = found(visitor, no)
    assert visitor.read(f"/requests/{no}") == [row] == visitor.read("/requests", service_request_id=f"{no},CP1")
    assert row["status"] == "open"
    assert row["status_notes"] == "已受理"
    assert row["service_code"] == SERVICE
    assert row["description"] == f"{text}联系电话〔已隐去〕。"
    assert [row["address"], row["lat"], row["long"]] == [FORM["address_string"], 40.218, 116.331]
    moments = [datetime.fromisoformat(row[f"{name}_datetime"]) for name in ("requested", "updated", "expected")]
    assert moments == sorted(moments)
    assert all(moment.utcoffset() == timedelta(hours=8) for moment in moments)

    def listed() -> bool:
        rows = visitor.read("/requests", service_code=f"{SERVICE},kindergarten", status="open", page_size=50)
        return no in [one["service_request_id"] for one in rows]

    assert wait_until(listed, every=0.3)
    assert no not in [one["service_request_id"] for one in visitor.read("/requests", status="closed")]


def test_a_closed_case_says_how_it_ended(partner: Program, visitor: Program, desk: dict[str, Person]) -> None:
    no = partner.file()
    accept(desk, no)
    desk["clerk"].do(f"/desk/cases/{no}/refuse", {"reason": "commerce", "text": "与公共事务无关。"})
    row = wait_until(lambda: (one := found(visitor, no))["status"] == "closed" and one)
    assert row["status_notes"].startswith("不予受理：")
    assert "与公共事务无关。" in row["status_notes"]


def test_an_anonymous_case_has_no_point_and_a_private_one_is_nowhere(
    partner: Program, visitor: Program, desk: dict[str, Person], mongo_client: MongoClient[dict[str, Any]]
) -> None:
    anonymous = partner.file(**{"attribute[visibility]": "anonymous", "device_id": "device-of-mine"})
    private = partner.file(**{"attribute[visibility]": "private"})
    for no in (anonymous, private):
        accept(desk, no)
    row = found(visitor, anonymous)
    assert [row["lat"], row["long"]] == [None, None]
    visitor.refused(404, f"{PLACE}/requests/{private}")
    everything = visitor.read("/requests")
    assert private not in [one["service_request_id"] for one in everything]
    kept = mongo_client["petition"]["cases"].find_one({"_id": anonymous})
    assert kept
    assert "device-of-mine" not in str(kept)
    assert kept["author"] not in str(everything) + str(row)
    assert partner.key not in str(kept)


def test_nobody_is_asked_or_rates_and_the_desk_is_told_why(partner: Program, desk: dict[str, Person]) -> None:
    no = partner.file()
    case = desk["clerk"].get(f"/desk/cases/{no}")
    assert case["partner"] == "示例接入方"
    assert "ask" not in case["may"]
    assert desk["clerk"].ask("POST", f"/desk/cases/{no}/ask", json={"text": "请补充具体位置。"}).status_code == 409


def test_services_definitions_and_discovery(visitor: Program) -> None:
    services = visitor.read("/services")
    assert len(services) > 50
    (lamp,) = [one for one in services if one["service_code"] == SERVICE]
    assert [lamp["metadata"], lamp["type"], lamp["group"]] == [True, "realtime", "道路照明"]
    definition = visitor.read(f"/services/{SERVICE}")
    assert len(definition["attributes"][0]["values"]) == 22
    assert visitor.read("/services", jurisdiction_id="") == services
    visitor.refused(404, f"{PLACE}/services/nothing")
    for path in ("/services", f"/services/{SERVICE}", "/requests"):
        visitor.refused(404, f"{PLACE}{path}", params={"jurisdiction_id": "elsewhere"})
    assert visitor.read("/requests", jurisdiction_id="110114", page_size=1) is not None
    discovery = visitor.read("/discovery")
    assert discovery["endpoints"][0]["url"] == f"{visitor.base}{PLACE}"
    assert visitor.ask("/open311/discovery.json").json() == discovery


def test_an_answer_is_validated_and_the_same_for_all(visitor: Program) -> None:
    for path in ("/services", "/requests", "/discovery"):
        first = visitor.ask(f"{PLACE}{path}.xml")
        assert first.headers["Cache-Control"] == "public, no-cache"
        wait_until(partial(_is_validated, visitor, path))


def _is_validated(visitor: Program, path: str) -> bool:
    """Whether who has the answer is told so; while others publish cases, the list may have changed between."""
    first = visitor.ask(f"{PLACE}{path}.xml")
    again = visitor.ask(f"{PLACE}{path}.xml", headers={"If-None-Match": first.headers["ETag"]})
    return (again.status_code, again.content) == (304, b"")


def test_a_list_is_newest_first_and_paged_from_nought(
    partner: Program, visitor: Program, desk: dict[str, Person]
) -> None:
    numbers = [partner.file(service_code="village_lamps") for _ in range(3)]
    for no in numbers:
        accept(desk, no)

    def newest() -> bool:
        rows = visitor.read("/requests", service_code="village_lamps", page_size=3)
        return [row["service_request_id"] for row in rows] == numbers[::-1]

    assert wait_until(newest, every=0.3)
    (second,) = visitor.read("/requests", service_code="village_lamps", page_size=1, page=1)
    assert second["service_request_id"] == numbers[1]
    empty = dict.fromkeys(("service_request_id", "start_date", "end_date", "status", "page"), "")
    assert len(visitor.read("/requests", service_code="village_lamps", page_size=3, **empty)) == 3
    assert len(visitor.read("/requests", service_code="village_lamps", page_size=2)) == 2


def test_dates_span_ninety_days(partner: Program, visitor: Program, desk: dict[str, Person]) -> None:
    no = partner.file()
    accept(desk, no)
    filed = datetime.fromisoformat(found(visitor, no)["requested_datetime"]).astimezone(UTC)

    def within(start: datetime | None, end: datetime | None) -> bool:
        span = {
            name: at.strftime("%Y-%m-%dT%H:%M:%SZ")
            for name, at in (("start_date", start), ("end_date", end))
            if at is not None
        }
        return no in [row["service_request_id"] for row in visitor.read("/requests", **span)]

    day = timedelta(days=1)
    assert wait_until(lambda: within(None, None), every=0.3)
    assert within(filed - day, filed + day)
    assert within(filed - day, None)
    assert within(filed - 89 * day, filed + day)
    assert not within(None, filed - day)
    assert not within(filed - 100 * day, None)
    long = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-04-02T00:00:00Z"}
    (told,) = visitor.refused(400, f"{PLACE}/requests", params=long)
    assert told == "end_date：时间跨度不能超过90天"
    backwards = {"start_date": "2026-01-02T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"}
    visitor.refused(400, f"{PLACE}/requests", params=backwards)


@pytest.mark.parametrize(
    ("status", "query"),
    [
        (400, {"start_date": "2026-01-01"}),
        (400, {"status": "fixed"}),
        (400, {"page_size": "1001"}),
        (400, {"page": "10", "page_size": "1000"}),
        (404, {"service_code": "nothing"}),
        (404, {"service_code": f"{SERVICE},No-Such Code"}),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(visitor: Program, status: int, query: dict[str, str]) -> None:
    visitor.refused(status, f"{PLACE}/requests", params=query)


def test_every_address_below_refuses_in_its_format(visitor: Program) -> None:
    for path in ("/open311/nothing", f"{PLACE}/nothing", f"{PLACE}/requests/a/b", f"{PLACE}/tokens/1", "/open311/v3/x"):
        visitor.refused(404, path)
    for method in ("DELETE", "PUT"):
        visitor.refused(405, f"{PLACE}/requests", method)
    assert visitor.ask(f"{PLACE}/requests.json", "DELETE").headers["Allow"]
    assert visitor.ask(PLACE).headers["Content-Type"] == "text/xml; charset=utf-8"
    visitor.refused(404, f"{PLACE}/requests/no-number")


def test_a_key_that_does_not_count_is_refused(stack: Stack, desk: dict[str, Person]) -> None:
    for key in ("", "wrong"):
        Program(stack).refused(403, f"{PLACE}/requests", "POST", data={**FORM, "api_key": key, "description": words()})
    program, partner = admit(stack, desk)
    first = program.file()
    desk["administrator"].do(f"/desk/partners/{partner['id']}", {"reason": "测试结束"}, method="DELETE")
    (row,) = [one for one in desk["administrator"].get("/desk/partners")["items"] if one["id"] == partner["id"]]
    assert [row["by"], row["revoked_by"], row["revoked_because"]] == [
        "s_demo_supervisor",
        "s_demo_administrator",
        "测试结束",
    ]
    assert row["revoked_at"]
    assert program.key not in str(row)
    assert program.post().status_code == 403
    assert desk["clerk"].get(f"/desk/cases/{first}")["state"] == "submitted"


def test_no_log_holds_a_key_or_what_a_sender_is_known_by(stack: Stack, partner: Program) -> None:
    device = uuid.uuid4().hex
    partner.file(device_id=device, phone="16000000001", email=f"{device}@example.com")
    for log in (stack.path.parent / "logs").glob("*.log"):
        text = log.read_text("utf-8", errors="replace")
        assert partner.key not in text, log.name
        assert device not in text, log.name


def test_the_day_has_its_quota(stack: Stack, desk: dict[str, Person]) -> None:
    program, _ = admit(stack, desk, quota=2)
    text = words()
    first = program.file(description=text)
    program.file()
    for format_ in FORMATS:
        answer = program.post(format_=format_)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
    assert program.file(description=text) == first, "the same form is no new case"


@pytest.mark.parametrize(
    ("form", "named"),
    [
        ({"description": ""}, "description"),
        ({"description": "短"}, "description"),
        ({"description": "长" * 4001}, "description"),
        ({"lat": "", "long": ""}, "attribute[town]"),
        ({"lat": "", "long": "", "address_string": "", "address_id": "7"}, "lat/long"),
        ({"lat": "39.9", "long": "116.4"}, "lat/long"),
        ({"lat": "north"}, "lat/long"),
        ({"attribute[town]": "110105001"}, "attribute[town]"),
        ({"attribute[visibility]": "friends"}, "attribute[visibility]"),
        ({"service_code": ""}, "service_code"),
        ({"address_string": "长" * 101}, "address_string"),
    ],
)
def test_a_form_that_says_too_little_is_told_what(partner: Program, form: dict[str, str], named: str) -> None:
    given = {"api_key": partner.key, **FORM, "description": words(), **form}
    told = partner.refused(400, f"{PLACE}/requests", "POST", data=given)
    assert told[0].startswith(f"{named}：")


def test_a_service_that_does_not_exist_and_a_body_that_is_no_form(partner: Program) -> None:
    given = {"api_key": partner.key, **FORM, "description": words()}
    partner.refused(404, f"{PLACE}/requests", "POST", data={**given, "service_code": "nothing"})
    partner.refused(404, f"{PLACE}/requests", "POST", data={**given, "jurisdiction_id": "elsewhere"})
    partner.refused(400, f"{PLACE}/requests", "POST", json=given)
    partner.refused(413, f"{PLACE}/requests", "POST", data={**given, "description": "长" * 300_000})


def test_the_town_is_named_or_the_nearest(partner: Program, mongo_client: MongoClient[dict[str, Any]]) -> None:
    cases = mongo_client["petition"]["cases"]

    def town(**form: str) -> str:
        case = cases.find_one({"_id": partner.file(**form)})
        assert case
        return str(case["asked"]["town"])

    assert town() == "110114112"
    assert town(**{"attribute[town]": "110114113"}) == "110114113"
    assert town(lat="", long="", **{"attribute[town]": "110114009"}) == "110114009"


def test_the_same_form_at_once_makes_one_case(
    partner: Program, stack: Stack, mongo_client: MongoClient[dict[str, Any]]
) -> None:
    text = words()

    def post(_: int) -> str:
        return Program(stack, partner.key).file(description=text, device_id="one")

    with ThreadPoolExecutor(20) as pool:
        (number,) = set(pool.map(post, range(20)))
    assert mongo_client["petition"]["cases"].count_documents({"asked.text": text}) == 1
    assert partner.file(description=text, device_id="one", attribute="x") == number
    assert partner.file(description=text, device_id="two") != number, "somebody else says the same of it"
    assert partner.file(description=text, device_id="one", address_string="另一个路口") != number


def test_pictures_come_with_the_form(partner: Program, visitor: Program, desk: dict[str, Person]) -> None:
    no = partner.file({"media": ("lamp.jpg", photo(), "image/jpeg")}, media_url="http://192.0.2.1/secret")
    accept(desk, no)
    row = found(visitor, no)
    assert row["media_url"].startswith(f"{visitor.base}/api/v1/media/")
    shown = requests.get(row["media_url"], timeout=10)
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert b"PHONE-MAKER" not in shown.content


def test_what_is_no_picture_is_refused(partner: Program) -> None:
    disguised = b"\xff\xd8\xff\xe0" + b"<script>alert(1)</script>" * 40
    for data in (b"GIF89a" + b"0" * 100, b"<svg/>", b"", disguised):
        answer = partner.post({"media": ("x.jpg", data, "image/jpeg")})
        assert answer.status_code == 400, answer.text
        assert answer.json()[0]["description"].startswith("media：")
    large = partner.post({"media": ("x.jpg", b"\xff\xd8\xff" + b"0" * (21 * 1024 * 1024), "image/jpeg")})
    assert large.status_code == 413
    assert large.json()[0]["code"] == 413


def test_a_picture_from_elsewhere_is_not_fetched_and_the_notice_says_so(partner: Program) -> None:
    (told,) = partner.post(media_url="http://192.0.2.1/x.jpg").json()
    assert "media_url" in told["service_notice"]
    (private,) = partner.post(**{"attribute[visibility]": "private"}).json()
    assert "不能用本接口查询" in private["service_notice"]


def test_both_formats_answer_a_report(partner: Program) -> None:
    answer = partner.post(format_="xml")
    assert answer.status_code == 200
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "service_requests"
    assert root.findtext("request/service_request_id")
    assert root.find("request/token") is None

"""ninjs on the running stack: a partner's program keeps up with the newsroom, and nobody else reads by its key."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from test_news import ARTICLE, review

from gateway.feeds.shown import identity
from kit.testing import Stack, wait_until
from people import Person, at_desk

PLACE = "/feeds/ninjs"


class Agency:
    """A partner's program: it asks where it was told to ask next, and keeps what it is told by `uri`."""

    def __init__(self, stack: Stack, key: str) -> None:
        self._base, self._key = stack["base_url"], key
        self._next = f"{self._base}{PLACE}?updated_after={datetime.now(UTC).isoformat().replace('+00:00', 'Z')}"
        self.kept: dict[str, Any] = {}

    def ask(self, url: str = PLACE, **headers: str) -> requests.Response:
        url = url if url.startswith("http") else f"{self._base}{url}"
        own = {"X-Api-Key": self._key, "X-Forwarded-For": f"2001:db8:{uuid.uuid4().hex[:4]}::1"}
        return requests.get(url, headers={**own, **headers}, timeout=20)

    def poll(self) -> dict[str, Any]:
        """What is known once all pages are read."""
        while True:
            answer = self.ask(self._next)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            self.kept |= {item["uri"]: item for item in page["items"]}
            self._next = page["next"]
            if page["next_cursor"] is None:
                return self.kept


@pytest.fixture
def supervisor(stack: Stack) -> Person:
    return at_desk(stack, "supervisor")


def partner(supervisor: Person, *rights: str) -> tuple[str, str]:
    """A new partner's number and key."""
    about = {"name": "示例通讯社", "contact": "partner@example.com", "quota": 5, "rights": rights}
    made = supervisor.do("/desk/partners", about)
    return made["partner"]["id"], made["key"]


@pytest.fixture
def agency(stack: Stack, supervisor: Person) -> Iterator[Agency]:
    number, key = partner(supervisor, "news")
    yield Agency(stack, key)
    supervisor.do(f"/desk/partners/{number}", {"reason": ""}, method="DELETE")


def test_a_partner_is_told_of_what_is_published_corrected_and_withdrawn(stack: Stack, agency: Agency) -> None:
    editor = Person(stack, token=stack.token("staff", "s_news_editor", ("editor",)))
    reporter = Person(stack, token=stack.token("staff", "s_news_reporter", ("reporter",)))
    article, held_back = (str(reporter.do("/desk/articles", ARTICLE)["id"]) for _ in range(2))
    for number in (article, held_back):
        review(stack, number)
    at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    editor.do(f"/desk/articles/{held_back}/embargo", {"until": at}, method="PUT")
    editor.do(f"/desk/articles/{held_back}/schedule", {"at": at}, method="PUT")
    editor.do(f"/desk/articles/{article}/publication")
    uri = identity(article)
    wait_until(lambda: uri in agency.poll(), every=1)
    first = agency.kept[uri]
    version = editor.get(f"/desk/articles/{article}")["version"]
    words = {**ARTICLE, "title": "路灯改造提前完成", "version": version, "correction": "进度有更新"}
    editor.do(f"/desk/articles/{article}", words, method="PUT")
    wait_until(lambda: agency.poll()[uri]["headline"] == "路灯改造提前完成", every=1)
    corrected = agency.kept[uri]
    assert (corrected["uri"], corrected["firstcreated"]) == (first["uri"], first["firstcreated"])
    assert corrected["versioncreated"] > first["versioncreated"]
    editor.do(f"/desk/articles/{article}/withdrawal", {"reason": "事实有误"})
    wait_until(lambda: agency.poll()[uri]["pubstatus"] == "canceled", every=1)
    assert "body_html" not in agency.kept[uri]
    assert int(agency.kept[uri]["version"]) > int(corrected["version"])
    assert identity(held_back) not in agency.kept
    assert held_back not in agency.ask(f"{PLACE}?limit=100").text


def test_who_has_it_is_told_so(agency: Agency) -> None:
    since = (datetime.now(UTC) - timedelta(days=400)).isoformat()  # its plus sign is not escaped
    known = agency.ask(f"{PLACE}?limit=1&updated_after={since}")
    assert known.status_code == 200, known.text
    assert known.headers["Cache-Control"] == "private, no-cache"
    for condition in ("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since"):
        same = agency.ask(f"{PLACE}?limit=1&updated_after={since}", **{condition[1]: known.headers[condition[0]]})
        assert (same.status_code, same.content) == (304, b""), condition


def test_only_a_key_for_the_news_reads_and_it_does_nothing_else(stack: Stack, supervisor: Person) -> None:
    number, key = partner(supervisor, "news")
    other, filing = partner(supervisor, "cases")
    reader = Agency(stack, key)
    assert reader.ask().status_code == 200
    refusals = {"": (401, "unauthenticated"), "wrong": (403, "forbidden"), filing: (403, "forbidden")}
    for given, (status, code) in refusals.items():
        refused = Agency(stack, given).ask()
        assert (refused.status_code, refused.json()["code"]) == (status, code)
        assert refused.headers["Content-Type"] == "application/problem+json"
    form = {"api_key": key, "service_code": "broken_lamps", "description": "路口的路灯不亮，请维修。"}
    filed = requests.post(f"{stack['base_url']}/open311/v2/requests.json", data=form, timeout=20)
    assert filed.status_code == 403
    for query in ("cursor=nonsense", "updated_after=yesterday", "limit=1000", "column=news"):
        refused = reader.ask(f"{PLACE}?{query}")
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid"), query
    supervisor.do(f"/desk/partners/{number}", {"reason": "测试结束"}, method="DELETE")
    assert reader.ask().status_code == 403
    supervisor.do(f"/desk/partners/{other}", {"reason": "测试结束"}, method="DELETE")

"""Who a resident is stays with accounts: looked for in every other part's logs, data and answers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
import requests
from bson.json_util import dumps
from parts import SERVICES, events
from pymongo import MongoClient

from devtools.database import name_for
from kit.testing import Stack, wait_until
from newsdesk import at_desk, publish_report
from people import Person, new_phone
from story import Desk, Story

NAMED_IN = 10  # answers that must name the case, lest nothing be looked at
MINE = "我的电话是{phone}，身份证号110101199003077715，请尽快联系。"


@pytest.fixture(scope="module")
def heard(stack: Stack) -> list[str]:
    """What every service told the others while the story went on."""
    return []


@pytest.fixture(scope="module")
def told(stack: Stack, heard: list[str]) -> Story:
    """An anonymous story, whose author wrote his own number into the text."""
    story = Story.begin(stack, Desk.open(stack))
    story.text = MINE.format(phone=story.phone)
    story.visibility = "anonymous"
    with ExitStack() as ears:
        listened = [ears.enter_context(events(stack, service, "#")) for service in SERVICES]
        story.tell(with_picture=False)
        wait_until(lambda: _closed(heard, listened, story.no))
    return story


def _closed(heard: list[str], listened: list[Callable[[], list[dict[str, Any]]]], no: str) -> bool:
    heard += [orjson.dumps(letter).decode() for taken in listened for letter in taken()]
    return any(no in letter and '"closed"' in letter for letter in heard)


@dataclass(frozen=True)
class Tipped:
    """Who sent a tip, its number, the article that came of it, and what must be readable nowhere: his contact and the
    code of his receipt; `heard` is what every service told the others meanwhile."""

    author: Person
    no: str
    article: str
    secrets: tuple[str, ...]
    heard: list[str]


@pytest.fixture(scope="module")
def tipped(stack: Stack) -> Tipped:
    """A tip whose contact an editor has opened, and that was worked with until an article had come of it."""
    with ExitStack() as ears:
        listened = [ears.enter_context(events(stack, service, "#")) for service in SERVICES]
        author, no, secrets = _send_tip(stack)
        article = publish_report(stack, title="夜里倾倒的建筑垃圾，谁来清运", town="110114115")
        desk = Person(stack).sign_in_at_desk("duty_editor")
        desk.do(f"/desk/tips/{no}/articles", {"articles": [article]}, method="PUT")
        heard: list[str] = []
        wait_until(lambda: _all_told(heard, listened, no, article))
    return Tipped(author, no, article, secrets, heard)


def _all_told(heard: list[str], listened: list[Callable[[], list[dict[str, Any]]]], *subjects: str) -> bool:
    heard += [orjson.dumps(letter).decode() for taken in listened for letter in taken()]
    return all(any(subject in letter for letter in heard) for subject in subjects)


def _send_tip(stack: Stack) -> tuple[Person, str, tuple[str, ...]]:
    """Who sent it, its number, and what nobody may read."""
    author, duty = Person(stack).sign_in_by_phone(new_phone()), Person(stack).sign_in_at_desk("duty_editor")
    contact = {"name": "欧阳守密", "phone": new_phone()}
    code = author.do("/tips", {"text": "夜里有车倾倒建筑垃圾。", "place": "南邵路口", "contact": contact})["code"]
    no = author.get("/me/tips")["items"][0]["no"]
    duty.do(f"/desk/tips/{no}/assignment", {"editor": duty.account["id"]})
    assert duty.do(f"/desk/tips/{no}/contact", {"reason": "约当事人到现场核实"}) == contact
    duty.do(f"/desk/tips/{no}/adoption", {})
    wait_until(lambda: [item for item in author.get("/me/inbox")["items"] if no in item["text"]])
    return author, no, (*contact.values(), code, code.replace("-", ""))


def public_answers(stack: Stack, story: Story, secret: str) -> Iterator[tuple[str, str]]:
    """Every address under which anybody may read of the case, and what is there."""
    visitor, no = Person(stack), story.no
    month, day = f"{no[2:6]}-{no[6:8]}", f"{no[2:6]}-{no[6:8]}-{no[8:10]}"
    case = visitor.get(f"/cases/{no}")
    places = {"town": case["town"]["code"], "department": case["department"]["code"]}
    paths: list[tuple[str, dict[str, Any]]] = [
        ("/cases", {"limit": 100}),
        *((f"/cases/{no}{page}", {}) for page in ("", "/history", "/proof")),
        ("/proofs/days", {}),
        (f"/proofs/days/{day}", {}),
        ("/home", {}),
        ("/search", {"q": secret}),
        ("/search", {"q": "崔村镇幼儿园"}),
        ("/figures", {"by": "town", "month": month}),
        ("/feeds/cases.rss", {}),
        *(("/feeds/cases.rss", {name: code}) for name, code in places.items()),
        *((f"/open-data/cases.{kind}", {"month": month}) for kind in ("csv", "jsonl", "geojson")),
        *((f"/open311/v2/requests.{kind}", {}) for kind in ("json", "xml")),
        *((f"/open311/v2/requests/{no}.{kind}", {}) for kind in ("json", "xml")),
    ]
    for path, query in paths:
        answer = visitor.ask("GET", path, params=query)
        sealed = answer.status_code == 200 or path.startswith("/proofs/days/")  # a day is sealed when it is over
        assert sealed, (path, answer.text)
        yield f"{path}?{query}", answer.text.replace(f"q={secret}", "")
    yield "its page", requests.get(f"{stack['base_url']}/affairs/cases/{no}", timeout=20).text


def test_an_anonymous_author_leaks_into_no_public_answer(stack: Stack, told: Story) -> None:
    account = told.resident.account
    for secret in (told.phone, "110101199003077715", account["id"], account["nickname"]):
        answers = dict(public_answers(stack, told, secret))
        assert [where for where, answer in answers.items() if secret in answer] == []
    assert len([answer for answer in answers.values() if told.no in answer]) >= NAMED_IN


def test_no_event_names_an_author_but_by_an_opaque_id(told: Story, heard: list[str]) -> None:
    assert len([letter for letter in heard if told.no in letter]) > 5
    for secret in (told.phone, "110101199003077715", told.resident.account["nickname"]):
        assert [letter for letter in heard if secret in letter] == []


def test_no_log_holds_a_phone_or_id_number(stack: Stack, told: Story) -> None:
    logs = list((stack.path.parent / "logs").glob("*.log"))
    assert {"accounts", "petition", "gateway"} <= {log.stem for log in logs}
    for log in logs:
        text = log.read_text("utf-8", errors="replace")
        mine = (told.resident.account["nickname"], told.resident.token, told.resident.renewal)
        for secret in (told.phone, "110101199003077715", *mine):
            assert secret not in text, log.name


def test_the_database_of_accounts_holds_no_readable_phone(stack: Stack, mongo_client: MongoClient, told: Story) -> None:
    database = mongo_client["accounts"]
    for name in database.list_collection_names():
        for document in database[name].find():
            assert told.phone not in dumps(document, ensure_ascii=False), name


def test_a_sealed_contact_and_a_receipt_are_readable_nowhere(
    stack: Stack, mongo_client: MongoClient, tipped: Tipped
) -> None:
    logs = (stack.path.parent / "logs").glob("*.log")
    places = {log.name: log.read_text("utf-8", errors="replace") for log in logs}
    for service in ("accounts", "petition", "news", "services_hub", "local"):
        database = mongo_client[name_for(service)]
        for name in database.list_collection_names():
            places[f"{service}.{name}"] = dumps(list(database[name].find()), ensure_ascii=False)
    places |= {f"event {number}": letter for number, letter in enumerate(tipped.heard)}
    places |= dict(exported(stack, tipped))
    desk = Person(stack).sign_in_at_desk("editor")
    for who, path in (
        (desk, "/desk/tips"),
        (desk, f"/desk/tips/{tipped.no}"),
        (tipped.author, "/me/tips"),
        (tipped.author, "/me/inbox"),
        *((Person(stack), f"/search?q={secret}") for secret in tipped.secrets),
    ):
        places[path.partition("?")[0]] = orjson.dumps(who.get(path)).decode()
    for secret in tipped.secrets:
        assert [place for place, text in places.items() if secret in text] == []


def exported(stack: Stack, tipped: Tipped) -> Iterator[tuple[str, str]]:
    """What leaves the house for programs and for tables, and what is there."""
    visitor, supervisor = Person(stack), at_desk(stack, "supervisor")
    article = visitor.get(f"/articles/{tipped.article}")
    month, column, town = article["published_at"][:7], article["column"]["code"], article["town"]["code"]
    feeds = [f"/feeds/{name}.{kind}" for name in ("all", column, f"towns/{town}") for kind in ("rss", "atom", "json")]
    maps = ["/sitemap.xml", "/sitemaps/news.xml", f"/sitemaps/{month}.xml"]
    with agency(stack, supervisor) as key:
        before = datetime.fromisoformat(article["published_at"]) - timedelta(seconds=1)
        since = {"updated_after": before.isoformat()}
        polled = {"headers": {**key, "X-Forwarded-For": visitor.address}, "params": since}
        yield "ninjs", wait_until(lambda: _naming(tipped, at_root(stack, "/feeds/ninjs", **polled)), every=2)
    for path in (*feeds, *maps, f"/news/{tipped.article}"):
        yield path, at_root(stack, path)
    assert _naming(tipped, at_root(stack, f"/sitemaps/{month}.xml"))
    for kind in ("csv", "jsonl", "geojson"):
        yield f"open data {kind}", visitor.ask("GET", f"/open-data/cases.{kind}", params={"month": month}).text
    table = supervisor.ask("GET", "/desk/cases.csv")
    assert table.status_code == 200
    yield "/desk/cases.csv", table.text


def at_root(stack: Stack, path: str, **asked: Any) -> str:
    """What a program reads there."""
    answer = requests.get(f"{stack['base_url']}{path}", timeout=20, **asked)
    assert answer.status_code == 200, (path, answer.text)
    return answer.text


def _naming(tipped: Tipped, answer: str) -> str:
    """The answer, if it names the article that came of the tip."""
    return answer if tipped.article in answer else ""


@contextmanager
def agency(stack: Stack, supervisor: Person) -> Iterator[dict[str, str]]:
    """The key of a partner who takes the news over."""
    about = {"name": "示例通讯社", "contact": "partner@example.com", "quota": 50, "rights": ["news"]}
    made = supervisor.do("/desk/partners", about)
    yield {"X-Api-Key": made["key"]}
    supervisor.do(f"/desk/partners/{made['partner']['id']}", {"reason": ""}, method="DELETE")


def test_other_services_know_an_author_only_by_an_opaque_id(mongo_client: MongoClient, told: Story) -> None:
    case = mongo_client["petition"]["cases"].find_one({"_id": told.no})
    assert case is not None
    assert case["author"] == told.resident.account["id"]
    assert told.resident.account["nickname"] not in dumps(case, ensure_ascii=False)

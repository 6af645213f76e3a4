"""Who a resident is stays with accounts: looked for in every other part's logs, data and answers."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
import pytest
from bson.json_util import dumps
from pymongo import MongoClient

from devtools.database import name_for
from kit.testing import Stack, wait_until
from people import Person, new_phone
from story import Desk, Story

MINE = "我的电话是{phone}，身份证号110101199003077715，请尽快联系。"


@pytest.fixture(scope="module")
def told(stack: Stack) -> Story:
    """An anonymous story, whose author wrote his own number into the text."""
    story = Story.begin(stack, Desk.open(stack))
    story.text = MINE.format(phone=story.phone)
    story.visibility = "anonymous"
    return story.tell(with_picture=False)


@dataclass(frozen=True)
class Tipped:
    """Who sent a tip, its number, and what must be readable nowhere: his contact and the code of his receipt."""

    author: Person
    no: str
    secrets: tuple[str, ...]


@pytest.fixture(scope="module")
def tipped(stack: Stack) -> Tipped:
    """A tip whose contact an editor has opened, and that was worked with."""
    author, duty = Person(stack).sign_in_by_phone(new_phone()), Person(stack).sign_in_at_desk("duty_editor")
    contact = {"name": "欧阳守密", "phone": new_phone()}
    code = author.do("/tips", {"text": "夜里有车倾倒建筑垃圾。", "place": "南邵路口", "contact": contact})["code"]
    no = author.get("/me/tips")["items"][0]["no"]
    duty.do(f"/desk/tips/{no}/assignment", {"editor": duty.account["id"]})
    assert duty.do(f"/desk/tips/{no}/contact", {"reason": "约当事人到现场核实"}) == contact
    duty.do(f"/desk/tips/{no}/adoption", {})
    wait_until(lambda: [item for item in author.get("/me/inbox")["items"] if no in item["text"]])
    return Tipped(author, no, (*contact.values(), code, code.replace("-", "")))


def public_answers(stack: Stack, no: str) -> Iterator[str]:
    visitor = Person(stack)
    yield orjson.dumps(visitor.get(f"/cases/{no}")).decode()
    yield orjson.dumps(visitor.get(f"/cases/{no}/history")).decode()
    yield orjson.dumps(visitor.get("/cases", limit=100)).decode()
    month = f"{no[2:6]}-{no[6:8]}"
    for kind in ("csv", "jsonl", "geojson"):
        yield visitor.ask("GET", f"/open-data/cases.{kind}", params={"month": month}).text


def test_an_anonymous_author_leaks_into_no_public_answer(stack: Stack, told: Story) -> None:
    account = told.resident.account
    for answer in public_answers(stack, told.no):
        for secret in (told.phone, "110101199003077715", account["id"], account["nickname"]):
            assert secret not in answer


def test_no_log_holds_a_phone_or_id_number(stack: Stack, told: Story) -> None:
    logs = list((stack.path.parent / "logs").glob("*.log"))
    assert {"accounts", "petition", "gateway"} <= {log.stem for log in logs}
    for log in logs:
        text = log.read_text("utf-8", errors="replace")
        for secret in (told.phone, "110101199003077715", told.resident.token, told.resident.renewal):
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


def test_other_services_know_an_author_only_by_an_opaque_id(mongo_client: MongoClient, told: Story) -> None:
    case = mongo_client["petition"]["cases"].find_one({"_id": told.no})
    assert case is not None
    assert case["author"] == told.resident.account["id"]
    assert told.resident.account["nickname"] not in dumps(case, ensure_ascii=False)

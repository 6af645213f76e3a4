"""同一事项 over HTTP: tips and a public case meet; an investigation takes them up, or an editor leaves them."""

import secrets
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from kit.testing import Stack, wait_until
from newsdesk import at_desk
from people import Person, Refused, new_phone

SECONDS = 20


@pytest.fixture(scope="module")
def editor(stack: Stack) -> Person:
    return at_desk(stack, "editor")


@dataclass(frozen=True)
class Matter:
    """Something that nothing else is about."""

    stack: Stack
    place: str
    words: str
    town: str

    def tell(self, more: str) -> None:
        told = {"text": f"{self.words}，{more}", "town": self.town, "place": self.place}
        Person(self.stack).do("/tips", told)

    def file(self) -> str:
        """A case of it, which no clerk has accepted yet."""
        told = {"title": self.words, "text": f"{self.words}，很危险。", "town": self.town, "place": self.place}
        author = Person(self.stack).sign_in_by_phone(new_phone())
        return str(author.do("/cases", {"category": "no_lamps", **told})["no"])


@pytest.fixture
def matter(stack: Stack) -> Matter:
    place, words = ("".join(chr(secrets.randbelow(0x4E00) + 0x4E00) for _ in range(length)) for length in (5, 14))
    return Matter(stack, place, words, Person(stack).get("/directory")["towns"][0]["code"])


def of(editor: Person, matter: Matter, state: str = "open") -> dict[str, Any]:
    rows = editor.get("/desk/bundles", state=state, limit=100)["items"]
    return next((row for row in rows if matter.place in row["places"]), {})


def leave(editor: Person, found: dict[str, Any], key: str = "", reason: str = "已经报道过") -> Any:
    body = {"version": found["version"], "reason": reason}
    header = {"Idempotency-Key": key or uuid.uuid4().hex}
    return editor.ask("POST", f"/desk/bundles/{found['id']}/dismissal", json=body, headers=header)


def test_tips_and_a_case_meet_and_an_investigation_takes_all_of_them_up(
    stack: Stack, editor: Person, matter: Matter
) -> None:
    for more in ("没有围挡。", "请打13800138321找我。"):
        matter.tell(more)
    found = wait_until(lambda: of(editor, matter), SECONDS)
    assert len(found["tips"]) == 2 and "13800138321" not in str(found)
    no = matter.file()
    assert not of(editor, matter)["cases"], "nobody may read of it yet"
    at_desk(stack, "clerk").do(f"/desk/cases/{no}/accept", {"urgency": "request"})
    wait_until(lambda: [one["no"] for one in of(editor, matter)["cases"]] == [no], SECONDS)
    asked = {"title": "栏杆何时修好", "question": "由谁负责？", "lead": "s_newsdesk_editor"}
    tips = [one["no"] for one in found["tips"]]
    number = editor.do("/desk/investigations", {**asked, "tips": tips, "cases": [no]})["id"]
    assert of(editor, matter) == {} and of(editor, matter, "taken_up")["into"]["id"] == number
    matter.tell("今天还在。")
    again = wait_until(lambda: of(editor, matter), SECONDS)
    assert again["into"]["id"] == number and [bool(one["taken_up"]) for one in again["tips"]].count(False) == 1


def test_one_that_is_left_stays_away_until_something_joins_it(stack: Stack, editor: Person, matter: Matter) -> None:
    for more in ("没有围挡。", "也没有人管。"):
        matter.tell(more)
    found, key = wait_until(lambda: of(editor, matter), SECONDS), uuid.uuid4().hex
    first = leave(editor, found, key)
    assert first.status_code == 200 and leave(editor, found, key).json() == first.json()
    assert of(editor, matter) == {} and of(editor, matter, "dismissed")["dismissals"][0]["reason"] == "已经报道过"
    assert leave(editor, found).status_code == 409
    matter.tell("今天还在。")
    again = wait_until(lambda: of(editor, matter), SECONDS)
    assert (again["id"], len(again["dismissals"])) == (found["id"], 1)
    assert leave(editor, again, reason="").status_code == 422
    with pytest.raises(Refused) as refused:
        at_desk(stack, "reporter").get("/desk/bundles")
    assert refused.value.status == 403

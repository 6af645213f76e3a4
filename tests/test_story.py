"""The story on a healthy stack."""

import io

import pytest
import requests
from parts import Ledger
from PIL import Image
from pymongo import MongoClient

from kit.testing import Stack
from people import Person, Refused, photo
from story import KINDERGARTEN, STATES, Desk, Story


@pytest.fixture(scope="module")
def desk(stack: Stack) -> Desk:
    return Desk.open(stack)


def test_a_resident_asks_the_department_answers_the_resident_rates(
    stack: Stack, mongo_client: MongoClient, desk: Desk
) -> None:
    story = Story.begin(stack, desk).tell()
    story.check_seen_by_everyone()
    assert story.acknowledged == list(STATES)
    ledger = Ledger(stack, mongo_client)
    ledger.settle()
    story.check_kept_once(ledger)


def test_before_intake_only_the_author_sees_it(stack: Stack, desk: Desk) -> None:
    story = Story.begin(stack, desk)
    story.submit()
    assert story.resident.get(f"/cases/{story.no}")["state"] == "submitted"
    assert story.no in story.resident.leaf_through("/me/cases", "no")
    stranger = Person(stack)
    with pytest.raises(Refused) as caught:
        stranger.get(f"/cases/{story.no}")
    assert caught.value.status == 404
    assert story.no not in stranger.leaf_through("/cases", "no")
    picture = story.resident.get(f"/cases/{story.no}")["pictures"][0]["id"]
    assert stranger.ask("GET", f"/media/{picture}").status_code == 404
    story.take_in()
    assert stranger.get(f"/cases/{story.no}")["text"] == KINDERGARTEN


def test_the_picture_that_everyone_sees_tells_nothing_of_the_phone(stack: Stack, desk: Desk) -> None:
    story = Story.begin(stack, desk)
    story.submit()
    story.take_in()
    picture = Person(stack).get(f"/cases/{story.no}")["pictures"][0]["id"]
    shown = requests.get(f"{stack['base_url']}/api/v1/media/{picture}", timeout=10)
    assert shown.headers["Content-Type"] == "image/jpeg"
    assert b"PHONE-MAKER" in photo()
    assert b"PHONE-MAKER" not in shown.content
    assert not Image.open(io.BytesIO(shown.content)).getexif()


def test_refused_with_a_reason_the_resident_is_told(stack: Stack, desk: Desk) -> None:
    story = Story.begin(stack, desk)
    story.submit(with_picture=False)
    reason = desk.clerk.get("/directory")["refusal_reasons"][0]["code"]
    desk.clerk.do(f"/desk/cases/{story.no}/refuse", {"reason": reason, "text": "这件事正在法院审理，请等候判决。"})
    page = story.resident.get(f"/cases/{story.no}")
    assert (page["state"], page["ending"]) == ("closed", "refused")
    assert "法院" in str(page)


def test_a_question_to_the_resident_and_a_wrong_department(stack: Stack, desk: Desk) -> None:
    story = Story.begin(stack, desk)
    story.submit(with_picture=False)
    desk.clerk.do(f"/desk/cases/{story.no}/ask", {"text": "请问幼儿园的全称是什么？"})
    assert story.resident.get(f"/cases/{story.no}")["state"] == "questioned"
    story.resident.do(f"/cases/{story.no}/answer", {"text": "崔村镇中心幼儿园。"})
    story.take_in()
    back = {"basis": "校舍改造工程由住建部门负责审批。", "suggested_department": "zjw"}
    assert desk.handler.do(f"/desk/cases/{story.no}/return", back)["state"] == "accepted"
    desk.clerk.do(f"/desk/cases/{story.no}/dispatch", {"department": desk.handler.account["departments"][0]})
    with pytest.raises(Refused) as caught:
        desk.handler.do(f"/desk/cases/{story.no}/return", back)
    assert caught.value.status in (403, 409)
    story.reply()
    hops = Person(stack).get(f"/cases/{story.no}")["hops"]
    assert len(hops) == 2

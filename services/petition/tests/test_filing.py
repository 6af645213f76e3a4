"""Filing on the real database: once, whatever is repeated, and refused by field."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pydantic import ValidationError

from kit.errors import Conflict, Invalid, NotFound, from_validation
from petition import filing, reading
from petition.contract.filing import AnswerQuestion, SubmitCase, WithdrawCase
from petition.contract.shapes import OneCase

CASE = {
    "idempotency_key": "k",
    "category": "kindergarten",
    "town": "110114112",
    "title": "四个字的",
    "text": "五个字正文",
}


def messages(**fields: Any) -> dict[str, str]:
    titles = {name: field.title or name for name, field in SubmitCase.model_fields.items()}
    with pytest.raises(ValidationError) as caught:
        SubmitCase.model_validate({**CASE, "idempotency_key": "k", **fields})
    return {finding["field"]: finding["message"] for finding in from_validation(caught.value, titles).errors}


def test_twenty_posts_with_one_key_at_once_make_one_case(office: Any) -> None:
    barrier = threading.Barrier(20)

    def post(_: int) -> str:
        barrier.wait()
        return office.submit(key="same")

    with ThreadPoolExecutor(20) as pool:
        numbers = set(pool.map(post, range(20)))
    assert len(numbers) == 1
    assert office.db.cases.count_documents({}) == 1
    (document,) = office.db.cases.find()
    assert [event["type"] for event in document["_outbox"]] == ["petition.case_submitted.v1"]


def test_a_hundred_keys_make_a_hundred_numbers_found_at_once(office: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: office.submit(key=f"k{n}"), range(100)))
    assert len(set(numbers)) == 100
    assert all(office.case(no).state == "submitted" for no in numbers)


def test_another_request_under_the_same_key_is_a_conflict_another_persons_key_is_not(office: Any) -> None:
    first = office.submit(key="k")
    assert office.submit(key="k") == first
    with pytest.raises(Conflict):
        office.submit(key="k", title="另一个标题")
    assert office.submit(by=office.other, key="k") != first


def test_a_repeated_request_is_answered_although_it_would_be_refused_as_a_new_one(office: Any) -> None:
    picture = "0" * 32
    office.db.pictures.insert_one({"_id": picture, "owner": office.author.id})
    first = office.submit(key="k", pictures=[picture])
    office.db.pictures.delete_one({"_id": picture})
    assert office.submit(key="k", pictures=[picture]) == first
    with pytest.raises(Invalid):
        office.submit(key="l", pictures=[picture])


def test_a_new_case_is_one_command_to_the_database(office: Any) -> None:
    office.db.command("profile", 2)
    office.submit()
    office.db.command("profile", 0)
    asked = list(office.db.system.profile.find({"ns": {"$regex": r"\.(cases|pictures)$"}}))
    assert [row["op"] for row in asked] == ["insert"]


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"title": "短"}, "title", "标题至少4个字"),
        ({"title": " \u200b\u202e  "}, "title", "标题至少4个字"),
        ({"title": "长" * 61}, "title", "标题最多60个字"),
        ({"text": ""}, "text", "正文至少5个字"),
        ({"text": "长" * 5001}, "text", "正文最多5000个字"),
        ({"text": None}, "text", "正文应为文字"),
        ({"place": "长" * 101}, "place", "具体地点最多100个字"),
        ({"pictures": ["0" * 31 + str(n) for n in range(10)]}, "pictures", "图片最多9项"),
        ({"pictures": ["../etc/passwd"]}, "pictures.0", "图片格式不正确"),
        ({"visibility": "friends"}, "visibility", "公开方式不在可选范围内"),
        ({"point": {"lon": 200, "lat": 40}}, "point.lon", "位置不能大于180.0"),
        ({"category": {"$gt": ""}}, "category", "问题类别应为文字"),
        ({"author": "r_other"}, "author", "不认识的字段"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(fields: dict[str, Any], field: str, message: str) -> None:
    assert messages(**fields) == {field: message}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"category": "nothing"}, "category"),
        ({"town": "999999999"}, "town"),
        ({"point": {"lon": 121.47, "lat": 31.23}}, "point"),
        ({"pictures": ["0" * 32]}, "pictures"),
    ],
)
def test_what_does_not_exist_is_refused_by_field_and_nothing_is_kept(
    office: Any, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        office.submit(**fields)
    assert caught.value.errors[0]["field"] == field
    assert office.db.cases.count_documents({}) == 0


def test_hostile_text_is_text(office: Any) -> None:
    hostile = "<script>alert(1)</script> ${jndi:x} '; DROP TABLE cases; -- {{7*7}} \x00\x1b[31m$where"
    no = office.submit(text=hostile, title="<img src=x onerror=alert(1)>")
    office.accept(no)
    view = reading.get_case(office.parts, OneCase(no=no), office.visitor)
    assert view.text == hostile.replace("\x00", "").replace("\x1b", "")
    assert view.title == "<img src=x onerror=alert(1)>"


def test_an_answer_is_given_once_and_by_the_author_only(office: Any) -> None:
    no = office.submit()
    office.ask(no)
    answer = AnswerQuestion(no=no, text="三号楼", idempotency_key="a")
    with pytest.raises(NotFound):
        filing.answer_question(office.parts, answer, office.other)
    first = filing.answer_question(office.parts, answer, office.author)
    assert filing.answer_question(office.parts, answer, office.author) == first
    with pytest.raises(Conflict) as caught:
        office.do(filing.answer_question, AnswerQuestion, office.author, no, text="四号楼")
    assert caught.value.extra["state"] == "submitted"
    assert [question.answer for question in office.case(no).questions] == ["三号楼"]


def test_a_case_taken_back_stays_taken_back(office: Any) -> None:
    no = office.submit()
    office.do(filing.withdraw_case, WithdrawCase, office.author, no, reason="已经解决")
    with pytest.raises(Conflict):
        office.accept(no)
    assert office.case(no).ending == "withdrawn"

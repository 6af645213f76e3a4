"""What an office hides of a public case is gone wherever the public reads it, and waits for a supervisor on appeal."""

import json
from typing import Any

import pytest

from kit.contract import PageRequest
from kit.errors import Forbidden
from petition import desk, feed, filing, leaving, open311, proving, reading
from petition.contract.desk import ListDeskCases
from petition.contract.feed import GetFeed
from petition.contract.filing import AppealHiding
from petition.contract.lists import Front, ListCases, Search
from petition.contract.open311 import SearchRequests
from petition.contract.shapes import OneCase
from petition.contract.steps import DecideHiding, HideWords
from petition.domain import history

WHY = {"reason": "accused", "text": "涉及他人，尚未核实。"}


def public(office: Any, no: str) -> str:
    """All that anyone can read of the case."""
    parts, by = office.parts, office.visitor
    answers = (
        reading.get_case(parts, OneCase(no=no), by), reading.list_cases(parts, ListCases()),
        reading.front(parts, Front()), reading.search(parts, Search(q="幼儿园")),
        proving.get_proof(parts, OneCase(no=no), by), feed.get_feed(parts, GetFeed()),
        open311.search_requests(parts, SearchRequests()), open311.get_request(parts, OneCase(no=no)),
    )  # fmt: skip
    return json.dumps([answer.model_dump(mode="json") for answer in answers], ensure_ascii=False)


def test_hidden_words_are_gone_from_all_that_the_public_reads_and_come_back_on_appeal(office: Any) -> None:
    no = office.answered(title="崔村镇幼儿园王五何时施工")
    assert "王五" in public(office, no)
    office.do(desk.hide_words, HideWords, office.clerk, no, passages=["王五"], **WHY)
    assert "王五" not in public(office, no)
    assert not reading.search(office.parts, Search(q="王五")).items
    assert history.verify(no, office.case(no).history) is None
    mine = reading.get_case(office.parts, OneCase(no=no), office.author)
    assert (mine.hidings[0].passages, mine.hidings[0].text) == (["王五"], WHY["text"])
    assert mine.title == "崔村镇幼儿园王五何时施工"

    office.do(filing.appeal_hiding, AppealHiding, office.author, no, hiding=1, text="他是施工负责人。")
    waiting = desk.list_desk_cases(office.parts, ListDeskCases(queue="requests"), office.supervisor)
    assert [row.no for row in waiting.items] == [no]
    office.do(desk.decide_hiding, DecideHiding, office.supervisor, no, granted=True, answer="属于职务信息。")
    assert "王五" in public(office, no)
    assert [hit.id for hit in reading.search(office.parts, Search(q="王五")).items] == [no]


def test_it_is_for_the_author_and_the_offices_and_goes_with_the_account(office: Any) -> None:
    no = office.answered(title="崔村镇幼儿园王五何时施工")
    with pytest.raises(Forbidden):
        office.do(desk.hide_words, HideWords, office.handler, no, passages=["王五"], **WHY)
    office.do(desk.hide_words, HideWords, office.supervisor, no, passages=["王五"], **WHY)
    with pytest.raises(Forbidden):
        office.do(filing.appeal_hiding, AppealHiding, office.other, no, hiding=1, text="他是施工负责人。")
    assert reading.get_case(office.parts, OneCase(no=no), office.other).hidings == []
    assert reading.list_my_cases(office.parts, PageRequest(), office.author).items[0].title.count("王五") == 1
    leaving.forget_author(office.parts, office.author.id)
    kept = office.db.cases.find_one({"_id": no}, {"_outbox": 0, "_answers": 0})
    assert "王五" not in str(kept)

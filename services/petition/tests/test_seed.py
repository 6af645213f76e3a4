"""The demo data: taken through the rules, loaded once."""

from collections import Counter
from pathlib import Path
from typing import Any

from kit.clock import utcnow
from petition import reading
from petition.contract.lists import ListCases
from petition.contract.shapes import OneCase
from petition.demo import read_demo
from petition.domain import history
from petition.seed import seed_demo


def test_demo_cases_are_filed_once_in_all_states(office: Any) -> None:
    demo = read_demo(Path("district"))
    assert seed_demo(office.parts, demo, utcnow()) == len(demo.cases) >= 24
    assert seed_demo(office.parts, demo, utcnow()) == 0
    documents = list(office.db.cases.find())
    states = Counter(document["state"] for document in documents)
    assert set(states) == {
        "submitted", "questioned", "accepted", "dispatched", "in_review", "approved", "answered", "closed",
    }  # fmt: skip
    for document in documents:
        case = office.case(document["_id"])
        assert history.verify(case.no, case.history) is None
        assert all(entry.at <= utcnow() for entry in case.history)
        assert case.author and case.author.startswith("r_demo")


def test_the_articles_own_cases_are_there_for_everyone(office: Any) -> None:
    demo = read_demo(Path("district"))
    seed_demo(office.parts, demo, utcnow())
    titles = {row.title: row.no for row in reading.list_cases(office.parts, ListCases(limit=100)).items}
    for words in ("崔村镇幼儿园", "七里渠家园", "垃圾围村", "无照明"):
        (no,) = [no for title, no in titles.items() if words in title]
        assert reading.get_case(office.parts, OneCase(no=no), office.visitor).text
